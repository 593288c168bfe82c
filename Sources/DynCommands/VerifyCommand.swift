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

  @OptionGroup var options: ScenarioOptions

  @Option(help: "How the report is printed.")
  var format = ReportFormat.table

  func run() throws {
    let sweeps = try options.loaded { ($0, $1) }
    let members = sweeps.flatMap { path, sweep in sweep.members.map { (path: path, member: $0) } }
    let progress = ProgressBar("verify", isVisible: true)
    let outcomes = members.concurrentMap(
      threads: options.threadCount, progress: { progress.update($0) }
    ) { entry, threads in
      Self.outcome(entry.member, entry.path, threads: threads)
    }
    progress.finish()
    let (entries, refusals) = try outcomes.separated()
    let report = VerificationReport(entries)
    var failures = FailureList(path: options.scenarios[0])
    failures.note(CommandFailure(refusing: refusals))
    failures.attempt {
      switch format {
      case .table: try Console.output(report.lines)
      case .json: try Console.output(document: JSONWriter.text(report.json, indented: true) + "\n")
      }
    }
    failures.note(CommandFailure(report))
    if let failure = CommandFailure(failures.all) { throw failure }
  }

  private static func outcome(
    _ member: LoadedSweep.Member, _ path: String, threads: Int
  ) -> Result<VerificationReport.Entry, CommandFailure> {
    do {
      let problem = try member.problem()
      let scenario = member.scenario
      try problem.checkSamples("verify", path: path)
      let verification = Verification(
        try PreparedProblem(problem, threads: threads), solvers: scenario.solvers,
        end: scenario.times.last ?? 0)
      let name = member.label.isEmpty ? path : "\(path) [\(member.label)]"
      return .success((name, verification.run()))
    } catch {
      return .failure(member.failure(error))
    }
  }
}
