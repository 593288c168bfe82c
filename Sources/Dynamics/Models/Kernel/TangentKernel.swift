public import DynNumerics

/// A constant neural tangent kernel on the features: H' = eta_1 Theta(W M).
///
/// Symmetric and positive semi-definite. `M` enters through its class-level form: the columns of
/// W M are repeated by label.
public protocol TangentKernel: Sendable {
  /// Whether it is a matrix on all features, whose modes mix coordinates and samples.
  var isDense: Bool { get }
  /// Theta applied to a matrix of the features' shape (p x n).
  func applied(to matrix: Matrix) -> Matrix

  /// The eigendecomposition of W -> Theta(W M) M' on matrices of the prototypes' shape (p x C).
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  func spectrum(
    _ labels: LabelOperator, featureDimension: Int
  ) throws(NumericsError) -> any KernelSpectrum
}

extension TangentKernel {
  /// Most kernels have factors.
  public var isDense: Bool { false }
}

/// The eigenmodes of W -> Theta(W M) M'. Coefficients have the shape p x C, an entry a mode.
public protocol KernelSpectrum: Sendable {
  /// The eigenvalues kappa, none negative (p x C).
  var eigenvalues: Matrix { get }
  /// The coefficients of a matrix of the prototypes' shape.
  func coefficients(of matrix: Matrix) -> Matrix
  /// The matrix (p x C) with given coefficients.
  func combination(_ coefficients: Matrix) -> Matrix
}

extension KernelSpectrum {
  /// Eigenvalues with rounding noise of positive semi-definite kernels set to exactly zero.
  static func cleaned(_ eigenvalues: Matrix) -> Matrix {
    let largest = eigenvalues.elements.reduce(0) { max($0, abs($1)) }
    let floor = 1e-14 * largest * Double(eigenvalues.elements.count).squareRoot()
    return Matrix(
      rows: eigenvalues.rows, columns: eigenvalues.columns,
      elements: eigenvalues.elements.map { $0 > floor ? $0 : 0 })
  }
}
