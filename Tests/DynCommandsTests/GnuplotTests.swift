import Foundation
import Testing

/// How gnuplot is run: alone, in a folder of its own that goes with it.
@Suite struct GnuplotTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put("solver,time,zeta_h,zeta_w,x\r\na,0,0,0,1\r\na,1,0,0,2\r\n", in: "a.csv")
    try folder.makeFolder("bin")
    try folder.makeFolder("tmp")
  }

  /// Draws with another program in gnuplot's place, or the real one, and returns the error.
  private func draw(
    _ program: String?, variables: String = "", status: Int32
  ) async throws -> String {
    if let program {
      try folder.put(program, in: "bin/gnuplot")
      chmod(folder.path("bin/gnuplot"), 0o755)
    }
    let result = try await DynProcess.shell(
      "PATH=\"$PWD/bin:$PATH\" TMPDIR=\"$PWD/tmp\" \(variables) dyn plot a.csv -o a.svg", in: folder
    )
    #expect(result.status == status, "\(result.error)")
    #expect(result.errorLines.count == (status == 0 ? 0 : 1), "\(result.error)")
    #expect(try temporary().isEmpty)
    return result.error
  }

  private func temporary() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path("tmp")).sorted()
  }

  @Test(arguments: [
    ("#!/bin/sh\nkill -9 $$", "signal 9"), ("#!/bin/sh\nexit 0", "empty or partial"),
    ("#!/bin/sh\necho '<?xml><svg>'", "empty or partial"),
    ("#!/bin/sh\necho one >&2; echo two >&2; exit 3", "gnuplot: one two"),
    ("#!/bin/sh\ncat; exit 5", "status 5"), ("exit 0", "could not be run"),
    ("#!/nowhere/sh\n", "could not be run"),
    ("#!/bin/sh\nhead -c 300000 /dev/zero >&2; exit 3", "gnuplot: "),
  ]) func aGnuplotThatFailsIsNamed(program: String, fragment: String) async throws {
    let error = try await draw(program, status: 1)
    #expect(error.contains(fragment), "\(error)")
    #expect(error.utf8.count < 20_000)
    #expect(try folder.names() == ["a.csv", "bin", "tmp"])
  }

  @Test func gnuplotSeesNothingOfTheUser() async throws {
    let error = try await draw(
      "#!/bin/sh\nenv | cut -d = -f 1 | tr '\\n' ' ' >&2; ls . >&2; pwd >&2; exit 3",
      variables: "SECRET=1 GNUTERM=x HOME=/nowhere", status: 1)
    for word in ["SECRET", "GNUTERM", "/nowhere", "a.csv"] { #expect(!error.contains(word)) }
    #expect(error.contains("figure.gp") && error.contains("HOME"))
    #expect(error.contains(folder.path("tmp") + "/dyn-figure-"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd")))
  func gnuplotInheritsNeitherDescriptorsNorSignals() async throws {
    try folder.put(
      "#!/bin/sh\ncat /proc/self/status >&2; for f in /proc/$$/fd/*; do echo fd=${f##*/}. >&2; done; "
        + "exit 3", in: "bin/gnuplot")
    chmod(folder.path("bin/gnuplot"), 0o755)
    let result = try await DynProcess.shell(
      "trap '' PIPE TERM; PATH=\"$PWD/bin:$PATH\" dyn plot a.csv -o a.svg 7<a.csv", in: folder)
    #expect(result.error.contains("fd=2."))
    #expect(!result.error.contains("fd=7."))
    let ignored = try #require(result.error.firstMatch(of: /SigIgn:\D*(?:u\{9\})?([0-9a-f]{16})/))
    // Signals 1 to 31: glibc keeps two of those above for itself.
    #expect(try #require(UInt64(ignored.1, radix: 16)) & 0x7FFF_FFFF == 0)
  }

  /// A user's own settings would redirect the figure.
  @Test func settingsOfTheUserAreNotRead() async throws {
    try folder.put("set output \"stolen.svg\"\nset datafile separator \",\"\n", in: ".gnuplot")
    _ = try await draw(nil, variables: "HOME=\"$PWD\"", status: 0)
    #expect(try folder.text(of: "a.svg").hasSuffix("</svg>\n\n"))
    #expect(try folder.names() == [".gnuplot", "a.csv", "a.svg", "bin", "tmp"])
  }

  @Test func withoutGnuplotTheRemedyIsNamed() async throws {
    let result = try await DynProcess.shell(
      "dyn=$(command -v dyn); PATH=:/nowhere $dyn plot a.csv -o a.svg", in: folder)
    #expect(result.status == 1)
    #expect(result.error.contains("gnuplot is not installed: install it"))
  }

  /// An empty entry of PATH is the current folder for a shell, where a stranger's files may lie.
  @Test func theCurrentFolderIsNotSearched() async throws {
    try folder.put("#!/bin/sh\ntouch PWN", in: "gnuplot")
    chmod(folder.path("gnuplot"), 0o755)
    let result = try await DynProcess.shell(
      ":; PATH=\":$PATH:\" dyn plot a.csv -o a.svg", in: folder)
    #expect(result.status == 0)
  }

  @Test func aMissingTemporaryFolderIsNamed() async throws {
    let result = try await DynProcess.shell("TMPDIR=/nowhere dyn plot a.csv -o a.svg", in: folder)
    #expect(result.status == 1)
    #expect(result.error.contains("\"/nowhere\": No such file or directory: set TMPDIR"))
  }

  /// Those of dead processes go, those in use stay, and links are not followed.
  @Test func staleFoldersAreRemoved() async throws {
    try folder.makeFolder("tmp/dyn-figure-dead00/inner")
    try folder.put("x", in: "tmp/dyn-figure-dead00/inner/file")
    try folder.makeFolder("kept")
    try folder.put("x", in: "kept/file")
    for link in ["tmp/dyn-figure-dead00/link", "tmp/dyn-figure-link00"] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: folder.path("kept"))
    }
    try folder.makeFolder("tmp/dyn-figure-used00")
    try folder.makeFolder("tmp/dyn-other")
    let used = open(folder.path("tmp/dyn-figure-used00"), O_RDONLY | O_CLOEXEC)
    defer { close(used) }
    #expect(flock(used, LOCK_EX) == 0)
    let result = try await DynProcess.shell(
      "TMPDIR=\"$PWD/tmp\" dyn plot a.csv -o a.svg", in: folder)
    #expect(result.status == 0, "\(result.error)")
    #expect(try temporary() == ["dyn-figure-link00", "dyn-figure-used00", "dyn-other"])
    #expect(try folder.text(of: "kept/file") == "x")
  }

  /// A signal ends gnuplot and all that it started, and the folder goes.
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalWhileGnuplotDrawsLeavesNothing(signal: Int32) async throws {
    try folder.put(
      "#!/bin/sh\nsleep 3600 & echo $$ > \"$(dirname \"$0\")/started\"; sleep 3600\n",
      in: "bin/gnuplot")
    chmod(folder.path("bin/gnuplot"), 0o755)
    let running = try RunningProcess(
      "/bin/sh",
      [
        "-c",
        "PATH=\"$PWD/bin:$PATH\" TMPDIR=\"$PWD/tmp\"; export PATH TMPDIR; echo $$ > pid; "
          + "exec dyn plot a.csv -o a.svg",
      ], in: folder)
    let marker = folder.path("bin/started")
    while (FileManager.default.contents(atPath: marker) ?? Data()).isEmpty, running.isRunning {
      try await Task.sleep(for: .milliseconds(5))
    }
    let group = try #require(Int32(try folder.text(of: "bin/started").dropLast()))
    kill(try #require(Int32(try folder.text(of: "pid").dropLast())), signal)
    let result = try await running.result(secondsAtMost: 120)
    #expect(result.status == 128 + signal)
    #expect(!result.error.contains("gnuplot"))
    #expect(try temporary().isEmpty)
    #expect(try !folder.names().contains("a.svg"))
    // Nobody of the group is left but, for a moment, processes that wait to be reaped.
    for _ in 0..<200 where kill(-group, 0) == 0 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(kill(-group, 0) != 0)
  }
}
