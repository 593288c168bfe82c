import DynNumerics

/// The kernel's modes x' = eta_2 y, y' = eta_1 kappa x, I' = eta_1 x, integrated: the exact flow up
/// to the tolerance where the learning rates are not proportional.
final class KernelIntegration: Evaluator {
  private let basis: KernelBasis
  private var coefficients: KernelCoefficients
  private let integration: RatedIntegrationBox

  init(basis: KernelBasis, until end: Double) throws(NumericsError) {
    self.basis = basis
    coefficients = basis.initial
    let eigenvalues = basis.spectrum.eigenvalues.elements
    let count = eigenvalues.count
    integration = try RatedIntegrationBox(
      basis.problem.rates, until: end, dimension: 3 * count
    ) { state, rates, derivative in
      for mode in 0..<count {
        derivative[mode] = rates.prototypes * state[count + mode]
        derivative[count + mode] = rates.features * eigenvalues[mode] * state[mode]
        derivative[2 * count + mode] = rates.features * state[mode]
      }
    }
  }

  func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    var state = coefficients.x + coefficients.y + coefficients.integral
    try integration.advance(&state, to: time)
    let count = coefficients.x.count
    coefficients.x = Array(state[..<count])
    coefficients.y = Array(state[count..<2 * count])
    coefficients.integral = Array(state[(2 * count)...])
    coefficients.renormalize()
    return KernelSnapshot(time: time, basis: basis, coefficients: coefficients)
  }
}
