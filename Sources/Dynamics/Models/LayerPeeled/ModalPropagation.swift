import RealModule

/// A way to the mode coefficients at given times: closed form, integration or exact descent.
protocol ModalPropagation {
  /// The coefficients at a time; times are asked for in increasing order.
  mutating func coefficients(at time: Double) throws(SolverFailure) -> ModeCoefficients
}

/// The closed form of <doc:RegularisedFlow> and <doc:PrototypeAnchored>, for any class sizes and class weights.
struct ClosedFormPropagation: ModalPropagation {
  let basis: ModalBasis

  /// O(distinct singular values).
  func coefficients(at time: Double) -> ModeCoefficients {
    let problem = basis.problem
    let zeta = problem.rates.integrals(to: time)
    let bias = Self.affine(problem.decay.bias, zeta.prototypes)
    let within = ScaledNumber(value: 1, logScale: -problem.decay.features * zeta.features)
    return ModeCoefficients(
      blocks: problem.movesPrototypes
        ? basis.orientations.indices.map { block(ofValue: $0, zeta.prototypes) }
        : anchoredBlocks(zeta.features),
      within: within, biasDecay: bias.factor, biasDrive: bias.drive)
  }

  private func block(ofValue value: Int, _ zeta: Double) -> ModeBlock {
    let orientation = basis.orientations[value]
    return basis.block(
      ofValue: value, upper: ScaledNumber(value: 1, logScale: orientation.upper * zeta),
      lower: ScaledNumber(value: 1, logScale: orientation.lower * zeta))
  }

  /// a = e^(-lambda zeta) a_0 + (1 - e^(-lambda zeta))/lambda sigma w, w fixed (section 4).
  private func anchoredBlocks(_ zeta: Double) -> [ModeBlock] {
    let (factor, drive) = Self.affine(basis.problem.decay.features, zeta)
    return basis.problem.labels.modes.distinctValues.map {
      ModeBlock(start: ModePair(features: [factor, drive * $0], prototypes: [0, 1]))
    }
  }

  /// The solution factor x_0 + drive c of x' = c - lambda x after zeta.
  static func affine(_ lambda: Double, _ zeta: Double) -> (factor: Double, drive: Double) {
    guard lambda > 0 else { return (1, zeta) }
    return (Double.exp(-lambda * zeta), -Double.expMinusOne(-lambda * zeta) / lambda)
  }
}
