import DynNumerics
import RealModule

/// How much work a check may do, and how far numbers may go.
extension Verification {
  /// Steps of one integration of a small problem: a flow whose state grows by e^250 takes a tenth of it
  /// with tight tolerances, and it takes a fraction of a second.
  private static let stepLimit = 50_000
  /// Steps of one integration times the variables of the whole state, which bound the work on larger
  /// ones.
  private static let workLimit = 100_000_000
  /// Steps that every integration may take, whatever the size of the state: all shipped scenarios need
  /// fewer.
  private static let leastStepLimit = 2_000

  /// The most steps of one integration or descent.
  var stepLimit: StepLimit {
    let flow = problem.flow
    let size = max(flow.dimension, 1)
    let block = (flow as? any SeparableFlow)?.blocks.dimension ?? size
    func limit(work: Int, least: Int) -> Int {
      min(Self.stepLimit, max(least, Self.workLimit / work))
    }
    return StepLimit(
      explicit: limit(work: size, least: Self.leastStepLimit),
      implicit: limit(
        work: Self.implicitWork * size * block * block, least: Self.leastImplicitLimit))
  }

  /// What an implicit step does for each variable and entry of the Jacobian: it factorises the matrix
  /// several times.
  private static let implicitWork = 10
  /// Implicit steps are long: a few hundred lead through most problems.
  private static let leastImplicitLimit = 500

  /// Steps of descent, which are far cheaper than those of an integrator: a second at most.
  private static let descentLimit = 500_000.0
  /// Steps of descent times the numbers that each changes.
  private static let descentWork = 2e9

  /// Why descent is not followed to the end; nil where it takes few steps.
  func stepRefusal(of descent: GradientDescentSolver) -> String? {
    let steps = ((end - begin) / descent.step).rounded()
    // The exact form moves a number or two for each sample or mode, not the state.
    let width =
      descent.form == .exact
      ? problem.labels.partition.sampleCount + problem.labels.partition.sizes.count
      : problem.flow.dimension
    let limit = min(
      Self.descentLimit, (Self.descentWork / Double(max(width, 1))).rounded(.up))
    guard steps > limit else { return nil }
    return "descent takes \(steps) steps to the end, more than \(limit)"
  }

  /// Whether some mode that decays would overshoot and grow at steps of a length: e lambda > 2.
  func isUnstable(step: Double) -> Bool {
    let rates = problem.rates.largest(until: horizon)
    return step * (prepared.solution?.fastestRate(rates) ?? 0) > 2
  }

  /// Halvings of the end after which the state has hardly moved.
  private static let halvings = 200

  /// The last time up to a given one, to a few percent, at which the exact state neither overflows nor
  /// underflows; the start's where it does so at once.
  func lastTimeInRange(until end: Double) throws(SolverFailure) -> Double {
    if end <= begin { return end }
    // In one go, since states that are integrated take their time.
    let halved =
      (1...Self.halvings).reversed().map {
        begin + Double(sign: .plus, exponent: -$0, significand: end - begin)
      }.filter { $0 > begin } + [end]
    let lower = try lastInRange(among: halved)
    if lower == end { return end }
    return try lastInRange(
      among: (0...Self.parts).map {
        begin + (lower - begin) * (1 + Double($0) / Double(Self.parts))
      })
  }

  /// Parts of a doubled time that are told apart.
  private static let parts = 32

  /// The last of increasing times before the first at which the state is out of range; that of the
  /// start without one.
  private func lastInRange(among times: [Double]) throws(SolverFailure) -> Double {
    var last = begin
    do throws(SolverFailure) {
      var flow = try exactFlow(until: times.last ?? 0)
      for time in times {
        guard try flow.snapshot(at: time).isInRange || isZero else { break }
        last = time
      }
    } catch {
      if error.cause == .tooManySteps { throw error }
    }
    return last
  }

  /// Why nothing is followed in time; nil where it is.
  var horizonRefusal: String? {
    guard horizon <= begin else { return nil }
    return end > begin
      ? "the state leaves the range of a double at once" : "the scenario ends where it begins"
  }

  private var isZero: Bool {
    problem.initialState.features.elements.allSatisfy { $0 == 0 }
      && problem.initialState.prototypes.elements.allSatisfy { $0 == 0 }
  }

  /// Why no other solver can be held to the exact flow; nil where it can.
  var comparisonRefusal: String? { prepared.solution?.comparisonRefusal }

  /// How much errors grow on the way.
  var sensitivity: Double { prepared.solution?.sensitivity(until: horizon) ?? 1 }

  /// What rounding alone may do to a relative difference of two exact forms: the logarithm of the
  /// scale of a state is known to its own unit of rounding.
  func rounding(at snapshot: any Snapshot) -> Double {
    let logarithm = snapshot.logNorm()
    return 1e-13 * max(1, growth(at: snapshot.time)) * sensitivity
      + (logarithm.isFinite ? 4 * logarithm.ulp : 0)
  }
}

extension Snapshot {
  /// |(H, W, b)| itself; infinite or 0 beyond the range of a double.
  var norm: Double { norms().total * Double.exp(logScale) }

  /// Whether the state is far from overflow and underflow: e^709 overflows, and e^-709 loses digits.
  /// A bias counts in the same unit.
  var isInRange: Bool { abs(logNorm()) <= 650 && norms().total.isFinite }
}

extension CheckResult {
  /// A solver that did not come to the end of a check: for want of steps the check says nothing,
  /// otherwise the solver has broken down.
  static func unfinished(_ failure: SolverFailure, check: String, solver: String) -> CheckResult {
    switch failure.cause {
    case .tooManySteps: .notApplicable(failure.description, check: check, solver: solver)
    case .breakdown: .broken(failure, check: check, solver: solver)
    }
  }
}

extension LearningRates {
  /// The largest rates at the jumps and bends, between which rates rise or fall, up to a time.
  fileprivate func largest(until end: Double) -> RatePair {
    ([begin, end] + breakpoints(before: end)).reduce(RatePair(features: 0, prototypes: 0)) {
      most, time in
      let rates = self.rates(at: time)
      return RatePair(
        features: max(most.features, rates.features),
        prototypes: max(most.prototypes, rates.prototypes))
    }
  }
}
