/// A place where groups with a say over memory are mounted: a line of /proc/self/mountinfo.
struct GroupMount {
  /// The group that is seen at the mount point.
  let group: String
  /// The mount point, without the slash at its beginning.
  let point: String
  let isFirstVersion: Bool

  static func all(_ files: SystemFiles) -> [GroupMount] {
    (files.text("proc/self/mountinfo") ?? "").split(separator: "\n").compactMap { GroupMount($0) }
  }

  /// Fields are: id, parent, device, root, mount point, options, optional fields, `-`, type, source
  /// and the options of the file system.
  private init?(_ line: Substring) {
    let fields = line.split(separator: " ")
    guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else {
      return nil
    }
    switch fields[dash + 1] {
    case "cgroup2": isFirstVersion = false
    case "cgroup" where fields[dash + 3].split(separator: ",").contains("memory"):
      isFirstVersion = true
    default: return nil
    }
    group = Self.unescaped(fields[3])
    point = String(Self.unescaped(fields[4]).drop { $0 == "/" })
  }

  /// The folders of a group and of those around it, its own first; nil where the mount does not show
  /// the group.
  func folders(of path: String) -> [String]? {
    let outer = group.split(separator: "/")
    let names = path.split(separator: "/")
    guard names.starts(with: outer), !names.contains("..") else { return nil }
    let inner = names.dropFirst(outer.count)
    return (0...inner.count).reversed().map { depth in
      ([Substring(point)] + inner.prefix(depth)).joined(separator: "/")
    }
  }

  /// A path with its octal escapes, such as `\040` for a space, replaced.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(3)
      guard byte == UInt8(ascii: "\\"), digits.count == 3,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest = rest.dropFirst(3)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The process's place in one hierarchy of groups: a line of /proc/self/cgroup.
struct GroupMembership {
  /// The group's path as the process sees it.
  let path: String
  let isFirstVersion: Bool

  static func all(_ files: SystemFiles) -> [GroupMembership] {
    (files.text("proc/self/cgroup") ?? "").split(separator: "\n").compactMap {
      GroupMembership($0)
    }
  }

  /// Fields are the hierarchy's number, its controllers and the path; version 2 is `0::path`.
  private init?(_ line: Substring) {
    let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count == 3 else { return nil }
    if fields[1].split(separator: ",").contains("memory") {
      isFirstVersion = true
    } else if fields[0] == "0", fields[1].isEmpty {
      isFirstVersion = false
    } else {
      return nil
    }
    path = String(fields[2])
  }
}
