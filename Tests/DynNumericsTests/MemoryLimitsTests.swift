import Foundation
import Testing

@testable import DynNumerics

/// What made-up roots say, file by file.
@Suite struct MemoryLimitsTests {
  private static let secondMount = "28 22 0:25 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n"
  private static let firstMount =
    "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:7 - cgroup cgroup rw,memory\n"
  private static let limits =
    "Limit                     Soft Limit           Hard Limit           Units     \n"

  /// The bound of a root with 8 GiB available and further files.
  private func free(_ files: [String: String]) throws -> FreeMemory? {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("dyn-limits-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let machine = ["proc/meminfo": "MemTotal: 1 kB\nMemAvailable:  8388608 kB\nBuffers: 1 kB\n"]
    for (path, text) in machine.merging(files, uniquingKeysWith: { $1 }) {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return MemoryLimits(root: root.path).free
  }

  private func bytes(_ files: [String: String]) throws -> Int? { try free(files)?.bytes }

  private func second(
    _ path: String, _ groups: [String: [String: String]], mount: String = secondMount
  ) -> [String: String] {
    var files = ["proc/self/cgroup": "0::\(path)\n", "proc/self/mountinfo": mount]
    for (group, entries) in groups {
      for (name, text) in entries { files["sys/fs/cgroup\(group)/memory.\(name)"] = text }
    }
    return files
  }

  @Test func theMachineBoundsWhatNothingElseDoes() throws {
    let free = try #require(try free([:]))
    #expect(free == FreeMemory(bytes: 8 << 30, bound: .machine))
    #expect(free.sentencePart == "8.0 GiB are free")
  }

  @Test(arguments: ["", "MemAvailable: lots\n", "MemAvailable:\n", "\u{0}\u{1}"])
  func aMachineThatDoesNotTellBoundsNothing(text: String) throws {
    #expect(try free(["proc/meminfo": text]) == nil)
  }

  /// The tightest of all levels counts, whichever it is.
  @Test(
    arguments: [
      (["/a/b": ["max": "1000\n", "current": "400\n"]], 600, 1000),
      (
        ["/a/b": ["max": "max\n", "current": "400\n"], "/a": ["max": "900", "current": "700"]], 200,
        900
      ),
      (["/a/b": ["max": "1000", "high": "800", "current": "400"]], 400, 800),
      (
        [
          "/a/b": [
            "max": "1000", "current": "400", "stat": "anon 100\ninactive_file 150\nfile 1\n",
          ]
        ],
        750, 1000
      ),
      (["/a/b": ["max": "1000", "current": "4000"]], 0, 1000),
      (["/a/b": ["max": "0", "current": "0"]], 0, 0),
      (["": ["max": "70", "current": "30"], "/a": ["max": "100", "current": "30"]], 40, 70),
    ] as [([String: [String: String]], Int, Int)])
  func groupsOfTheSecondVersion(
    groups: [String: [String: String]], expected: Int, limit: Int
  ) throws {
    let free = try #require(try free(second("/a/b", groups)))
    #expect(free == FreeMemory(bytes: expected, bound: .group(limit)))
  }

  /// Garbage sets no bound, and neither do groups that are elsewhere.
  @Test(arguments: [
    ["/a/b": ["max": "many", "current": "1"]], ["/a/b": ["max": "", "current": "1"]],
    ["/a/b": ["max": "10"]], ["/a/b": ["max": "10", "current": "x"]],
    ["/a/b": ["max": "-5", "current": "1"]],
    ["/a/b": ["max": "99999999999999999999999", "current": "1"]],
    ["/c": ["max": "10", "current": "1"]], ["/a/b/c": ["max": "10", "current": "1"]],
  ])
  func garbageBoundsNothing(groups: [String: [String: String]]) throws {
    #expect(try free(second("/a/b", groups))?.bound == .machine)
  }

  /// A container without a name space of its own sees its path from the host and its group at the
  /// mount point; one with a name space sees "/".
  @Test(arguments: [
    ("/docker/12 3", "28 22 0:25 /docker/12\\0403 /sys/fs/cgroup rw - cgroup2 cgroup rw\n"),
    ("/", secondMount), ("/../x", secondMount),
    ("/docker/other", "28 22 0:25 /docker/here /sys/fs/cgroup rw - cgroup2 cgroup rw\n"),
  ])
  func containers(path: String, mount: String) throws {
    let files = second(path, ["": ["max": "500", "current": "100"]], mount: mount)
    #expect(try free(files) == FreeMemory(bytes: 400, bound: .group(500)))
  }

  @Test func aGroupInsideAContainer() throws {
    let mount = "28 22 0:25 /docker/12 /sys/fs/cgroup rw - cgroup2 cgroup rw\n"
    let files = second(
      "/docker/12/job",
      ["/job": ["max": "50", "current": "10"], "": ["max": "45", "current": "10"]],
      mount: mount)
    #expect(try bytes(files) == 35)
  }

  private func first(_ groups: [String: [String: String]]) -> [String: String] {
    var files = [
      "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/s/job\n0::/\n",
      // The second version is there as well, without control of memory.
      "proc/self/mountinfo": Self.firstMount
        + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n"
        + "30 31 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n",
    ]
    for (group, entries) in groups {
      for (name, text) in entries { files["sys/fs/cgroup/memory\(group)/memory.\(name)"] = text }
    }
    return files
  }

  private static let none = "9223372036854771712\n"

  @Test(
    arguments: [
      (["/s/job": ["limit_in_bytes": "1000\n", "usage_in_bytes": "300\n"]], 700, 1000),
      (
        [
          "/s/job": [
            "limit_in_bytes": "1000", "usage_in_bytes": "300",
            "stat": "inactive_file 7\ntotal_inactive_file 100\n",
          ]
        ], 800, 1000
      ),
      // A limit from where no mount shows.
      (
        [
          "/s/job": [
            "limit_in_bytes": none, "usage_in_bytes": "300",
            "stat": "cache 1\nhierarchical_memory_limit 400\n",
          ]
        ], 100, 400
      ),
      (
        [
          "/s/job": ["limit_in_bytes": none, "usage_in_bytes": "300"],
          "/s": ["limit_in_bytes": "900", "usage_in_bytes": "850", "use_hierarchy": "1\n"],
        ], 50, 900
      ),
      // A group that does not count those inside it.
      (
        [
          "/s/job": ["limit_in_bytes": "1000", "usage_in_bytes": "300"],
          "/s": ["limit_in_bytes": "900", "usage_in_bytes": "850", "use_hierarchy": "0\n"],
        ], 700, 1000
      ),
    ] as [([String: [String: String]], Int, Int)])
  func groupsOfTheFirstVersion(
    groups: [String: [String: String]], expected: Int, limit: Int
  ) throws {
    #expect(try free(first(groups)) == FreeMemory(bytes: expected, bound: .group(limit)))
  }

  @Test func noLimitOfTheFirstVersionIsNone() throws {
    let groups = ["/s/job": ["limit_in_bytes": Self.none, "usage_in_bytes": "300"]]
    #expect(try free(first(groups))?.bound == .machine)
  }

  @Test func theProcesssOwnLimits() throws {
    let page = SystemFiles.pageSize
    let size = "100 50 10 5 0 40 0\n"
    func limit(_ name: String, _ value: String) -> [String: String] {
      [
        "proc/self/statm": size,
        "proc/self/limits": Self.limits + "\(name)           \(value)     unlimited   bytes\n",
      ]
    }
    let space = try #require(try free(limit("Max address space", "\(1000 * page)")))
    #expect(space == FreeMemory(bytes: 900 * page, bound: .addressSpace(1000 * page)))
    let data = try #require(try free(limit("Max data size", "\(1000 * page)")))
    #expect(data == FreeMemory(bytes: 960 * page, bound: .data(1000 * page)))
    #expect(try free(limit("Max address space", "unlimited"))?.bound == .machine)
  }

  @Test func sentencesNameTheBound() {
    let free = FreeMemory(bytes: 300 << 20, bound: .group(512 << 20))
    #expect(
      free.sentencePart == "of the memory group's limit of 512.0 MiB, 300.0 MiB are free")
  }

  /// Threads take a work space of OpenBLAS each; one runs in whatever room there is.
  @Test func threadsNeedRoom() {
    #expect(ThreadRoom.threads(in: 0) == 1)
    #expect(ThreadRoom.threads(in: 300 << 20) == 1)
    #expect(ThreadRoom.threads(in: 330 << 20) == 2)
    #expect(ThreadRoom.threads(in: 1 << 40) > 1000)
  }
}
