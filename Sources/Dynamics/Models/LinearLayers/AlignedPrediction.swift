import DynNumerics
import RealModule

extension AlignedLayers {
  /// Where the direction goes, and when the state blows up.
  var prediction: LimitPrediction {
    let ends = modes.map { UndecayedClock.zeta(at: $0.end, decay: clockDecay) }
    guard let first = ends.min(), first.isFinite else {
      return decayPrediction
    }
    let leading = ends.indices.filter { ends[$0] <= first * (1 + Self.tieTolerance) }
    let value = leading.map { alignment.modes[$0].singularValue }.max() ?? 0
    guard let time = problem.rates.time(ofPrototypes: first) else {
      return unknown(
        "the learning rate ends before the blow-up",
        .never("the learning rate's integral ends before zeta_w = \(first)"))
    }
    return LimitPrediction(
      direction: LimitDirection(.state(limit(of: leading))), alignedDirection: nil,
      projection: nil, approach: .atBlowUp, clock: .prototypes, growthExponent: 0,
      settledFrom: nil,
      blowUp: .at(time: time, zeta: first, singularValue: value, modes: leading.count))
  }

  /// Blow-ups within this share of each other are one.
  private static let tieTolerance = 1e-12

  private func unknown(_ reason: String, _ blowUp: BlowUp) -> LimitPrediction {
    var prediction = LimitPrediction.unknown(reason)
    prediction.blowUp = blowUp
    return prediction
  }

  /// The prototypes outgrow the features: of a mode they grow like (s (tau* - tau))^-(L/(N-2)), and those
  /// that blow up together keep their shares.
  private func limit(of leading: [Int]) -> State {
    let power = -Double(decays.count - 1) / Double(decays.count - 2)
    let largest = leading.map { alignment.modes[$0].singularValue }.max() ?? 1
    let shares = leading.map {
      finalSign(of: $0) * Double.pow(alignment.modes[$0].singularValue / largest, power)
    }
    let (inner, outer) = (alignment.sides[1], alignment.sides[alignment.sides.count - 1])
    let start = problem.start
    return State(
      features: Matrix(rows: start.prototypes.rows, columns: problem.sampleCount),
      prototypes: inner.permutingColumns(leading).scalingColumns(by: shares)
        .timesTransposed(outer.permutingColumns(leading)))
  }

  /// Without blow-up all factors decay at one rate: the product of the layers faster than the features,
  /// whose direction is left.
  private var decayPrediction: LimitPrediction {
    let none = BlowUp.never(
      modes.isEmpty
        ? "no mode of this start grows"
        : decay > 0
          ? "weight decay is too strong for this start" : "all modes fall")
    let end = UndecayedClock(zeta: .infinity, decay: clockDecay)
    guard !modes.isEmpty, decay > 0, modes.allSatisfy({ end.left(until: $0.end) > 0 }) else {
      return unknown("the state does not decay at one rate", none)
    }
    let limit = state(changes: changes(at: end), kept: decays.map { _ in 1 }, bias: nil)
    let features = limit.features.elements.norm
    guard features > 0, features.isFinite else {
      return unknown("nothing is left of the features", none)
    }
    // Of first order is e^-(N-2) lambda zeta times these.
    let shares = modes.map { end.elapsed / end.left(until: $0.end) }
    let firstOrder = ([1, limit.prototypes.elements.norm / features] + shares).max() ?? 1
    return LimitPrediction(
      direction: LimitDirection(
        .state(
          State(
            features: limit.features,
            prototypes: Matrix(rows: limit.prototypes.rows, columns: limit.prototypes.columns)))),
      alignedDirection: nil, projection: nil,
      approach: .exponential(rate: clockDecay, degree: 0), clock: .prototypes,
      growthExponent: -decay, settledFrom: Double.log(1e3 * firstOrder) / clockDecay,
      blowUp: none)
  }
}

extension LearningRates {
  /// The time at which the integral of eta_2 reaches a value; nil where it never does.
  fileprivate func time(ofPrototypes zeta: Double) -> Double? {
    func isShort(_ time: Double) -> Bool { integrals(to: time).prototypes < zeta }
    var upper = 1.0
    while isShort(upper) {
      upper *= 2
      guard upper.isFinite else { return nil }
    }
    return bisection(from: 0, to: upper, holds: isShort).first
  }
}
