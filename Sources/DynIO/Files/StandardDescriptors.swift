#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The descriptors 0, 1 and 2.
public enum StandardDescriptors {
  /// Opens those that the process was started without, so that no file that it opens takes their
  /// place and gets what is meant for a terminal. They can be neither read from nor written to: an
  /// attempt is an error as before.
  ///
  /// Call this before any file is opened.
  public static func reserve() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free descriptor is taken.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}
