import DynNumerics

/// The question where training a model ends up, and which closed form answers it.
public struct PredictedGeometry: Sendable {
  /// n_c (C).
  public let sizes: [Int]
  /// What is minimised.
  public let loss: any Loss
  /// omega_c (C).
  public let classWeights: [Double]
  /// The regularisers.
  public let decay: WeightDecay
  /// Whether the logits have a bias.
  public let hasBias: Bool
  /// The smallest width between features and logits.
  public let width: Int

  /// Residuals of the optimality conditions from which on a search has failed.
  private static let loosestGap = 1e-6
  private static let factorRange = 1e-60...1e60

  /// Gathers the question.
  public init(
    sizes: [Int], loss: any Loss, classWeights: [Double], decay: WeightDecay, hasBias: Bool,
    width: Int
  ) {
    self.sizes = sizes
    self.loss = loss
    self.classWeights = classWeights
    self.decay = decay
    self.hasBias = hasBias
    self.width = width
  }

  /// The majorities and minorities of the sizes.
  public var groups: ClassGroups { ClassGroups(sizes: sizes) }

  /// The answer: the max-margin geometry of the cross-entropy family without decay, the ridge
  /// geometry with it, the global minimiser of squared error.
  ///
  /// - Throws: `Fault` that names what has no closed form, or too small a width.
  public func solution() throws(Fault) -> CollapsedGeometry {
    if loss.isSquaredError { return try squaredError() }
    guard let loss = loss as? any VanishingLoss else {
      throw Fault(
        "model.loss",
        "the unhinged loss has no minimum and its directions follow from the start: give a loss of "
          + "the cross-entropy family or mse")
    }
    guard !hasBias else {
      throw Fault(
        "model.bias", "the geometry of the cross-entropy family is known without a bias only")
    }
    // Squares of factors and their inverses enter the geometry.
    let factors = sizes.indices.map { (loss.classFactor($0), loss.labelFactor($0)) }
    guard factors.allSatisfy({ Self.factorRange ~= $0.0 && Self.factorRange ~= $0.1 }) else {
      throw Fault(
        "model.loss",
        "a multiplier is outside of 1e-60...1e60: give multipliers nearer to 1, only their ratios "
          + "shape the geometry")
    }
    guard width >= sizes.count - 1 else {
      throw Fault(
        "model.feature_dimension",
        "\(width) is too small: the geometry of \(sizes.count) classes needs \(sizes.count - 1)")
    }
    guard decay.features > 0 || decay.prototypes > 0 else {
      return try orFault { () throws(NumericsError) in
        try MaxMarginGeometry(loss: loss, sizes: sizes).solution()
      }
    }
    return try ridge(loss)
  }

  /// The problem with weight decay, for what it knows beside its solution.
  ///
  /// - Throws: `Fault` when there is none.
  public func ridgeProblem(_ loss: any VanishingLoss) throws(Fault) -> RidgeGeometry {
    guard let loss = loss as? any AdjustedCrossEntropy else {
      throw Fault("model.loss", "the focal loss has no known geometry with weight decay")
    }
    guard decay.features > 0, decay.prototypes > 0 else {
      throw Fault(
        "model.weight_decay",
        "with decay on one of features and prototypes only there is no minimum: "
          + "give both, or neither")
    }
    return RidgeGeometry(
      loss: loss, sizes: sizes, classWeights: classWeights, featureDecay: decay.features,
      prototypeDecay: decay.prototypes)
  }

  private func ridge(_ loss: any VanishingLoss) throws(Fault) -> CollapsedGeometry {
    let problem = try ridgeProblem(loss)
    guard problem.strength >= RidgeGeometry.smallestStrength else {
      throw Fault(
        "model.weight_decay",
        "\(problem.strength) (samples times the decays' geometric mean) is too small for a double: "
          + "give at least \(RidgeGeometry.smallestStrength), or 0")
    }
    // A search that ran away may also leave a matrix that cannot be decomposed.
    guard let geometry = try? problem.solution(), let certificate = geometry.certificate,
      certificate.gap <= Self.loosestGap, certificate.infeasibility <= Self.loosestGap
    else {
      throw Fault(
        "model.loss",
        "the search for the ridge geometry did not reach its minimum: offsets or multipliers are "
          + "too far from 1, or the decays too far apart")
    }
    return geometry
  }

  /// The minimiser for squared error and what it knows beside.
  ///
  /// - Throws: `Fault` for weights, a bias's decay, or a decay of zero.
  public func layeredProblem() throws(Fault) -> LayeredGeometry {
    let layers = decay.layers.isEmpty ? [decay.prototypes] : decay.layers
    guard decay.features > 0, layers.allSatisfy({ $0 > 0 }) else {
      throw Fault(
        "model.weight_decay",
        "the minimiser of mse is unique up to rotations only with decay on features and on every "
          + "layer: give positive numbers")
    }
    guard decay.bias == 0 else {
      throw Fault(
        "model.weight_decay.bias",
        "\(decay.bias): the minimiser of mse is known for a bias without decay: set it to 0")
    }
    guard classWeights.allSatisfy({ $0 == 1 }) else {
      throw Fault(
        "model.class_weights", "the minimiser of mse is known without class weights only")
    }
    return LayeredGeometry(
      sizes: sizes, layerDecays: layers, featureDecay: decay.features, hasBias: hasBias)
  }

  private func squaredError() throws(Fault) -> CollapsedGeometry {
    let problem = try layeredProblem()
    let geometry = try orFault { () throws(NumericsError) in try problem.solution() }
    if let rank = geometry.rank, rank > width {
      throw Fault(
        "model.feature_dimension",
        "the smallest width is \(width) and the minimiser has rank \(rank): "
          + "raise feature_dimension and the layers' width to at least \(rank)")
    }
    return geometry
  }

  private func orFault<Result>(
    _ body: () throws(NumericsError) -> Result
  ) throws(Fault) -> Result {
    do throws(NumericsError) {
      return try body()
    } catch {
      throw Fault("model", error.description)
    }
  }
}

extension Problem {
  /// The question where training this problem ends up; nil where no closed form answers it: the
  /// geometries are those of features and prototypes that both move, and enter the logits as they are.
  public var predictedGeometry: PredictedGeometry? {
    guard model.hasGeometry, model.prototypes.areOneMatrix || loss.isSquaredError,
      // The decay of a network's weights is none of its features.
      network == nil || decay == .none, labels.targets.areClasses
    else { return nil }
    let widths = start.layers.dropLast().map(\.rows)
    return PredictedGeometry(
      sizes: labels.partition.sizes, loss: loss, classWeights: labels.groupWeights, decay: decay,
      hasBias: start.bias != nil, width: ([featureDimension] + widths).min() ?? 0)
  }

  /// Its answer, worked out when it is first asked for; nil in it where the question has none.
  var deferredGeometry: Deferred<CollapsedGeometry?>? {
    predictedGeometry.map { question in Deferred { try? question.solution() } }
  }
}
