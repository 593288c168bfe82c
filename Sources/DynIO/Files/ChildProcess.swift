import CProcess

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that runs without a shell, in a group of processes of its own, with nothing of this
/// process but pipes on its two outputs: neither descriptors, nor signals, nor environment.
struct ChildProcess: Sendable {
  /// How a program ended.
  enum Ending: Equatable {
    case status(Int32)
    case signal(Int32)
    /// This process was started in a way that hides the ends of its children.
    case unknown
  }

  private let id: pid_t
  /// Where the program's outputs are read.
  private let output: Int32
  private let errors: Int32

  /// What standard error may say; more is read and forgotten.
  private static let errorLimit = 1 << 16

  /// Starts the program at a path.
  ///
  /// - Parameter folder: the current folder of the program.
  /// - Throws: `SystemError` when it cannot be started or descriptors are exhausted.
  init(
    _ program: String, _ arguments: [String], environment: [(name: String, value: String)],
    in folder: String
  ) throws(SystemError) {
    let output = try Pipe()
    defer { close(output.write) }
    do throws(SystemError) {
      let errors = try Pipe()
      defer { close(errors.write) }
      do throws(SystemError) {
        id = try Self.start(
          program, arguments, environment: environment.map { "\($0.name)=\($0.value)" },
          in: folder, output: output.write, errors: errors.write)
      } catch {
        close(errors.read)
        throw error
      }
      self.errors = errors.read
    } catch {
      close(output.read)
      throw error
    }
    self.output = output.read
  }

  /// What the program writes, up to its end.
  ///
  /// - Throws: `SystemError` when the pipes cannot be read.
  func written() throws(SystemError) -> (output: [UInt8], errors: [UInt8]) {
    var texts: [[UInt8]] = [[], []]
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var entries = [output, errors].map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    // A negative descriptor is one that has come to its end.
    while entries.contains(where: { $0.fd >= 0 }) {
      try SystemCall.check { poll(&entries, nfds_t(entries.count), -1) }
      for index in entries.indices where entries[index].fd >= 0 && entries[index].revents != 0 {
        let count = try SystemCall.check { read(entries[index].fd, &buffer, buffer.count) }
        if count == 0 {
          entries[index].fd = -1
        } else if index == 0 || texts[index].count < Self.errorLimit {
          texts[index] += buffer[..<count]
        }
      }
    }
    return (texts[0], texts[1])
  }

  /// Waits for the end and leaves the process as it is, so that its number stays its own.
  func waitForEnd() {
    var information = siginfo_t()
    _ = try? SystemCall.check { waitid(P_PID, id_t(id), &information, WEXITED | WNOWAIT) }
  }

  /// How the program ended; waits for that. Nothing may be done with the process afterwards.
  func end() -> Ending {
    close(output)
    close(errors)
    var status: Int32 = 0
    guard (try? SystemCall.check { waitpid(id, &status, 0) }) != nil else { return .unknown }
    // The lowest seven bits are the signal, the eight above them the status.
    return status & 0x7F == 0 ? .status((status >> 8) & 0xFF) : .signal(status & 0x7F)
  }

  /// Ends the program, and all that it started in its group, at once.
  func kill() {
    #if canImport(Glibc)
      _ = Glibc.kill(-id, SIGKILL)
    #else
      _ = Darwin.kill(-id, SIGKILL)
    #endif
  }

  private static func start(
    _ program: String, _ arguments: [String], environment: [String], in folder: String,
    output: Int32, errors: Int32
  ) throws(SystemError) -> pid_t {
    // C strings with a null pointer after the last.
    let words = ([program] + arguments).map { strdup($0) } + [nil]
    let variables = environment.map { strdup($0) } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var id: pid_t = 0
    let code = dyn_start_process(&id, program, words, variables, folder, output, errors)
    if code != 0 { throw SystemError(code: code) }
    return id
  }

  /// A pipe whose descriptors are none of the three standard ones and close with this program.
  private struct Pipe {
    let read: Int32
    let write: Int32

    init() throws(SystemError) {
      var ends: [Int32] = [-1, -1]
      try SystemCall.check { pipe(&ends) }
      defer { ends.forEach { close($0) } }
      read = try SystemCall.check { fcntl(ends[0], F_DUPFD_CLOEXEC, 3) }
      do throws(SystemError) {
        write = try SystemCall.check { fcntl(ends[1], F_DUPFD_CLOEXEC, 3) }
      } catch {
        close(read)
        throw error
      }
    }
  }
}
