import DynNumerics
import RealModule

/// One part of a trajectory that grows like zeta^degree e^(exponent zeta).
struct GrowthComponent<Part> {
  let exponent: Double
  var degree = 0
  /// The norm of the part of the initial state that grows so.
  let amplitude: Double
  let part: Part
}

extension GrowthComponent {
  /// The component under gradient descent with steps of size e: a growth of 1 + e exponent a step.
  func discretized(_ stepSize: Double?) -> GrowthComponent {
    guard let stepSize, stepSize > 0, exponent != 0 else { return self }
    let change = stepSize * exponent
    let growth = change > -1 ? Double.log(onePlus: change) : Double.log(-1 - change)
    return GrowthComponent(
      exponent: growth / stepSize, degree: degree, amplitude: amplitude, part: part)
  }
}

/// The leading behaviour of a sum of growth components.
struct LeadingGrowth<Part> {
  /// The parts that make up the limit direction.
  let parts: [Part]
  let exponent: Double
  let approach: LimitPrediction.Approach
  /// The value of zeta from which the second-fastest components outweigh all slower ones, and the
  /// leading ones the second, a thousandfold; nil where there is no second.
  let settledFrom: Double?
}

extension Array {
  /// The fastest-growing parts and the gap to the next.
  ///
  /// Exponents equal to 1e-12 of the largest are tied; components with less than 1e-13 of
  /// `stateNorm` are absent. Nil when nothing is present.
  func leadingGrowth<Part>(stateNorm: Double) -> LeadingGrowth<Part>?
  where Element == GrowthComponent<Part> {
    // A factor of exactly zero a step leaves nothing: its exponent is minus infinity.
    let present = filter { $0.amplitude > 1e-13 * stateNorm && $0.exponent.isFinite }
    guard let top = present.map(\.exponent).max() else { return nil }
    let tolerance = 1e-12 * present.map { abs($0.exponent) }.reduce(0, Swift.max)
    let tied = present.filter { top - $0.exponent <= tolerance }
    let degree = tied.map(\.degree).max() ?? 0
    let next = present.filter { top - $0.exponent > tolerance }.map(\.exponent).max()
    let nextDegree = present.filter { $0.exponent == next }.map(\.degree).max() ?? 0
    return LeadingGrowth(
      parts: tied.filter { $0.degree == degree }.map(\.part), exponent: top,
      approach: Self.approach(
        lowerDegree: tied.map(\.degree).filter { $0 < degree }.max(), degree: degree,
        gap: next.map { top - $0 }, gapDegree: nextDegree - degree),
      settledFrom: next.map { Self.settling(present, top: top, next: $0, tolerance: tolerance) })
  }

  private static func settling<Part>(
    _ components: [GrowthComponent<Part>], top: Double, next: Double, tolerance: Double
  ) -> Double where Element == GrowthComponent<Part> {
    let leading = components.filter { top - $0.exponent <= tolerance }.map(\.amplitude).norm
    let second = components.filter { abs(next - $0.exponent) <= tolerance }.map(\.amplitude).norm
    let slower = components.filter { next - $0.exponent > tolerance }.map { component in
      Double.log(1e3 * component.amplitude / second) / (next - component.exponent)
    }
    return Swift.max(
      slower.max() ?? 0, Double.log(1e3 * second / leading) / (top - next), 0)
  }

  private static func approach(
    lowerDegree: Int?, degree: Int, gap: Double?, gapDegree: Int
  ) -> LimitPrediction.Approach {
    if let lowerDegree { return .algebraic(power: Double(degree - lowerDegree)) }
    if let gap { return .exponential(rate: gap, degree: gapDegree) }
    return .immediate
  }
}
