public import Dynamics

/// Times to leave a saddle beside linear theory, for people: one row per member and solver.
public struct EscapeTable {
  private let keys: [String]
  private let rows: [[String]]

  /// The table of a run, from the swept values and ``rows(_:_:)`` of its members; nil without rows.
  public init?(keys: [String], rows: [[String]]) {
    guard !rows.isEmpty else { return nil }
    self.keys = keys
    self.rows = rows
  }

  /// The table as lines.
  public var lines: [String] {
    var table = TextTable(
      keys + ["solver", "lambda_min", "escape time", "linear theory", "trap radius"])
    for row in rows { table.add(row) }
    return ["escape from the saddle"] + table.lines
  }

  /// The cells of one member, one row per solver; none where it does not start near a saddle and
  /// stop at an objective. The measured time is that of the first output below the threshold.
  public static func rows(_ simulation: Simulation, _ trajectories: [Trajectory]) -> [[String]] {
    guard let threshold = simulation.escapeThreshold else { return [] }
    let problem = simulation.prepared.problem
    let start = try? EscapeStart(problem, threshold: threshold)
    return zip(simulation.solvers, trajectories).map { named, trajectory in
      [trajectory.solver] + cells(named.solver, trajectory, start, problem)
    }
  }

  private static func cells(
    _ solver: any Solver, _ trajectory: Trajectory, _ start: EscapeStart?, _ problem: Problem
  ) -> [String] {
    let last = (trajectory.rows.last?.time ?? 0) - problem.rates.begin
    let measured = trajectory.metStopCondition ? last.brief() : "not by \(last.brief())"
    guard let start else { return ["-", measured, "-", "-"] }
    let rates = problem.rates.constantRates
    guard let rates, rates.features == rates.prototypes,
      let prediction = solver.escape(from: start, rate: rates.prototypes)
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
