public import DynNumerics

extension SpectralQuadrature {
  /// Lanczos steps of a density; each probe's moments are exact up to twice as many.
  private static let steps = 100

  /// The spectral measure of a Hessian: exact where all eigenvalues are known, else by stochastic
  /// Lanczos quadrature (Ghorbani, Krishnan and Xiao, ICML 2019).
  ///
  /// - Throws: `NumericsError` when a product is not finite.
  public init(
    _ hessian: any HessianOperator, _ spectrum: HessianSpectrum, settings: SpectrumSettings
  ) throws(NumericsError) {
    if let eigenvalues = spectrum.eigenvalues {
      self.init(eigenvalues: eigenvalues)
    } else {
      try LanczosMemory.check(dimension: hessian.dimension, steps: Self.steps)
      try self.init(
        hessian, probeCount: settings.probes, steps: Self.steps, seed: settings.seed)
    }
  }
}
