import DynNumerics
import RealModule

/// The rates that descent applies around the schedule's jumps, against the schedule evaluated away
/// from them: on which side of a jump a step lies that is at it up to rounding is decided in decimal
/// arithmetic.
struct DiscreteRatesCheck: Check {
  private let name = "rates of descent at jumps"
  var needsExactFlow: Bool { false }
  private static let stepLimit = 100_000.0

  func results(for verification: Verification) -> [CheckResult] {
    verification.descents.map { solver, descent in
      result(verification.problem.rates, solver, descent.step, end: verification.end)
    }
  }

  private func result(
    _ rates: LearningRates, _ solver: String, _ step: Double, end: Double
  ) -> CheckResult {
    let horizon = min(end, rates.begin + Self.stepLimit * step)
    // A neighbour of the last jump may lie at one behind it.
    let jumps = rates.breakpoints(before: horizon + 2 * step)
    let sides = jumps.indices.compactMap { index -> [JumpSide]? in
      guard jumps[index] < horizon, jumps[index] - step >= rates.begin,
        JumpSide.isAlone(index, among: jumps)
      else { return nil }
      return JumpSide.around(jumps[index], among: jumps, step: step, rates)
    }
    guard !sides.isEmpty else {
      return .notApplicable("no learning rate jumps", check: name, solver: solver)
    }
    var clock = DescentClock(rates, step: step, meter: nil)
    var wrong = 0
    for side in sides.joined().sorted(by: { $0.count < $1.count }) {
      while clock.stepsTaken < side.count { _ = clock.next(before: .infinity) }
      var copy = clock
      guard let size = copy.next(before: .infinity) else { continue }
      if !side.isMet(
        by: RatePair(features: size.features / step, prototypes: size.prototypes / step))
      {
        wrong += 1
      }
    }
    return .atMost(0, Double(wrong), check: name, solver: solver)
  }
}

/// One step beside a jump, with the rates on both sides.
private struct JumpSide {
  /// How far from a jump, relative to its time, the rates on its sides are looked up.
  private static let offset = 1e-9

  let count: Int
  let expected: RatePair
  /// The rates across the jump that the step is at; nil for a step beside it.
  let other: RatePair?

  /// Whether no other jump lies where the rates on the sides of this one are looked up.
  static func isAlone(_ index: Int, among jumps: [Double]) -> Bool {
    let reach = 2 * offset * jumps[index]
    return (index == 0 || jumps[index] - jumps[index - 1] > reach)
      && (index + 1 == jumps.count || jumps[index + 1] - jumps[index] > reach)
  }

  /// The steps around a jump; nil where the rate bends and does not jump, or the numbers have too
  /// many decimals.
  static func around(
    _ jump: Double, among jumps: [Double], step: Double, _ rates: LearningRates
  ) -> [JumpSide]? {
    let (before, after) = (
      rates.rates(at: jump * (1 - offset)), rates.rates(at: jump * (1 + offset))
    )
    guard before.differs(from: after) else { return nil }
    let nearest = Int((jump / step).rounded())
    let sides = (max(nearest - 1, 0)...nearest + 1).compactMap { count -> JumpSide? in
      let time = Double(count) * step
      guard abs(time - jump) <= offset * jump else {
        return jumps.contains(near: time, reach: offset * time)
          ? nil : JumpSide(count: count, expected: rates.rates(at: time), other: nil)
      }
      guard let isAfter = Decimal.isAtOrAfter(count: count, step: step, jump) else { return nil }
      return JumpSide(
        count: count, expected: isAfter ? after : before, other: isAfter ? before : after)
    }
    return sides.isEmpty ? nil : sides
  }

  /// Whether applied rates are those of the step, or nearer to those of the right side of its jump.
  func isMet(by applied: RatePair) -> Bool {
    guard let other else { return !applied.differs(from: expected) }
    return applied.distance(to: expected) < applied.distance(to: other)
  }
}

extension [Double] {
  /// Whether one of increasing numbers lies within a reach of a number. O(log count).
  fileprivate func contains(near number: Double, reach: Double) -> Bool {
    let next = partitionIndex { $0 >= number - reach }
    return next < endIndex && self[next] <= number + reach
  }
}

extension RatePair {
  fileprivate func distance(to other: RatePair) -> Double {
    abs(features - other.features) + abs(prototypes - other.prototypes)
  }

  fileprivate func differs(from other: RatePair) -> Bool {
    distance(to: other) > 1e-6 * max(abs(features) + abs(prototypes), .leastNormalMagnitude)
  }
}

/// Times as the decimals that they were typed as.
private enum Decimal {
  /// What a double has of decimal digits whatever its value.
  private static let digits = 15

  /// Whether count times step is not before a time; nil where the decimals are too long to tell.
  static func isAtOrAfter(count: Int, step: Double, _ time: Double) -> Bool? {
    guard let (step, stepExponent) = parts(step), let (time, timeExponent) = parts(time) else {
      return nil
    }
    let shift = stepExponent - timeExponent
    guard abs(shift) <= 12 else { return nil }
    let left = Int128(count) * step * power(max(shift, 0))
    return left >= time * power(max(-shift, 0))
  }

  private static func power(_ exponent: Int) -> Int128 {
    (0..<exponent).reduce(Int128(1)) { power, _ in 10 * power }
  }

  /// m and e of the decimal m 10^e of 15 digits that is nearest to a number.
  private static func parts(_ number: Double) -> (Int128, Int)? {
    guard number > 0, number.isFinite else { return nil }
    let exponent = Int(Double.log10(number).rounded(.down)) - digits + 1
    let scaled =
      exponent >= 0 ? number / Double.pow(10, exponent) : number * Double.pow(10, -exponent)
    guard let mantissa = Int128(exactly: scaled.rounded()) else { return nil }
    return (mantissa, exponent)
  }
}
