#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

enum ProcessorCount {
  /// The processors that are on.
  static var active: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}
