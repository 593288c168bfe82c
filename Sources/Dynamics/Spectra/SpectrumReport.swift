public import DynNumerics

/// The Hessian spectra of a model at one state: of the whole objective and of every class.
public struct SpectrumReport: Sendable {
  /// The norm of the gradient of the whole objective.
  public let gradientNorm: Double
  /// Of the whole objective, regularisers included.
  public let total: HessianSpectrum
  /// Of the mean loss of each class.
  public let classes: [HessianSpectrum]
  /// -sigma_max(R_c)/n_c for each class of the layer-peeled model, R_c the logit gradients of its
  /// samples: no eigenvalue of the class's Hessian is below it. Nil for other models.
  public let classBounds: [Double]?
  /// Whether the state is a minimum, for the layer-peeled model.
  public let certificate: SaddleCertificate?

  /// The report of a state of a problem with a landscape.
  ///
  /// - Throws: `NumericsError` for a state that is not finite.
  /// - Complexity: that of one ``HessianSpectrum`` a class and one for the whole.
  public init(
    _ landscape: any Landscape, _ problem: Problem, at state: State,
    settings: SpectrumSettings = SpectrumSettings()
  ) throws(NumericsError) {
    let variables = landscape.variables(of: state)
    let whole = Batch.whole(problem)
    let gradient = landscape.gradient(at: variables, of: whole).norm
    gradientNorm = gradient
    total = try HessianSpectrum(landscape.hessian(at: variables), settings: settings)
    let labels = problem.labels.targets.trueClasses == nil ? 0..<0 : 0..<problem.classCount
    classes = try labels.map { label throws(NumericsError) in
      try HessianSpectrum(landscape.hessian(at: variables, ofClass: label), settings: settings)
    }
    guard problem.model.isBilinear else {
      (classBounds, certificate) = (nil, nil)
      return
    }
    classBounds = try labels.map { label throws(NumericsError) in
      let batch = landscape.classBatch(label)
      return try -landscape.logitGradient(at: variables, of: batch).spectralNorm()
    }
    certificate = SaddleCertificate(
      sigma: try landscape.logitGradient(at: variables, of: whole).spectralNorm(),
      gradientNorm: gradient, problem)
  }
}

extension Matrix {
  /// The largest singular value.
  func spectralNorm() throws(NumericsError) -> Double {
    try singularValueDecomposition().values.first ?? 0
  }
}
