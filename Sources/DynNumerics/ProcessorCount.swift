internal import CKernels

#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

enum ProcessorCount {
  /// The processors that this process may run on: those that are on, less those that an affinity
  /// (`taskset`, a batch system) keeps it from.
  static var active: Int {
    let allowed = dyn_threads_processors()
    return max(1, allowed > 0 ? allowed : Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
  }
}
