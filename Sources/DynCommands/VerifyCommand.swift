import ArgumentParser
import DynIO
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
    let sweeps = try options.scenarios.map { ($0, try options.sweep($0)) }
    var entries: [VerificationReport.Entry] = []
    for (path, sweep) in sweeps {
      var progress = ProgressBar(path, isVisible: true)
      for (index, member) in sweep.members.enumerated() {
        let verification = try verification(member, path)
        let results = verification.run { share in
          progress.update((Double(index) + share) / Double(sweep.members.count))
        }
        entries.append((member.label.isEmpty ? path : "\(path) [\(member.label)]", results))
      }
      progress.finish()
    }
    let report = VerificationReport(entries)
    switch format {
    case .table: try Console.output(report.lines)
    case .json: try Console.output([JSONWriter.text(report.json, indented: true)])
    }
    if report.hasFailures { throw CommandFailure([], .failed) }
  }

  private func verification(
    _ member: LoadedSweep.Member, _ path: String
  ) throws -> Verification {
    do {
      return Verification(
        try PreparedProblem(try member.problem()), solvers: member.scenario.solvers,
        end: member.scenario.times.last ?? 0)
    } catch let error as ScenarioError {
      throw CommandFailure(error)
    } catch {
      throw CommandFailure(["\(path): \(error)"], .failed)
    }
  }
}
