public import DynNumerics
import RealModule

/// The initial state of a problem of the case ntk_invariant in the kernel's modes
/// (<doc:ConstantKernel>).
///
/// With Y = H M', the flow is W' = eta_2 Y, Y' = eta_1 S(W) for S(W) = Theta(W M) M', and
/// H = H_0 + Theta((integral of eta_1 W) M). In eigenmodes of S with eigenvalue kappa this is
/// x' = eta_2 y, y' = eta_1 kappa x and I' = eta_1 x.
public final class KernelBasis: Sendable {
  let problem: Problem
  /// The logarithm of what the problem's state was divided by.
  let logUnit: Double
  let kernel: any TangentKernel
  let spectrum: any KernelSpectrum
  /// The coefficients of W and of H M' at time 0 (p x C each).
  let initial: KernelCoefficients

  /// Decomposes the kernel.
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - logUnit: the logarithm of what the problem's state was divided by, which snapshots carry
  ///     in their scale.
  /// - Throws: `NumericsError` when a decomposition fails.
  public init(_ problem: Problem, logUnit: Double = 0) throws(NumericsError) {
    self.problem = problem
    self.logUnit = logUnit
    let labels = problem.labels
    kernel = problem.kernel
    spectrum = try kernel.spectrum(labels, featureDimension: problem.featureDimension)
    let state = problem.initialState
    initial = KernelCoefficients(
      x: spectrum.coefficients(of: state.prototypes).elements,
      y: spectrum.coefficients(of: labels.push(classSums: labels.classSums(state.features)))
        .elements,
      integral: [Double](repeating: 0, count: state.prototypes.elements.count))
  }

  /// The state of given coefficients: increments over the initial state.
  func state(_ coefficients: KernelCoefficients) -> State {
    let start = problem.initialState
    let unit = coefficients.unit
    let shift = zip(coefficients.x, initial.x).map { $0 - unit * $1 }
    let drive = image(coefficients.integral)
    return State(
      features: (unit * start.features) + drive,
      prototypes: (unit * start.prototypes) + spectrum.combination(shaped(shift)))
  }

  /// Theta(V M) for the matrix V with given coefficients (p x n).
  func image(_ coefficients: [Double]) -> Matrix {
    let labels = problem.labels
    let prototypes = spectrum.combination(shaped(coefficients))
    return kernel.applied(to: labels.repeated(labels.pull(prototypes)))
  }

  func shaped(_ coefficients: [Double]) -> Matrix {
    let prototypes = problem.start.prototypes
    return Matrix(rows: prototypes.rows, columns: prototypes.columns, elements: coefficients)
  }
}

/// The state in kernel modes, all relative to e^logScale.
struct KernelCoefficients: Sendable {
  /// W.
  var x: [Double]
  /// H M'.
  var y: [Double]
  /// The integral of eta_1 W.
  var integral: [Double]
  /// The number 1 in the common scale.
  var unit: Double = 1
  var logScale: Double = 0

  /// Moves a common factor into `logScale` once the coefficients leave the middle of the range of
  /// a double.
  mutating func renormalize() {
    let largest = [x, y, integral].joined().reduce(0) { max($0, abs($1)) }
    guard largest > 1e100 else { return }
    let factor = 1 / largest
    x = x.map { factor * $0 }
    y = y.map { factor * $0 }
    integral = integral.map { factor * $0 }
    unit *= factor
    logScale -= Double.log(factor)
  }
}

/// A snapshot in kernel modes; observables use the full state.
struct KernelSnapshot: Snapshot {
  let time: Double
  let basis: KernelBasis
  let coefficients: KernelCoefficients
  private let full: State

  init(time: Double, basis: KernelBasis, coefficients: KernelCoefficients) {
    self.time = time
    self.basis = basis
    self.coefficients = coefficients
    full = basis.state(coefficients)
  }

  var problem: Problem { basis.problem }
  var logScale: Double { coefficients.logScale + basis.logUnit }
  func state() -> ScaledState { ScaledState(full, logScale: logScale) }
}
