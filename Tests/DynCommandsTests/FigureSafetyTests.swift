import Foundation
import Testing

/// Texts of strangers in figures: they show as themselves and do nothing.
@Suite struct FigureSafetyTests {
  private static let hostile: [String] = [
    "x\r\nsystem(\"touch PWN\")\r\n#", "x\nsystem('touch PWN')", "'\u{301};system('touch PWN')#",
    "'; system('touch PWN'); '", "\"; system(\"touch PWN\"); \"", "`touch PWN`", "$(touch PWN)",
    "\\\"\\n\\", "{/*9 a}^b_c@d&e", "<b>&amp;</b>]]>", "γ e\u{301} \u{1F600}", "a\u{1B}[31mb\u{8}",
    "%s %g %%", "-", " ", "$line0", "\u{2028}\u{202E}x",
  ]

  /// What a figure shows of a text: controls and what is invisible stand as escapes.
  private func shown(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      let hidden: [Unicode.GeneralCategory] = [.control, .format, .lineSeparator]
      return hidden.contains(scalar.properties.generalCategory)
        ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }.joined()
  }

  private func cell(_ text: String) -> String {
    "\"" + String(text.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }.map(Character.init))
      + "\""
  }

  @Test(arguments: hostile) func aTextShowsAsItself(text: String) async throws {
    let folder = try CommandFolder()
    let rows = (0..<3).map { "\(cell(text)),\(cell(text)),\($0),0,0,\($0)\r\n" }.joined()
    try folder.put("k,solver,time,zeta_h,zeta_w,\(cell(text))\r\n" + rows, in: "a.csv")
    try await expectSuccess(["plot", "a.csv", "-o", "a.svg"], in: folder)
    let shownTexts = try SVGTexts.read("a.svg", in: folder).map { Array($0.unicodeScalars) }
    for label in [shown(text), "k = \(shown(text))", shown(text)] {
      #expect(shownTexts.contains(Array(label.unicodeScalars)), "\(label)")
    }
    try await expectSuccess(["plot", "a.csv", "--terminal"], in: folder)
    #expect(try folder.names() == ["a.csv", "a.svg"])
  }

  @Test func aFileNameIsATitle() async throws {
    let folder = try CommandFolder()
    let name = "q'\r\nsystem('touch PWN')\r\n#"
    try folder.put("solver,time,zeta_h,zeta_w,x\r\na,0,0,0,1\r\n", in: name + ".csv")
    try await expectSuccess(["plot", "./\(name).csv", "-o", "a.svg"], in: folder)
    #expect(try SVGTexts.read("a.svg", in: folder).contains(shown(name)))
    #expect(try folder.names() == ["a.svg", name + ".csv"])
  }

  @Test func aZeroIsRefused() async throws {
    let folder = try CommandFolder()
    try folder.put("solver,time,zeta_h,zeta_w,x\r\na\0b,0,0,0,1\r\n", in: "a.csv")
    try await expectRefusal(
      ["plot", "a.csv", "-o", "a.svg"], status: 65, [#"a\u{0}b"#, "U+0000"], in: folder)
  }

  @Test func bytesThatAreNoTextAreDrawn() async throws {
    let folder = try CommandFolder()
    let bytes =
      Array("solver,time,zeta_h,zeta_w,x\r\na".utf8) + [0xFF, 0xC3] + Array(",0,0,0,1".utf8)
    try folder.put(Data(bytes), in: "a.csv")
    try await expectSuccess(["plot", "a.csv", "-o", "a.svg"], in: folder)
    _ = try SVGTexts.read("a.svg", in: folder)
  }

  /// The scenario's own texts and sweep values go the same way.
  @Test func scenariosAreAsHarmless() async throws {
    let folder = try CommandFolder()
    let text = #"b\r\nsystem(\"touch PWN\")\r\n#"#
    try folder.put(
      SmallScenario.text(
        SmallScenario.threeTimes, "\"sweep\": {\"description\": [\"a\", \"\(text)\"]}"),
      in: "s.json")
    try await expectSuccess(["simulate", "s.json", "--plot", "s.svg"] + quietly, in: folder)
    #expect(
      try SVGTexts.read("s.svg", in: folder).contains(
        #"description = b\u{d}\u{a}system("touch PWN")\u{d}\u{a}#"#))
    #expect(try !folder.names().contains("PWN"))
  }
}
