#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// The memory of the machine.
public enum SystemMemory {
  /// Bytes that a program can allocate now without swapping: what the kernel says is available,
  /// else the physical memory.
  public static var available: Int {
    reportedByKernel ?? Int(sysconf(Int32(_SC_PHYS_PAGES))) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

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

  private static var reportedByKernel: Int? {
    guard let file = unsafe fopen("/proc/meminfo", "r") else { return nil }
    defer { _ = unsafe fclose(file) }
    var buffer = [CChar](repeating: 0, count: 4096)
    let length = unsafe fread(&buffer, 1, buffer.count - 1, file)
    let text = String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
      return nil
    }
    return kilobytes * 1024
  }
}
