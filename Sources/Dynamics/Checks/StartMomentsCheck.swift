import DynNumerics

/// Means and standard deviations over starts against a way to them that knows no modes: dense
/// quadratic forms of an integrated propagator, or where that is large the closed form of many draws.
struct StartMomentsCheck: Check {
  /// Variables of the propagator up to which it is integrated.
  private static let denseLimit = 200_000
  /// Operations of all draws together.
  private static let drawLimit = 2e10
  /// Standard errors that a mean of draws may be away.
  private static let standardErrors = 5.0

  func results(for verification: Verification) -> [CheckResult] {
    verification.solvers.filter { $0.solver is StartMomentsSolver }.map { named in
      let problem = verification.problem
      let size = problem.sampleCount + problem.classCount
      let isDense = size <= Self.denseLimit / size
      let check =
        isDense
        ? "moments over starts against dense forms"
        : "moments over starts against \(SampledStartMoments.draws) draws"
      if let reason = verification.horizonRefusal ?? named.solver.refusal(of: problem)
        ?? scaleRefusal(problem)
      {
        return .notApplicable(reason, check: check, solver: named.name)
      }
      do throws(SolverFailure) {
        return isDense
          ? try denseResult(verification, check, named.name)
          : try sampledResult(verification, check, named.name)
      } catch {
        return .unfinished(error, check: check, solver: named.name)
      }
    }
  }

  /// Fourth powers of a start times those of its growth must be doubles.
  private func scaleRefusal(_ problem: Problem) -> String? {
    let distribution = problem.distribution
    let sizes =
      [distribution.features, distribution.prototypes, distribution.bias].map(\.deviation)
      + [problem.initialState.norm]
    guard sizes.contains(where: { $0 > 0 && !(1e-30...1e30).contains($0) }) else { return nil }
    return "the start is far from 1"
  }

  /// Errors are shares of mean plus standard deviation: a mean may cancel.
  private func denseResult(
    _ verification: Verification, _ check: String, _ solver: String
  ) throws(SolverFailure) -> CheckResult {
    let own = try verification.startMoments()
    let dense = try DenseStartMoments(verification)
    let worst = StartMoments.moments.map { mean, deviation in
      let expected = dense.moments(of: mean)
      let size = abs(expected.mean) + expected.deviation
      return max(
        abs(own.value(of: mean) - expected.mean).relative(to: size),
        deviation.map { abs(own.value(of: $0) - expected.deviation).relative(to: size) } ?? 0)
    }
    return .atMost(dense.bound, worst.max() ?? .nan, check: check, solver: solver)
  }

  /// Errors are numbers of standard errors of the draws.
  private func sampledResult(
    _ verification: Verification, _ check: String, _ solver: String
  ) throws(SolverFailure) -> CheckResult {
    let problem = verification.problem
    let classes = Double(problem.classCount)
    let work =
      Double(problem.featureDimension) * classes * classes * Double(SampledStartMoments.draws)
    guard work <= Self.drawLimit else {
      return .notApplicable("the state is large", check: check, solver: solver)
    }
    let own = try verification.startMoments()
    let draws = try SampledStartMoments(verification)
    let worst = StartMoments.moments.map { mean, deviation in
      let sample = draws.sample(of: mean)
      return max(
        sample.errors(ofMean: own.value(of: mean)),
        deviation.map { sample.errors(ofDeviation: own.value(of: $0)) } ?? 0)
    }
    return .atMost(Self.standardErrors, worst.max() ?? .nan, check: check, solver: solver)
  }
}

extension Verification {
  /// The moments over starts at the horizon.
  fileprivate func startMoments() throws(SolverFailure) -> ExpectedValues {
    var last: ExpectedValues?
    var cost = SolverCost()
    try StartMomentsSolver().followExpectations(prepared, at: [horizon], cost: &cost) { values in
      last = values
      return true
    }
    guard let last else { throw SolverFailure("no moments were reported at t = \(horizon)") }
    return last
  }
}
