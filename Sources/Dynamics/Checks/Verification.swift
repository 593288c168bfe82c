import DynNumerics
import RealModule

/// All cross-checks on one problem and its solvers.
public struct Verification: Sendable {
  /// The flow up to an end that the others are measured against: the exact one, else a fine
  /// integration, or a stand-in that a test puts in its place.
  public typealias ExactFlow =
    @Sendable (PreparedProblem, _ end: Double) throws(SolverFailure) -> any Evaluator

  let prepared: PreparedProblem
  let solvers: [NamedSolver]
  let end: Double
  private let makeExactFlow: ExactFlow
  /// The last time up to the end at which the state is far from overflow and underflow.
  private(set) var horizon = 0.0
  /// How many e-folds the state has grown by then.
  private var seenGrowth = 0.0

  /// A verification of the given solvers up to `end`. Kinds that are not among the solvers are
  /// checked with default settings.
  public init(
    _ prepared: PreparedProblem, solvers: [NamedSolver], end: Double,
    exactFlow: ExactFlow? = nil
  ) {
    self.prepared = prepared
    self.solvers = solvers
    self.end = end
    if let exactFlow {
      makeExactFlow = exactFlow
    } else {
      makeExactFlow = { prepared, end throws(SolverFailure) in
        try Self.flow(of: prepared, until: end)
      }
    }
    horizon = timeOfGrowth
  }

  private static func flow(
    of prepared: PreparedProblem, until end: Double
  ) throws(SolverFailure) -> any Evaluator {
    guard prepared.hasExactFlow else { return try FineIntegration(prepared, until: end) }
    return try prepared.exactEvaluator(until: end)
  }

  /// The checks in order; a new one needs its file and a line here.
  static let checks: [any Check] = [
    IdentityCheck(), CompositionCheck(), ObservableCheck(), ScaleCheck(), IntegrationCheck(),
    WitnessCheck(), DescentFormsCheck(),
    DiscreteRatesCheck(), DescentOrderCheck(), RateCheck(), InvariantCheck(),
    SphericalDescentCheck(), SteepestStepCheck(), SpectralGrowthCheck(),
    LinearizedCheck(), StartMomentsCheck(), BatchMomentsCheck(),
  ]

  /// Runs every check.
  ///
  /// - Parameter progress: called after each check with the share that is done.
  public func run(progress: (Double) -> Void = { _ in }) -> [CheckResult] {
    guard !problem.isReduced else {
      return [
        .notApplicable(
          "the reduced representation keeps no samples: verify with \"representation\": \"full\"",
          check: "all checks", solver: "-")
      ]
    }
    guard problem.laterPhases.isEmpty else { return phaseResults(progress) }
    return StepLimit.$current.withValue(stepLimit) {
      do throws(SolverFailure) {
        let bounded = try self.bounded()
        let checks = Self.checks.filter { prepared.hasExactFlow || !$0.needsExactFlow }
        return checks.enumerated().flatMap { index, check in
          let results = check.results(for: bounded)
          progress(Double(index + 1) / Double(checks.count))
          return results
        }
      } catch {
        return [.unfinished(error, check: "all checks", solver: exactName)]
      }
    }
  }

  /// Every check of every phase, from where the exact flow or a fine integration begins it.
  private func phaseResults(_ progress: (Double) -> Void) -> [CheckResult] {
    let begins = problem.laterPhases.map(\.begin)
    var results: [CheckResult] = []
    do throws(SolverFailure) {
      var run = try PhasedRun(problem, threads: prepared.threads)
      for (index, end) in (begins.filter { $0 < self.end } + [self.end]).enumerated() {
        results += Verification(run.prepared, solvers: solvers, end: end).run()
          .map { $0.within("phase \(index + 1)") }
        progress(Double(index + 1) / Double(begins.count + 1))
        var flow = try Self.flow(of: run.prepared, until: end)
        try run.advance(from: try flow.snapshot(at: end))
      }
    } catch {
      results.append(.unfinished(error, check: "all checks", solver: exactName))
    }
    return results
  }

