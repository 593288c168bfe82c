internal import CGSL

/// The C libraries behind this module: their settings and their versions.
public enum Libraries {
  /// Switches GSL's aborting error handler off, OpenBLAS to one thread and the allocator to keeping
  /// freed memory, once a process.
  ///
  /// GSL would otherwise end the process on an error. OpenBLAS with several threads splits sums
  /// differently for different thread counts, and its idle workers keep a core busy.
  static func prepare() { _ = prepared }

  private static let prepared: Bool = {
    _ = unsafe gsl_set_error_handler_off()
    openblas_set_num_threads(1)
    dyn_keep_freed_memory()
    return true
  }()

  /// The same before OpenBLAS is called, and sees to it that there is room for its work space: where
  /// it gets none, OpenBLAS asks again for ever.
  static func prepareOpenBLAS() { _ = preparedOpenBLAS }

  private static let preparedOpenBLAS: Bool = {
    prepare()
    guard let room = SystemMemory.limits.freeAddressSpace, room < ThreadRoom.workSpace else {
      return true
    }
    AllocationFailure.report(bytes: ThreadRoom.workSpace, purpose: "the work space of OpenBLAS")
    return false
  }()

  /// GSL's version, such as `2.7.1`.
  public static var gslVersion: String {
    guard let version = unsafe dyn_gsl_version() else { return "unknown" }
    return unsafe String(cString: version)
  }

  /// OpenBLAS's own description of its build, such as `OpenBLAS 0.3.21 ... SkylakeX`.
  public static var openBLASConfiguration: String {
    guard let text = unsafe openblas_get_config() else { return "unknown" }
    return unsafe String(cString: text)
  }
}
