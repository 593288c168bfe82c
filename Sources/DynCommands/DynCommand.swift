public import ArgumentParser
import DynIO
import DynNumerics

/// The root command.
public struct DynCommand: ParsableCommand {
  /// Name, abstract and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "dyn",
    abstract: "Exact training dynamics of a classifier's last layer under the unhinged loss.",
    discussion: """
      A scenario file (JSON) names the model, its labels, initial state, learning rates and \
      solvers; `dyn schema` prints the format. Exit status: 0 done; 1 a check or a solver failed; \
      64 wrong usage; 65 the scenario is invalid; 66 an input file is missing or unreadable; \
      73 an output cannot be written; 130 interrupted.
      """,
    version: version,
    subcommands: [
      SimulateCommand.self, VerifyCommand.self, PlotCommand.self, ValidateCommand.self,
      GeometryCommand.self, SchemaCommand.self, SpectrumCommand.self,
    ])

  /// Version of the tool and of the libraries behind it.
  static var version: String {
    "dyn 0.1.0 (GSL \(Libraries.gslVersion); \(Libraries.openBLASConfiguration))"
  }

  /// A root command.
  public init() {}

  /// Parses the process's arguments, runs the command and ends the process.
  public static func runAndExit() -> Never {
    AllocationFailure.install { Interruption.cleanUp() }
    StandardDescriptors.reserve()
    Interruption.install()
    do {
      var command = try parseAsRoot()
      try command.run()
      exit()
    } catch let failure as CommandFailure {
      end(failure)
    } catch {
      end(of: error)
    }
  }

  /// Says what the argument parser has to say: help to standard output, faults to standard error.
  private static func end(of error: any Error) -> Never {
    let lines = Console.lines(of: fullMessage(for: error))
    let code = exitCode(for: error)
    guard code.isSuccess else {
      for line in lines { Console.error(line) }
      exit(withError: code)
    }
    do {
      try Console.output(lines)
      exit()
    } catch {
      end(CommandFailure(error, path: "dyn"))
    }
  }

  private static func end(_ failure: CommandFailure) -> Never {
    for line in failure.lines { Console.error(line) }
    exit(withError: ExitCode(failure.status.rawValue))
  }
}
