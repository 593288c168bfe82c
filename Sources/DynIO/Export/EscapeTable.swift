public import Dynamics

/// Times to leave a saddle beside linear theory, for people: a row a member and solver.
public struct EscapeTable {
  /// One member of a run: its swept values, trajectories, and simulation.
  public typealias Member = (
    values: [String], trajectories: [Trajectory], simulation: Simulation
  )

  private let keys: [String]
  private let members: [Member]

  /// The table of a run; nil where no member starts near a saddle and stops at an objective.
  public init?(keys: [String], members: [Member]) {
    guard members.contains(where: { $0.simulation.escapeThreshold != nil }) else { return nil }
    self.keys = keys
    self.members = members
  }

  /// The measured time is that of the first output below the threshold.
  public var lines: [String] {
    var table = TextTable(
      keys + ["solver", "lambda_min", "escape time", "linear theory", "trap radius"])
    for member in members {
      guard let threshold = member.simulation.escapeThreshold else { continue }
      let problem = member.simulation.prepared.problem
      let start = try? EscapeStart(problem, threshold: threshold)
      for (named, trajectory) in zip(member.simulation.solvers, member.trajectories) {
        table.add(
          member.values + [trajectory.solver] + cells(named.solver, trajectory, start, problem))
      }
    }
    return ["escape from the saddle"] + table.lines
  }

  private func cells(
    _ solver: any Solver, _ trajectory: Trajectory, _ start: EscapeStart?, _ problem: Problem
  ) -> [String] {
    let last = trajectory.rows.last?.time ?? 0
    let measured = trajectory.metStopCondition ? last.brief() : "not by \(last.brief())"
    guard let start else { return ["-", measured, "-", "-"] }
    let rates = problem.rates.constantRates
    guard let rates, rates.features == rates.prototypes,
      let prediction = (solver as? any EscapePredicting)?
        .escape(from: start, rate: rates.prototypes)
    else { return [(-start.curvature).brief(), measured, "-", "-"] }
    let trap = prediction.trapRadius.map { $0.isFinite ? $0.brief() : "everywhere" }
    return [
      (-start.curvature).brief(), measured, prediction.time?.brief() ?? "never", trap ?? "none",
    ]
  }
}

extension Simulation {
  /// The objective below which a start near a saddle has left it.
  fileprivate var escapeThreshold: Double? {
    guard prepared.problem.saddle != nil, let stopCondition,
      stopCondition.observable.name == "objective"
    else { return nil }
    return stopCondition.threshold
  }
}
