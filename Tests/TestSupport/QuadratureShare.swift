public import DynNumerics

extension SpectralQuadrature {
  /// The share of eigenvalues below a threshold, with its standard error.
  public func share(below threshold: Double) -> (value: Double, standardError: Double) {
    mean { $0 < threshold ? 1 : 0 }
  }
}
