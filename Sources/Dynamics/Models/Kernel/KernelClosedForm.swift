import DynNumerics
import RealModule

/// The closed form of the kernel flow, with k = sqrt(s kappa) a mode and zeta = zeta_2:
///
///     x = cosh(k zeta) x_0 + sinh(k zeta)/k y_0
///     I = s (sinh(k zeta)/k x_0 + (cosh(k zeta) - 1)/k^2 y_0)
struct KernelClosedForm: Evaluator {
  let basis: KernelBasis
  let ratio: Double

  func snapshot(at time: Double) -> any Snapshot {
    let zeta = basis.problem.rates.integrals(to: time).prototypes
    let rates = basis.spectrum.eigenvalues.elements.map { (ratio * $0).squareRoot() }
    let growth = (rates.max() ?? 0) * zeta
    let logScale = growth < 300 ? 0 : growth
    var coefficients = basis.initial
    coefficients.unit = Double.exp(-logScale)
    coefficients.logScale = logScale
    for (mode, rate) in rates.enumerated() {
      let functions = HyperbolicFunctions(rate: rate, zeta: zeta, logScale: logScale)
      let (x, y) = (basis.initial.x[mode], basis.initial.y[mode])
      coefficients.x[mode] = functions.cosh * x + functions.sinh * y
      coefficients.y[mode] = rate * rate * functions.sinh * x + functions.cosh * y
      coefficients.integral[mode] = ratio * (functions.sinh * x + functions.versine * y)
    }
    return KernelSnapshot(time: time, basis: basis, coefficients: coefficients)
  }
}

/// cosh(k zeta), sinh(k zeta)/k and (cosh(k zeta) - 1)/k^2, relative to e^logScale.
private struct HyperbolicFunctions {
  let cosh: Double
  let sinh: Double
  let versine: Double

  init(rate k: Double, zeta: Double, logScale: Double) {
    let unit = Double.exp(-logScale)
    guard k * zeta > 1 else {
      let half = Self.sinhRatio(k * zeta / 2)
      cosh = unit * Double.cosh(k * zeta)
      sinh = unit * zeta * Self.sinhRatio(k * zeta)
      versine = unit * zeta * zeta / 2 * half * half
      return
    }
    let (up, down) = (Double.exp(k * zeta - logScale) / 2, Double.exp(-k * zeta - logScale) / 2)
    cosh = up + down
    sinh = (up - down) / k
    versine = (up + down - unit) / (k * k)
  }

  /// sinh(x)/x.
  private static func sinhRatio(_ x: Double) -> Double { x == 0 ? 1 : Double.sinh(x) / x }
}
