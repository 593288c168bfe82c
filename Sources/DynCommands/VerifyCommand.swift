import ArgumentParser
import DynIO
import DynNumerics
import Dynamics

/// `dyn verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check closed form, integration and descent of scenarios against each other.",
    discussion: """
      Runs every cross-check that applies: the closed form at t = 0 and over split intervals, \
      against integration, iterated against exact descent, the order of descent against the flow, \
      fitted against predicted rates, conserved quantities. The exit status is 1 when any fails.
      """)

  /// How the report is printed.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
  }

  @OptionGroup var options: ScenarioOptions

  @Option(help: "How the report is printed.")
  var format = Format.table

  func run() throws {
    let loaded = try options.scenarios.map { try options.loaded($0) }
    var entries: [VerificationReport.Entry] = []
    for scenario in loaded {
      var progress = ProgressBar(scenario.path, isVisible: true)
      let verification = try verification(scenario)
      entries.append((scenario.path, verification.run { progress.update($0) }))
      progress.finish()
    }
    let report = VerificationReport(entries)
    switch format {
    case .table: try Console.output(report.lines)
    case .json: try Console.output([JSONWriter.text(report.json, indented: true)])
    }
    if report.hasFailures { throw CommandFailure([], .failed) }
  }

  private func verification(_ loaded: LoadedScenario) throws -> Verification {
    do throws(NumericsError) {
      return Verification(
        try PreparedProblem(loaded.problem), solvers: loaded.scenario.solvers,
        end: loaded.scenario.times.last ?? 0)
    } catch {
      throw CommandFailure(["\(loaded.path): \(error)"], .failed)
    }
  }
}
