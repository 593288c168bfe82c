import Foundation
import Testing

/// Runs in an address space or a memory group that is too small: one sentence, never a trace, a
/// signal or a run without end.
@Suite struct MemoryLimitTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static let small = """
    {"model": {"classes": 3, "samples_per_class": 4, "feature_dimension": 5},
     "solvers": [{"kind": "closed_form"}, {"kind": "ode"}]}
    """
  private static let large = """
    {"model": {"classes": 10, "samples_per_class": 1000, "feature_dimension": 500},
     "solvers": [{"kind": "closed_form"}, {"kind": "ode", "method": "rkf45"}],
     "time": {"end": 0.1, "outputs": 2}}
    """
  private static let network = """
    {"model": {"case": "unconstrained", "loss": {"kind": "cross_entropy"}, "classes": 3,
               "samples_per_class": 40, "feature_dimension": 20},
     "solvers": [{"kind": "gradient_descent", "step": 0.1}], "time": {"end": 1, "outputs": 2}}
    """

  private static let margins = """
    {"model": {"loss": {"kind": "cdt", "delta": {"power": 0.5}}, "classes": 3,
               "samples_per_class": [4, 5, 6], "feature_dimension": 5},
     "solvers": [{"kind": "gradient_descent", "normalize": "loss"}]}
    """

  /// Sizes in MiB from where the program and its libraries can be loaded at all.
  private static let sizes = [72, 90, 110, 140, 180, 200, 220, 260, 330, 450, 700, 2000]

  #if os(Linux)
    @Test(
      arguments: sizes,
      [
        "simulate small.json -o o.csv", "simulate large.json -o o.csv --states o.npz",
        "simulate network.json -o o.csv --threads 8", "verify small.json", "geometry geometry.json",
        "spectrum network.json", "validate large.json", "schema",
      ])
    func addressSpaces(mebibytes: Int, arguments: String) async throws {
      try folder.put(Self.small, in: "small.json")
      try folder.put(Self.large, in: "large.json")
      try folder.put(Self.network, in: "network.json")
      try folder.put(Self.margins, in: "geometry.json")
      let result = try await DynProcess.shell(
        "ulimit -v \(mebibytes * 1024) && exec timeout 60 dyn \(arguments)", in: folder)
      // The dynamic loader ends with 127 where not even the libraries have room.
      let isLoaded = !result.error.contains("error while loading shared libraries")
      #expect([0, 1, 65].contains(result.status) || !isLoaded, "\(result.error.prefix(300))")
      if result.status != 0 {
        #expect(result.errorLines.count == 1, "\(result.error.prefix(600))")
        #expect(result.error.contains("memory") || result.error.contains("free") || !isLoaded)
      }
      // What is too small for a work space of OpenBLAS is too small for the small scenario.
      if mebibytes >= 450 { #expect(result.status == 0 || arguments.contains("large")) }
    }

    /// The sentence says what was wanted, and the threads are fewer before it comes to that.
    @Test func theWorkSpaceOfOpenBLASIsNamed() async throws {
      try folder.put(Self.small, in: "small.json")
      let result = try await DynProcess.shell(
        "ulimit -v 150000 && exec timeout 60 dyn simulate small.json -o o.csv", in: folder)
      #expect(result.status == 1)
      #expect(
        result.error.hasPrefix("dyn: out of memory: the work space of OpenBLAS of 128 MiB"),
        "\(result.error.prefix(300))")
      #expect(try folder.names() == ["small.json"])
    }

    /// 20 MB of "0," are ten million numbers.
    @Test func aFileThatIsTooLargeToReadIsRefused() async throws {
      let zeros = String(repeating: "0,", count: 10_000_000)
      try folder.put("{\"model\": [\(zeros)0]}", in: "long.json")
      let result = try await DynProcess.shell(
        "ulimit -v 300000 && exec timeout 60 dyn validate long.json", in: folder)
      #expect(result.status == 65, "\(result.error.prefix(300))")
      #expect(result.errorLines.count == 1)
      for fragment in ["19.1 MiB", "reading it needs about 457.8 MiB", "are free", ".npy"] {
        #expect(result.error.contains(fragment), "\(result.error.prefix(300)) lacks \(fragment)")
      }
    }

    /// Four descriptors are those of the standard streams and one for files.
    @Test func fewDescriptorsDoNotCrash() async throws {
      try folder.put(Self.network, in: "s.json")
      let result = try await DynProcess.shell(
        "dyn simulate s.json -o a.csv --quiet && ulimit -n 6 && exec dyn simulate s.json -o b.csv",
        in: folder)
      #expect(result.status == 0, "\(result.error.prefix(300))")
      #expect(try folder.text(of: "a.csv") == folder.text(of: "b.csv"))
    }
  #endif

  /// A group that holds 80 MiB: a state that does not fit is refused, with the limit by name.
  @Test(.enabled(if: MemoryGroupFolder.isAvailable, MemoryGroupFolder.reason))
  func aRealMemoryGroup() async throws {
    let group = try MemoryGroupFolder(limit: 80 << 20)
    try folder.put(Self.large, in: "large.json")
    let result = try await DynProcess.shell(
      "echo $$ > '\(group.path)/cgroup.procs' && exec dyn simulate large.json -o o.csv",
      in: folder)
    #expect(result.status == 65, "\(result.status) \(result.error.prefix(300))")
    #expect(
      result.error.contains("of the memory group's limit of 80.0 MiB"),
      "\(result.error.prefix(300))")
  }
}

/// A memory group of the first version of cgroups, removed with its object.
final class MemoryGroupFolder {
  private static let parent = "/sys/fs/cgroup/memory"
  static let reason: Comment =
    "skipped: no memory group can be made in /sys/fs/cgroup/memory (needs root and cgroups v1)"

  static let isAvailable: Bool = (try? MemoryGroupFolder(limit: 1 << 30)) != nil

  let path: String

  init(limit: Int) throws {
    path = Self.parent + "/dyn-tests-" + UUID().uuidString
    guard FileManager.default.fileExists(atPath: Self.parent + "/memory.limit_in_bytes") else {
      throw CocoaError(.fileNoSuchFile)
    }
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let file = try FileHandle(
      forWritingTo: URL(fileURLWithPath: path + "/memory.limit_in_bytes"))
    try file.write(contentsOf: Data("\(limit)\n".utf8))
    try file.close()
  }

  deinit { rmdir(path) }
}
