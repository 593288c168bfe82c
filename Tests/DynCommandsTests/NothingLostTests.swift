import Foundation
import NumpyFiles
import Testing

/// What was computed is kept, whatever fails after it; what others have written is not replaced.
@Suite struct NothingLostTests {
  private let folder: CommandFolder
  private static let all = ["simulate", "s.json", "-o", "o.csv", "--states", "f.npz"]

  init() throws {
    folder = try CommandFolder()
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "s.json")
    try folder.makeFolder("bin")
  }

  /// Puts a program called gnuplot before the real one.
  private func putGnuplot(_ script: String) throws {
    try folder.put("#!/bin/sh\n" + script, in: "bin/gnuplot")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: folder.path("bin/gnuplot"))
  }

  private func shell(_ command: String) async throws -> DynProcess.Result {
    try await DynProcess.shell("PATH=\"$PWD/bin:$PATH\"; " + command, in: folder)
  }

  @Test(arguments: [
    "exit 3", "kill -9 $$", "exit 0", "printf '<svg>'", "printf 'not a picture</svg>'; exit 1",
    "echo 'line 7: it went wrong' >&2; exit 1",
  ]) func aFigureThatFailsLosesNothing(script: String) async throws {
    try putGnuplot(script)
    let result = try await shell(Self.dyn + " --plot p.svg")
    #expect(result.status == 1, "\(result.error)")
    #expect(result.errorLines.count == 1 && result.error.contains("gnuplot"), "\(result.error)")
    #expect(result.output.contains("wrote o.csv, f.npz\n"), "\(result.output)")
    #expect(try folder.text(of: "o.csv").hasPrefix("solver,time,"))
    #expect(try folder.array("y", of: "f.npz").shape.count == 1)
    #expect(try folder.names() == ["bin", "f.npz", "o.csv", "s.json"])
  }

  private static let dyn = "dyn " + all.joined(separator: " ")

  /// Before anything is computed.
  @Test(arguments: [
    "simulate s.json -o o.csv --plot p.svg", "geometry g.json -o o.json --plot p.svg",
    "spectrum g.json --plot p.svg", "plot t.csv -o p.svg",
  ]) func aFigureWithoutGnuplotIsRefused(arguments: String) async throws {
    try folder.put(
      SmallScenario.text(
        model:
          #"{"loss": {"kind": "cross_entropy"}, "classes": 3, "samples_per_class": 2, "feature_dimension": 4}"#,
        #""solvers": [{"kind": "ode"}]"#), in: "g.json")
    try folder.put("solver,time,zeta_h,zeta_w,loss\r\nx,0,0,0,1\r\n", in: "t.csv")
    let before = try folder.names()
    let result = try await DynProcess.shell(
      "program=$(command -v dyn); PATH=\"$PWD/bin\"; \"$program\" \(arguments)", in: folder)
    #expect(result.status == 1, "\(result.error)")
    #expect(result.errorLines.count == 1 && result.error.contains("gnuplot is not installed"))
    #expect(result.output.isEmpty)
    #expect(try folder.names() == before)
  }

  /// No file takes the place of a standard output that is closed, and gets the summary.
  @Test(arguments: [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
  func aClosedStandardOutputTearsNoFile(redirections: String) async throws {
    let quiet = try await shell("dyn simulate s.json -o whole.csv --quiet")
    #expect(quiet.status == 0)
    let result = try await shell("dyn simulate s.json -o o.csv \(redirections)")
    #expect(result.status == 73)
    #expect(try folder.text(of: "o.csv") == folder.text(of: "whole.csv"))
  }

  /// A disk that is full for the archive, not for the CSV.
  @Test func anArchiveThatFailsLeavesTheCSV() async throws {
    let result = try await shell(
      "ulimit -f 8; " + Self.dyn + " --quiet --set model.feature_dimension=400")
    #expect(result.status == 73, "\(result.error)")
    #expect(result.errorLines.count == 1 && result.error.contains("f.npz"), "\(result.error)")
    #expect(try folder.names() == ["bin", "o.csv", "s.json"])
  }

  /// Neither a signal nor a temporary file.
  @Test func aLimitOfFileSizesIsAnError() async throws {
    try folder.put("old", in: "o.csv")
    let result = try await shell(
      "ulimit -f 8; dyn simulate s.json -o o.csv --quiet --set 'time={\"outputs\":1000}'")
    #expect(result.status == 73, "\(result.error)")
    #expect(result.error.contains("\"o.csv\": File too large"), "\(result.error)")
    #expect(try folder.text(of: "o.csv") == "old")
    #expect(try folder.names() == ["bin", "o.csv", "s.json"])
  }

  /// A simplex ETF of three prototypes needs two dimensions.
  @Test func aSweepWithoutValidMembersWritesNothing() async throws {
    let keys =
      #""initial_state": {"prototypes": {"kind": "simplex_etf"}}, "sweep": {"initial_state.seed": [1, 2]}"#
    let model = #"{"classes": 3, "samples_per_class": 2, "feature_dimension": 1}"#
    try folder.put(SmallScenario.text(model: model, keys), in: "s.json")
    try folder.put("old", in: "o.csv")
    let result = try await DynProcess.run(["simulate", "s.json", "-o", "o.csv"], in: folder)
    #expect(result.status == 65, "\(result.error)")
    #expect(result.errorLines.count == 2, "one line per member: \(result.error)")
    #expect(try folder.text(of: "o.csv") == "old")
    #expect(try folder.names() == ["bin", "o.csv", "s.json"])
  }

  @Test func aDefaultNameReplacesNoForeignFile() async throws {
    try folder.put("id,name\n1,x\n", in: "s.csv")
    try await expectRefusal(
      ["simulate", "s.json"], status: 73, ["\"s.csv\"", "-o"], in: folder)
    #expect(try folder.text(of: "s.csv") == "id,name\n1,x\n")
    let insisting = try await DynProcess.run(
      ["simulate", "s.json", "-o", "s.csv", "--quiet"], in: folder)
    #expect(insisting.status == 0)
    // Its own file is replaced as before.
    #expect(try await DynProcess.run(["simulate", "s.json", "--quiet"], in: folder).status == 0)
  }

  /// An archive with a text `scenario`, and a picture that gnuplot drew for somebody else.
  @Test func defaultNamesReplaceNeitherForeignArchivesNorPictures() async throws {
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "b.json")
    try folder.makeFolder("out")
    try folder.put(
      [("scenario", NumpyArray(text: "mine")), ("data", NumpyArray(shape: [1], reals: [1]))],
      in: "out/s.npz")
    try folder.put("<svg>\n<title>Gnuplot</title>\n</svg>\n", in: "out/s.svg")
    for (option, file) in [("--states", "out/s.npz"), ("--plot", "out/s.svg")] {
      let before = try folder.data(of: file)
      try await expectRefusal(
        ["simulate", "s.json", "b.json", "-o", "out", option, "out"], status: 73,
        ["\"\(file)\"", option], in: folder)
      #expect(try folder.data(of: file) == before)
      try FileManager.default.removeItem(atPath: folder.path(file))
    }
    // Its own are replaced.
    let both = ["simulate", "s.json", "b.json", "-o", "out", "--states", "out", "--plot", "out"]
    for _ in 0..<2 { _ = try await expectSuccess(both + ["--quiet"], in: folder) }
  }

  /// Arrays that the scenario names are inputs too.
  @Test func anArrayOfTheScenarioIsNotReplaced() async throws {
    #expect(try await DynProcess.run(Self.all + ["--quiet"], in: folder).status == 0)
    let data = try folder.data(of: "f.npz")
    try folder.put(
      SmallScenario.text(
        #""initial_state": {"features": {"kind": "file", "path": "f.npz", "array": "closed_form_H"}}"#
      ), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json", "-o", "other.csv", "--states", "./f.npz"], status: 64,
      ["f.npz", "read by this run"], in: folder)
    #expect(try folder.data(of: "f.npz") == data)
  }

  #if os(Linux)
    /// Two files, of which both are read: file systems elsewhere take the names for one.
    @Test(arguments: ["simulate", "geometry"], ["\u{e9}.npz", "e\u{301}.npz"])
    func namesThatLookAlikeAreTwoInputs(command: String, name: String) async throws {
      #expect(try await DynProcess.run(Self.all + ["--quiet"], in: folder).status == 0)
      let data = try folder.data(of: "f.npz")
      for name in ["\u{e9}.npz", "e\u{301}.npz"] {
        try data.write(to: URL(fileURLWithPath: folder.path(name)))
      }
      try folder.put(
        SmallScenario.text(
          """
          "initial_state": {"features": {"kind": "file", "path": "", "array": "closed_form_H"}},
          "sweep": {"initial_state.features.path": ["\\u00e9.npz", "e\\u0301.npz"]}
          """), in: "s.json")
      let before = try folder.names().count
      try await expectRefusal(
        [command, "s.json", "-o", name], status: 64, ["read by this run"], in: folder)
      #expect(try folder.names().count == before)
    }
  #endif

  /// Not into the root folder.
  @Test(arguments: [["-o", ""], ["-o", ".", "--states", ""]])
  func anEmptyFolderIsRefused(options: [String]) async throws {
    try folder.put(SmallScenario.text(SmallScenario.threeTimes), in: "b.json")
    let before = try folder.names()
    try await expectRefusal(
      ["simulate", "s.json", "b.json"] + options, status: 73, ["the path is empty"], in: folder)
    #expect(try folder.names() == before)
  }

  @Test(arguments: ["../\u{301}x", "/\u{301}x", "..", "a/../../x", "x\u{202e}y"])
  func namesEndInsideTheFolder(name: String) async throws {
    try folder.makeFolder("in")
    try folder.put(SmallScenario.text("\"name\": \"\(name)\""), in: "in/s.json")
    let result = try await DynProcess.shell("cd in && dyn simulate s.json --quiet", in: folder)
    #expect(result.status == 0, "\(result.error)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("in"))
    #expect(names.count == 2, "\(names)")
    #expect(try folder.names() == ["bin", "in", "s.json"])
  }
}
