import DynNumerics
import RealModule

/// The 2 x 2 systems of the distinct singular values, integrated: the exact flow up to the
/// tolerance where the learning rates are not proportional.
final class IntegratedPropagation: ModalPropagation {
  private let basis: ModalBasis
  private let singularValues: [Double]
  private let end: Double
  private var columns: [Double]
  private var logScale: [Double]
  private var integration: RatedIntegrationBox

  init(basis: ModalBasis, until end: Double) throws(NumericsError) {
    self.basis = basis
    self.end = end
    let singularValues = basis.problem.labels.modes.distinctValues
    let decay = basis.problem.decay
    self.singularValues = singularValues
    // Of each value the two solutions (a, w) that start from (1, 0) and from (0, 1).
    columns = singularValues.flatMap { _ in [1.0, 0, 0, 1] }
    logScale = singularValues.map { _ in 0 }
    integration = try RatedIntegrationBox(
      basis.problem.rates, until: end, dimension: columns.count
    ) { state, rates, derivative in
      for (index, sigma) in singularValues.enumerated() {
        for start in [4 * index, 4 * index + 2] {
          let (a, w) = (state[start], state[start + 1])
          derivative[start] = rates.features * (sigma * w - decay.features * a)
          derivative[start + 1] = rates.prototypes * (sigma * a - decay.prototypes * w)
        }
      }
    }
  }

  func coefficients(at time: Double) throws(SolverFailure) -> ModeCoefficients {
    try advance(to: time)
    let problem = basis.problem
    let zeta = problem.rates.integrals(to: time)
    let bias = ClosedFormPropagation.affine(problem.decay.bias, zeta.prototypes)
    return ModeCoefficients(
      blocks: singularValues.indices.map { index in
        let c = columns[4 * index..<4 * index + 4].map { $0 }
        return ModeBlock(
          start: ModePair(features: [c[0], c[2]], prototypes: [c[1], c[3]]),
          logScale: logScale[index])
      },
      within: ScaledNumber(value: 1, logScale: -problem.decay.features * zeta.features),
      biasDecay: bias.factor, biasDrive: bias.drive)
  }

  /// In legs over which no solution grows by more than e^50, so that none overflows, or is shrunk by
  /// weight decay by more than e^5, below which the absolute tolerance would tell in what is left.
  private func advance(to time: Double) throws(SolverFailure) {
    let rates = basis.problem.rates
    let start = integration.time
    let (first, last) = (rates.integrals(to: start), rates.integrals(to: time))
    let growth = basis.growthBound(from: first, to: last)
    let legs = max(
      1, (growth / 50).rounded(.up), (basis.decayBound(from: first, to: last) / 5).rounded(.up))
    guard growth / 50 <= Self.legLimit else {
      throw SolverFailure(
        "the solution grows by up to e^\(growth) before t = \(time), too far to integrate: end "
          + "earlier or lower the learning rates")
    }
    for leg in 1...Int(legs) {
      let stop = leg == Int(legs) ? time : start + (time - start) * (Double(leg) / legs)
      try integration.advance(&columns, to: stop)
      normalize()
    }
  }

  private static let legLimit = 1e6

  private func normalize() {
    for index in singularValues.indices {
      let range = 4 * index..<4 * index + 4
      let largest = columns[range].reduce(0) { max($0, abs($1)) }
      guard largest > 1e15 || largest < 0.5, largest > 0 else { continue }
      for entry in range { columns[entry] /= largest }
      logScale[index] += Double.log(largest)
    }
  }
}

extension ModalBasis {
  /// A bound on |log growth| of any solution between two values of the rates' integrals.
  fileprivate func growthBound(from start: RatePair, to end: RatePair) -> Double {
    let decay = problem.decay
    let sigma = problem.labels.modes.largestValue
    return (end.features - start.features) * (sigma + decay.features)
      + (end.prototypes - start.prototypes) * (sigma + decay.prototypes)
  }

  /// A bound on what weight decay alone takes from log |any solution|.
  fileprivate func decayBound(from start: RatePair, to end: RatePair) -> Double {
    let decay = problem.decay
    return max(
      (end.features - start.features) * decay.features,
      (end.prototypes - start.prototypes) * decay.prototypes)
  }
}

/// A `RatedIntegration` at the tolerance of the exact flow, shared by reference.
final class RatedIntegrationBox {
  /// Method and tolerances of all exact integrations.
  static let method = OdeMethod.rk8pd
  private var integration: RatedIntegration

  init(
    _ rates: LearningRates, until end: Double, dimension: Int,
    derivative: @escaping RatedIntegration.Derivative
  ) throws(NumericsError) {
    time = rates.begin
    integration = try RatedIntegration(
      rates, until: end, method: Self.method,
      control: .adaptive(relative: 1e-13, absolute: 1e-16), dimension: dimension,
      derivative: derivative)
  }

  private(set) var time: Double

  func advance(_ state: inout [Double], to time: Double) throws(SolverFailure) {
    do throws(OdeFailure) {
      try integration.advance(&state, from: self.time, to: time)
      self.time = max(self.time, time)
    } catch {
      throw SolverFailure(error, method: Self.method)
    }
  }
}
