/// One memory group around the process, as one version of Linux's cgroups shows it.
struct MemoryGroup: Sendable {
  /// Which files tell its limits and its use.
  private enum Version { case first, second }

  /// Where its files are, below the root folder.
  private let folder: String
  private let version: Version
  /// Whether the process is in this group itself, not in one inside it.
  private let isInnermost: Bool

  /// The process's own group and all around it, up to where they are mounted, for every version of
  /// groups that is there.
  static func all(_ files: SystemFiles) -> [MemoryGroup] {
    let mounts = GroupMount.all(files)
    let memberships = GroupMembership.all(files)
    return [Version.first, .second].flatMap { version in
      memberships.filter { $0.isFirstVersion == (version == .first) }.flatMap { membership in
        groups(of: membership, version, mounts)
      }
    }
  }

  private static func groups(
    of membership: GroupMembership, _ version: Version, _ mounts: [GroupMount]
  ) -> [MemoryGroup] {
    let candidates = mounts.filter { $0.isFirstVersion == (version == .first) }
    let found = candidates.lazy.compactMap { mount in
      mount.folders(of: membership.path).map { (mount, $0) }
    }.first
    // A group that no mount shows by its path is that of the mount, as containers have it.
    let folders = found.map { $0.1 } ?? candidates.first.map { [$0.point] } ?? []
    return folders.enumerated().map { index, folder in
      MemoryGroup(folder: folder, version: version, isInnermost: index == 0)
    }
  }

  /// What the group's limit leaves free: its use without the file pages that the kernel gives up
  /// first. Nil for a group without a limit.
  func free(_ files: SystemFiles) -> FreeMemory? {
    guard let limit = limit(files), let use = files.number(path(useFile)) else { return nil }
    let cached = files.line(path("memory.stat"), beginning: cacheEntry).flatMap { Int($0) } ?? 0
    let held = max(0, use - max(0, cached))
    return FreeMemory(bytes: max(0, limit - held), bound: .group(limit))
  }

  private func limit(_ files: SystemFiles) -> Int? {
    let limits: [Int?] =
      switch version {
      case .second: [files.number(path("memory.max")), files.number(path("memory.high"))]
      case .first: firstVersionLimits(files)
      }
    return limits.compactMap { $0 }.filter { $0 >= 0 && $0 < Self.unlimited }.min()
  }

  /// A group that does not count the groups inside it does not bound them either; what bounds the
  /// innermost one from where no mount shows is in its statistics.
  private func firstVersionLimits(_ files: SystemFiles) -> [Int?] {
    let own = files.number(path("memory.limit_in_bytes"))
    guard !isInnermost else {
      let inherited = files.line(
        path("memory.stat"), beginning: "hierarchical_memory_limit ")
      return [own, inherited.flatMap { Int($0) }]
    }
    return files.number(path("memory.use_hierarchy")) == 0 ? [] : [own]
  }

  /// The first version writes the largest number of pages where there is no limit.
  private static let unlimited = 1 << 60

  private var useFile: String {
    version == .second ? "memory.current" : "memory.usage_in_bytes"
  }

  private var cacheEntry: String {
    version == .second ? "inactive_file " : "total_inactive_file "
  }

  private func path(_ file: String) -> String { folder + "/" + file }
}
