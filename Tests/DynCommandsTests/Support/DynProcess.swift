import Foundation
import Testing

/// Runs the executable `dyn` that is built beside the test bundle, as a user does.
enum DynProcess {
  /// Seconds that a process may take on a machine that is busy with all other tests.
  static let patience = 900

  /// A process that did not end in time, which says nothing about what it would have written.
  struct Late: Error, CustomStringConvertible {
    let seconds: Int

    var description: String {
      "still running after \(seconds) s: the machine is too busy, or the command does not end"
    }
  }

  /// How a run ended; a status above 128 means that a signal ended it, as in a shell.
  struct Result {
    let status: Int32
    let output: String
    let error: String

    var errorLines: [String] { error.split(separator: "\n").map(String.init) }
  }

  /// The executable.
  static let path: String? = {
    let bundles = Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
    let program = CommandLine.arguments.first.map {
      URL(fileURLWithPath: $0).deletingLastPathComponent()
    }
    let folders = [Bundle.main.executableURL?.deletingLastPathComponent(), program] + bundles
    return folders.compactMap { $0?.appendingPathComponent("dyn").path }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Runs `dyn` to its end in a folder; a run that does not end is killed and throws `Late`.
  static func run(
    _ arguments: [String], in folder: CommandFolder, input: String = "",
    secondsAtMost: Int = patience
  ) async throws -> Result {
    try await run(
      try #require(path, "dyn is not built"), arguments, in: folder, input: input,
      secondsAtMost: secondsAtMost)
  }

  /// Runs any program in a folder.
  static func run(
    _ program: String, _ arguments: [String], in folder: CommandFolder, input: String = "",
    secondsAtMost: Int = patience
  ) async throws -> Result {
    try await ProcessSlots.shared.withSlot {
      let running = try RunningProcess(program, arguments, in: folder, input: input)
      return try await running.result(secondsAtMost: secondsAtMost)
    }
  }

  /// Runs a shell command with `dyn` on the path.
  static func shell(_ command: String, in folder: CommandFolder) async throws -> Result {
    try await run("/bin/sh", ["-c", command], in: folder)
  }
}

/// A program that runs. Its outputs go to files, so that no pipe can fill up.
final class RunningProcess: @unchecked Sendable {
  private let process = Process()
  private let captured: CommandFolder
  private let end = DispatchSemaphore(value: 0)

  init(
    _ program: String, _ arguments: [String], in folder: CommandFolder, input: String = ""
  ) throws {
    captured = try CommandFolder()
    try captured.put(input, in: "input")
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = try Self.environment()
    let files = [
      try captured.reader("input"), try captured.writer("output"), try captured.writer("error"),
    ]
    // The program has descriptors of its own; ours would stay open longer than this object lives.
    defer { files.forEach { try? $0.close() } }
    (process.standardInput, process.standardOutput) = (files[0], files[1])
    process.standardError = files[2]
    process.terminationHandler = { [end] _ in end.signal() }
    try process.run()
  }

  private static func environment() throws -> [String: String] {
    let dyn = URL(fileURLWithPath: try #require(DynProcess.path)).deletingLastPathComponent().path
    var variables = ProcessInfo.processInfo.environment
    variables["PATH"] = dyn + ":" + (variables["PATH"] ?? "")
    variables["SWIFT_BACKTRACE"] = "enable=no"
    return variables
  }

  /// Sends Ctrl-C.
  func interrupt() { kill(process.processIdentifier, SIGINT) }

  /// Interrupts after a time, whether or not the test's own task gets a turn by then: a run without
  /// end must not outlive it and slow down all other tests.
  func interrupt(afterMilliseconds milliseconds: Int) {
    // A thread of its own: the global queues may be full of tests that wait.
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
      self.interrupt()
    }
  }

  var isRunning: Bool { process.isRunning }

  /// Waits for the end.
  func result(secondsAtMost: Int = DynProcess.patience) async throws -> DynProcess.Result {
    let isLate = await withCheckedContinuation { continuation in
      // A thread of its own: tests that wait must not fill the queues that others need.
      Thread.detachNewThread {
        let isLate = self.end.wait(timeout: .now() + .seconds(secondsAtMost)) == .timedOut
        if isLate {
          kill(self.process.processIdentifier, SIGKILL)
          self.end.wait()
        }
        continuation.resume(returning: isLate)
      }
    }
    if isLate { throw DynProcess.Late(seconds: secondsAtMost) }
    let signalOffset: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return DynProcess.Result(
      status: process.terminationStatus + signalOffset,
      output: try captured.text(of: "output"), error: try captured.text(of: "error"))
  }
}
