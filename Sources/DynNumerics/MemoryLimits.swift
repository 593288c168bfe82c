/// The bounds around the memory of this process: the machine, its memory groups (Linux cgroups of
/// either version), and its own limits (`ulimit`, `prlimit`).
///
/// Everything is read from files below a root folder. A file that is missing or that says nothing
/// sets no bound.
public struct MemoryLimits: Sendable {
  private let files: SystemFiles
  private let groups: [MemoryGroup]
  private let addressSpaceLimit: Int?
  private let dataLimit: Int?

  /// The bounds that the files below a root folder describe. The groups and the process's own limits
  /// are looked up here, once; the groups' limits and what is in use each time.
  public init(root: String = "/") {
    files = SystemFiles(root: root)
    groups = MemoryGroup.all(files)
    addressSpaceLimit = Self.limit("Max address space", files)
    dataLimit = Self.limit("Max data size", files)
  }

  /// What the tightest bound leaves free; nil where no file tells.
  public var free: FreeMemory? {
    ([machine, addressSpace, data].compactMap { $0 } + groups.compactMap { $0.free(files) })
      .min { $0.bytes < $1.bytes }
  }

  /// What the process's own limits leave free of its address space; nil where they are unlimited.
  var freeAddressSpace: Int? { [addressSpace, data].compactMap { $0?.bytes }.min() }

  private var machine: FreeMemory? {
    guard let line = files.line("proc/meminfo", beginning: "MemAvailable:"),
      let kilobytes = line.split(separator: " ").first.flatMap({ Int($0) })
    else { return nil }
    return FreeMemory(bytes: kilobytes.bytes(of: 1024), bound: .machine)
  }

  private var addressSpace: FreeMemory? {
    // The first field of statm is the size in pages.
    addressSpaceLimit.flatMap { limit in
      free(of: limit, field: 0).map { FreeMemory(bytes: $0, bound: .addressSpace(limit)) }
    }
  }

  private var data: FreeMemory? {
    // The sixth field of statm is what is private and writable, stacks included.
    dataLimit.flatMap { limit in
      free(of: limit, field: 5).map { FreeMemory(bytes: $0, bound: .data(limit)) }
    }
  }

  private func free(of limit: Int, field: Int) -> Int? {
    guard let fields = files.text("proc/self/statm")?.split(separator: " "), fields.count > field,
      let pages = Int(fields[field])
    else { return nil }
    return max(0, limit - pages.bytes(of: SystemFiles.pageSize))
  }

  private static func limit(_ name: String, _ files: SystemFiles) -> Int? {
    files.line("proc/self/limits", beginning: name)?
      .split(separator: " ").first.flatMap { Int($0) }
  }
}

/// Memory that a process may still take, and the bound that leaves no more.
public struct FreeMemory: Sendable, Equatable {
  /// What sets a bound, and its size in bytes.
  public enum Bound: Sendable, Equatable {
    /// What the machine has available without swapping.
    case machine
    /// A memory group around the process, as containers and batch systems set up.
    case group(Int)
    /// The limit of the process's address space (`ulimit -v`).
    case addressSpace(Int)
    /// The limit of the process's data (`ulimit -d`).
    case data(Int)
  }

  /// How much is free.
  public let bytes: Int
  /// What leaves no more free.
  public let bound: Bound

  /// The size with its bound, such as `of the memory group's limit of 512 MiB, 300 MiB are free`.
  public var sentencePart: String {
    let free = "\(ByteCount.text(Double(bytes))) are free"
    return switch bound {
    case .machine: free
    case .group(let limit): "of the memory group's limit of \(text(limit)), " + free
    case .addressSpace(let limit): "of the limit of the address space of \(text(limit)), " + free
    case .data(let limit): "of the limit of the data size of \(text(limit)), " + free
    }
  }

  private func text(_ bytes: Int) -> String { ByteCount.text(Double(bytes)) }
}
