import DynNumerics

/// Exact gradient descent in kernel modes: x += e_2 y, y += e_1 kappa x, I += e_1 x, each from the
/// values before the step (<doc:ExactDescent>).
struct KernelDescent: Evaluator {
  private let basis: KernelBasis
  private var clock: DescentClock
  private var coefficients: KernelCoefficients

  init(basis: KernelBasis, step: Double) {
    self.basis = basis
    clock = DescentClock(basis.problem.rates, step: step)
    coefficients = basis.initial
  }

  /// O(steps * p C), and one product with the kernel a snapshot.
  mutating func snapshot(at time: Double) -> any Snapshot {
    let eigenvalues = basis.spectrum.eigenvalues.elements
    while let size = clock.next(before: time) {
      for mode in eigenvalues.indices {
        let (x, y) = (coefficients.x[mode], coefficients.y[mode])
        coefficients.x[mode] = x + size.prototypes * y
        coefficients.y[mode] = y + size.features * eigenvalues[mode] * x
        coefficients.integral[mode] += size.features * x
      }
      if clock.stepsTaken.isMultiple(of: 64) { coefficients.renormalize() }
    }
    coefficients.renormalize()
    return KernelSnapshot(time: time, basis: basis, coefficients: coefficients)
  }
}
