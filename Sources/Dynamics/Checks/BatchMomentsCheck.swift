import DynNumerics
import RealModule

/// Expectations over batches against ways that owe nothing to moments: the expected state against exact
/// descent, the noise against runs on batches that are drawn.
struct BatchMomentsCheck: Check {
  private let meanName = "mean moments against exact descent"
  private let runsName = "noise against drawn batches, in standard errors"
  /// The largest relative difference of squares of the expected state.
  private static let bound = 1e-11
  /// Steps that are compared.
  private static let stepCount = 2000.0

  func results(for verification: Verification) -> [CheckResult] {
    verification.solvers.flatMap { named -> [CheckResult] in
      guard let solver = named.solver as? BatchMomentsSolver else { return [] }
      guard solver.refusal(of: verification.problem) == nil else { return [] }
      if let reason = verification.horizonRefusal {
        return [.notApplicable(reason, check: meanName, solver: named.name)]
      }
      return [mean(verification, solver, named.name), runs(verification, solver, named.name)]
    }
  }

  /// The squares of the mean, moved as moments, against those of the state that exact descent gives.
  private func mean(
    _ verification: Verification, _ solver: BatchMomentsSolver, _ name: String
  ) -> CheckResult {
    let begin = verification.begin
    let end = min(verification.horizon, begin + Self.stepCount * solver.step)
    guard var exact = verification.prepared.exactDescent(step: solver.step),
      var moments = solver.recursion(verification.prepared)
    else { return .notApplicable("there is no exact form", check: meanName, solver: name) }
    do throws(SolverFailure) {
      var worst = 0.0
      for time in solver.reportTimes(for: [begin + (end - begin) / 3, end]) {
        try moments.advance(to: time)
        worst = max(worst, moments.mean.error(against: try exact.snapshot(at: time)))
      }
      return .atMost(
        Self.bound * max(1, verification.growth(at: end)) * verification.sensitivity, worst,
        check: meanName, solver: name)
    } catch {
      return .unfinished(error, check: meanName, solver: name)
    }
  }

  private func runs(
    _ verification: Verification, _ solver: BatchMomentsSolver, _ name: String
  ) -> CheckResult {
    do throws(SolverFailure) {
      let sample = try SampledNoise(verification.prepared, solver, end: verification.horizon)
      if let reason = sample.refusal {
        return .notApplicable(reason, check: runsName, solver: name)
      }
      return .atMost(5, try sample.deviation(), check: runsName, solver: name)
    } catch {
      return .unfinished(error, check: runsName, solver: name)
    }
  }
}

extension MomentTotals {
  /// E|Z|^2, in its own scale.
  fileprivate var squares: Double { features + prototypes }

  /// E|Z|^2 in the scale of others.
  fileprivate func squares(inScaleOf other: MomentTotals) -> Double {
    squares * Double.scale(logScale - other.logScale)
  }

  /// The larger relative difference of |H|^2 and |W|^2 to those of a state.
  fileprivate func error(against snapshot: any Snapshot) -> Double {
    let norms = snapshot.norms()
    let factor = Double.scale(logScale - 2 * snapshot.logScale)
    func error(_ square: Double, _ norm: Double) -> Double {
      abs(factor * square - norm * norm).relative(to: norms.withoutBias * norms.withoutBias)
    }
    return max(error(features, norms.features), error(prototypes, norms.prototypes))
  }
}

/// The noise of runs on batches that are drawn: the mean of |Z - E Z|^2 with its standard error, E Z of
/// exact descent.
private struct SampledNoise {
  private let prepared: PreparedProblem
  private let solver: BatchMomentsSolver
  private let stepCount: Int
  private let end: Double
  private let noise: MomentTotals

  private static let runCount = 64
  private static let stepLimit = 24
  /// Runs times steps times variables.
  private static let workLimit = 4e7
  /// Once noise is a larger share of all, rare runs decide its mean, which a few runs do not show.
  private static let largestShare = 0.1

  /// As many steps as leave the noise small, at least one.
  init(
    _ prepared: PreparedProblem, _ solver: BatchMomentsSolver, end limit: Double
  ) throws(SolverFailure) {
    guard var moments = solver.recursion(prepared) else {
      throw SolverFailure("there is no exact form")
    }
    let begin = prepared.problem.rates.begin
    let first = DiscreteTime.count(at: begin, step: solver.step)
    let limit = Int(min(((limit - begin) / solver.step).rounded(), Double(Self.stepLimit)))
    var (count, end, noise) = (0, begin, moments.noise)
    while count < limit {
      count += 1
      end = (first + Double(count)) * solver.step
      try moments.advance(to: end)
      noise = moments.noise
      if noise.squares > Self.largestShare * moments.mean.squares(inScaleOf: noise) { break }
    }
    (self.prepared, self.solver) = (prepared, solver)
    (stepCount, self.end, self.noise) = (count, end, noise)
  }

  /// Why nothing is drawn; nil where it is.
  var refusal: String? {
    if stepCount == 0 { return "the scenario ends before one step" }
    if solver.batch == prepared.problem.sampleCount { return "a batch of all samples has no noise" }
    let work = Double(Self.runCount * prepared.problem.flow.dimension * stepCount)
    return work > Self.workLimit ? "the state is large" : nil
  }

  /// How many standard errors the drawn runs' mean is away from the noise that is expected.
  func deviation() throws(SolverFailure) -> Double {
    guard var exact = prepared.exactDescent(step: solver.step) else {
      throw SolverFailure("there is no exact form")
    }
    let mean = try exact.snapshot(at: end)
    let squares = try (0..<Self.runCount).map { run throws(SolverFailure) in
      try square(ofRun: run, mean.state())
    }
    let expected = noise.squares * Double.scale(noise.logScale - 2 * mean.logScale)
    let (average, count) = (squares.sum / Double(squares.count), Double(squares.count))
    let variance = squares.map { ($0 - average) * ($0 - average) }.sum / (count - 1)
    return abs(average - expected).relative(to: (variance / count).squareRoot())
  }

  /// |Z - E Z|^2 of one run, in the scale of E Z.
  private func square(ofRun run: Int, _ mean: ScaledState) throws(SolverFailure) -> Double {
    let sampling = BatchSampling(
      size: solver.batch, order: .independent, seed: UInt64(run + 1), reweightFrom: nil)
    let descent = GradientDescentSolver(step: solver.step, form: .iterated, sampling: sampling)
    var cost = SolverCost()
    var square = Double.nan
    try descent.follow(prepared, at: [end], cost: &cost) { snapshot in
      let own = snapshot.state()
      let factor = Double.scale(own.logScale - mean.logScale)
      let difference = own.state.scaled(by: factor) - mean.state
      let norm = difference.withoutBias.norm
      square = norm * norm
      return true
    }
    return square
  }
}
