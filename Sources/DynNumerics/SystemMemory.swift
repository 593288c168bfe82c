#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The memory of the machine, as far as this process may use it.
public enum SystemMemory {
  /// Bytes that the process can allocate now without swapping: what the tightest of the machine, the
  /// memory groups around the process and its own limits leaves free.
  public static var available: Int { free.bytes }

  /// The same with what bounds it; where the system does not tell, the physical memory.
  public static var free: FreeMemory {
    limits.free
      ?? FreeMemory(
        bytes: Int(sysconf(Int32(_SC_PHYS_PAGES))).bytes(of: SystemFiles.pageSize),
        bound: .machine)
  }

  /// Groups do not change while a process runs; their limits and use are read each time.
  static let limits = MemoryLimits()

  /// The most bytes that this process has held at once.
  public static var peak: Int {
    var usage = rusage()
    #if canImport(Glibc)
      guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
      return usage.ru_maxrss * 1024
    #else
      guard unsafe getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
      return usage.ru_maxrss
    #endif
  }
}
