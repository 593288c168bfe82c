extension Observable {
  static let normFeatures = Observable(
    "norm_h", symbol: "|H|", "Frobenius norm of the features"
  ) { $0.norm($0.norms.features) }

  static let normPrototypes = Observable(
    "norm_w", symbol: "|W|", "Frobenius norm of the prototypes"
  ) { $0.norm($0.norms.prototypes) }

  static let normState = Observable(
    "norm_z", symbol: "|Z|", "norm of features and prototypes together"
  ) { $0.norm($0.norms.withoutBias) }

  static let logNormState = Observable(
    "log_norm_z", symbol: "ln |Z|", "natural logarithm of norm_z, finite where it overflows"
  ) { $0.snapshot.logNorm() }
}
