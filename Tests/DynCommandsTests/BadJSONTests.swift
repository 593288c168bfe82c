import Foundation
import Testing

@Suite struct BadJSONTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test(arguments: [
    ("", ":1:1: "), ("{", ":1:2: "), ("{\"model\": }", ":1:11: "), ("{\"model\": 1,, }", ":1:13: "),
    ("{\n  \"model\": tru\n}", ":2:12: "), ("{\"model\" 1}", ":1:10: "), ("{'model': 1}", ":1:2: "),
    ("{\"model\": 01}", ":1:"), ("{\"model\": NaN}", ":1:11: "),
    ("{\"model\": Infinity}", ":1:11: "), ("{\"model\": 1e999}", ":1:11: "),
    ("{\"model\": \"a\nb\"}", ":1:"), ("{\"model\": \"\\q\"}", ":1:"), ("{} {}", ":1:4: "),
    ("{\"a\": 1, \"a\": 2}", ":1:10: "), ("/* no end", ":1:"), ("{\"model\": \"\\ud800\"}", ":1:"),
    ("\u{0}", ":1:1: "), ("[" + String(repeating: "[", count: 100_000), ":1:"),
  ]) func namesTheFirstBadPlace(text: String, place: String) async throws {
    try folder.put(text, in: "bad.json")
    for command in ["simulate", "validate"] {
      try await expectRefusal([command, "bad.json"], status: 65, ["bad.json" + place], in: folder)
    }
  }

  @Test func refusesBytesThatAreNotUTF8() async throws {
    try folder.put(Data([0x7B, 0xFF, 0xFE, 0x7D]), in: "bad.json")
    try await expectRefusal(["simulate", "bad.json"], status: 65, ["bad.json:1:2: "], in: folder)
  }

  @Test(arguments: ["null", "[]", "3", "\"x\"", "true"])
  func refusesOtherValuesThanAnObject(text: String) async throws {
    try folder.put(text, in: "bad.json")
    try await expectRefusal(["simulate", "bad.json"], status: 65, ["bad.json: "], in: folder)
  }

  @Test func readsCommentsTrailingCommasAndAByteOrderMark() async throws {
    let text =
      "\u{FEFF}// one\n{\"model\": \(SmallScenario.model), /* two */ \"time\": {\"end\": 0,},}"
    try folder.put(text, in: "good.json")
    let result = try await expectSuccess(["validate", "good.json"], in: folder)
    #expect(result.output == "good.json: valid\n")
  }

  @Test(arguments: ["missing.json", "", "no/such/folder.json"])
  func refusesMissingScenarios(path: String) async throws {
    for command in ["simulate", "validate"] {
      try await expectRefusal([command, path], status: 66, ["\"\(path)\""], in: folder)
    }
  }

  @Test func refusesAFolder() async throws {
    try folder.makeFolder("sub.json")
    try await expectRefusal(["simulate", "sub.json"], status: 66, ["\"sub.json\""], in: folder)
  }

  // The superuser may read everything.
  @Test(.enabled(if: geteuid() != 0)) func refusesAFileThatMayNotBeRead() async throws {
    try folder.put("{}", in: "s.json")
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0], ofItemAtPath: folder.path("s.json"))
    try await expectRefusal(["simulate", "s.json"], status: 66, ["\"s.json\""], in: folder)
  }

  @Test func readsStandardInput() async throws {
    let scenario = SmallScenario.text(SmallScenario.threeTimes)
    try await expectSuccess(["simulate", "-", "--quiet"], in: folder, input: scenario)
    #expect(try folder.names() == ["scenario.csv"])
    try await expectRefusal(["simulate", "-"], status: 65, ["-:1:2: "], in: folder, input: "{")
  }

  /// Texts of the user must not break the one line of an error.
  @Test(arguments: [
    #"{"model": {"case": "a\nb"}}"#, #"{"model": {"a\nb": 1}}"#,
    #"{"a\u001b[31mb": 1, "model": {}}"#,
    #"{"solvers": [{"kind": "a\r\nb"}], "model": {}}"#, #"{"model": {"loss": {"kind": "\u2028"}}}"#,
    #"{"observables": ["\u0000"], "model": {}}"#,
  ]) func keepsStrangeTextsOnOneLine(text: String) async throws {
    try folder.put(text, in: "bad.json")
    let result = try await DynProcess.run(["validate", "bad.json"], in: folder)
    #expect(result.status == 65)
    let scalars = result.error.unicodeScalars.dropLast()
    let breaks = scalars.filter { $0.properties.generalCategory == .control || $0 == "\u{2028}" }
    #expect(breaks.isEmpty, "\(result.error.debugDescription)")
  }
}