  /// The same with its horizon known.
  func bounded() throws(SolverFailure) -> Verification {
    var copy = self
    copy.horizon = try lastTimeInRange(until: timeOfGrowth)
    let growth =
      try exactSnapshot(at: copy.horizon).logNorm() - Double.log(problem.initialState.norm)
    copy.seenGrowth = growth.isFinite ? max(0, growth) : 0
    return copy
  }

  var problem: Problem { prepared.problem }

  /// The name in reports of the flow that others are measured against.
  var exactName: String {
    if prepared.hasClosedForm { return "closed_form" }
    return prepared.hasExactFlow ? ClosedFormSolver.reducedName : FineIntegration.name
  }

  /// What the conserved quantities of that flow may change by until its end.
  func exactBound(at snapshot: any Snapshot) -> Double {
    prepared.hasExactFlow
      ? 1e-13 * max(1, growth(at: snapshot.time))
      : bound(FineIntegration.relative, FineIntegration.absolute, at: snapshot)
  }

  func exactFlow(until end: Double) throws(SolverFailure) -> any Evaluator {
    try makeExactFlow(prepared, end)
  }

  /// The same checks on another prepared problem.
  func replacing(_ prepared: PreparedProblem) -> Verification {
    Verification(prepared, solvers: solvers, end: end, exactFlow: makeExactFlow)
  }

  /// The exact snapshot at one time.
  func exactSnapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    var flow = try exactFlow(until: time)
    return try flow.snapshot(at: time)
  }

  /// The integrators to check.
  var integrators: [(name: String, solver: OdeSolver)] {
    let own = solvers.compactMap { named in
      named.solver.integration.map { (named.name, $0) }
    }
    guard own.isEmpty else { return own }
    let control = StepControl.adaptive(relative: 1e-10, absolute: 1e-12)
    return [("ode", OdeSolver(method: .rk8pd, control: control))]
  }

  /// The steps of gradient descent to check.
  var descents: [(name: String, solver: GradientDescentSolver)] {
    let own = solvers.compactMap { named in
      named.solver.descent.map { (name: named.name, solver: $0) }
    }.filter { !$0.solver.settings.sampling.isActive }
    guard own.isEmpty else { return own }
    return [("gradient_descent", GradientDescentSolver(step: ownStep, form: .iterated))]
  }

  /// About a thousandth of the time, and a whole part of the time before the beginning.
  private var ownStep: Double {
    guard end > begin else { return begin > 0 ? begin : 1 }
    let step = (end - begin) / 1000
    return begin > 0 ? begin / (begin / step).rounded(.up) : step
  }

  /// The time of the start.
  var begin: Double { problem.rates.begin }

  /// The time after a share of the time up to the horizon.
  func time(_ share: Double) -> Double { begin + share * (horizon - begin) }

  /// The learning rates' integral that the limit's approach is measured in.
  func clock(_ time: Double) -> Double {
    problem.rates.integrals(to: time)[prepared.prediction.clock]
  }

  /// How many e-folds the state grows up to a time; 0 when it decays.
  func growth(at time: Double) -> Double {
    let exponent = max(0, prepared.prediction.growthExponent)
    guard problem.rates.ratio == nil else { return exponent * clock(time) }
    // Features and prototypes drive each other, at most at the mean of their rates; a kernel with
    // unrelated rates has no predicted growth, but one that is seen.
    let zeta = problem.rates.integrals(to: time)
    let share = horizon > begin ? min(1, clock(time) / clock(horizon)) : 0
    return max(
      exponent * max(clock(time), (zeta.features + zeta.prototypes) / 2), share * seenGrowth)
  }

  /// The last time up to the end until which the predicted growth is far from overflow.
  private var timeOfGrowth: Double {
    guard growth(at: end) > 250 else { return end }
    return bisection(from: begin, to: end, steps: 60) { growth(at: $0) <= 250 }.last
  }
}

/// One kind of cross-check.
protocol Check: Sendable {
  /// Whether it is about the exact flow, which a fine integration does not replace.
  var needsExactFlow: Bool { get }
  func results(for verification: Verification) -> [CheckResult]
}

extension Check {
  var needsExactFlow: Bool { true }
}
