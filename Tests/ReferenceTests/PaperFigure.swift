import DynIO
import Dynamics
import Foundation
import TestSupport
import Testing

/// The members of a figure's sweep in `Scenarios/paper`, prepared once.
struct PaperFigure: Sendable {
  /// The members in the order of the file.
  let members: [PaperMember]

  init(_ number: Int) throws {
    let file = "Scenarios/paper/figure-\(number).json"
    let path = ReferenceFile.repository.appending(path: file).path(percentEncoded: false)
    members = try ScenarioSweep(try ScenarioFile.tree(at: path)).members.map { member in
      let scenario = try ScenarioFile.scenario(member.tree, path: path)
      return PaperMember(
        values: member.assignments.map(\.value.sweepText), solvers: scenario.solvers,
        prepared: try PreparedProblem(try ScenarioFile.problem(scenario, path: path)))
    }
  }

  /// The member with given values of the swept keys, as the CSV prints them.
  func member(_ values: String...) throws -> PaperMember {
    try #require(members.first { $0.values == values })
  }
}

/// One curve of a figure.
struct PaperMember: Sendable {
  /// The values of the swept keys.
  let values: [String]
  let solvers: [NamedSolver]
  let prepared: PreparedProblem

  /// The columns of some observables at given times.
  func curves(
    _ observables: [String], by solver: PaperSolver = .descent, at times: [Double]
  ) throws -> [[Double]] {
    let measured = Observables.named(observables)
    try #require(measured.count == observables.count)
    let rows = try trajectory(measured, solver, times).rows
    try #require(rows.map(\.time) == times)
    return observables.indices.map { index in rows.map { $0.values[index] } }
  }

  /// The column of one observable.
  func curve(
    _ observable: String, by solver: PaperSolver = .descent, at times: [Double]
  ) throws -> [Double] {
    try curves([observable], by: solver, at: times)[0]
  }

  /// One observable at one time.
  func value(
    _ observable: String, by solver: PaperSolver = .descent, at time: Double
  ) throws -> Double {
    try curve(observable, by: solver, at: [time])[0]
  }

  /// The state at one time.
  func state(by solver: PaperSolver = .descent, at time: Double) throws -> State {
    try #require(try trajectory([], solver, [time], keepsStates: true).finalState).unscaled
  }

  private func trajectory(
    _ observables: [Observable], _ solver: PaperSolver, _ times: [Double],
    keepsStates: Bool = false
  ) throws -> Trajectory {
    let named = try #require(solvers.first { $0.name == solver.rawValue })
    let simulation = Simulation(
      prepared: prepared, solvers: [named], times: times, observables: observables,
      keepsStates: keepsStates)
    let trajectory = simulation.run()[0]
    try #require(trajectory.failure == nil)
    return trajectory
  }
}

/// The solvers of every figure.
enum PaperSolver: String, CaseIterable, Sendable {
  case flow = "closed_form"
  case descent = "gradient_descent"
}

/// What the figures share: C = 100, N = 10, p = 512, 50,000 steps.
enum Paper {
  static let end = 50_000.0
  static let classCount = 100.0
  /// The smallest accuracy of a constant guess.
  static let chance = 0.01
  /// C sqrt N.
  static let scale = 100 * 10.0.squareRoot()
  /// 1/(C - 1), the default of gamma.
  static let averaged = 1.0 / 99
  /// (1 + gamma)/(C sqrt N) at that gamma: the critical decay and the largest singular value.
  static let critical = (1 + averaged) / scale

  /// Times over the last half of a figure.
  static let lastHalf = times(from: 25_000, to: end)
  /// Times over the last tenth.
  static let lastTenth = times(from: 45_000, to: end)

  /// Eleven equally spaced times.
  static func times(from start: Double, to end: Double) -> [Double] {
    (0...10).map { start + (end - start) / 10 * Double($0) }
  }

  /// The slope of the least-squares line.
  static func slope(_ values: [Double], over times: [Double]) -> Double {
    let count = Double(times.count)
    let means = (times.reduce(0, +) / count, values.reduce(0, +) / count)
    let terms = zip(times, values).map { (($0 - means.0) * ($1 - means.1), $0 - means.0) }
    return terms.map(\.0).reduce(0, +) / terms.map { $0.1 * $0.1 }.reduce(0, +)
  }

  /// The exponent of values that fall or grow exponentially.
  static func exponent(_ values: [Double], over times: [Double]) -> Double {
    slope(values.map { log($0) }, over: times)
  }
}

extension Double {
  /// Whether the number is another one up to a relative error.
  func agrees(with other: Double, within tolerance: Double) -> Bool {
    abs(self - other) <= tolerance * abs(other)
  }
}

extension [Double] {
  var isFalling: Bool { zip(self, dropFirst()).allSatisfy { $0 > $1 } }
  var isRising: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
