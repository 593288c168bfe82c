import DynNumerics
public import Dynamics

extension ProblemBuilder {
  /// The question where the scenario's model ends up: sizes, loss and decays, but no state.
  ///
  /// - Throws: `Fault` for arrays that do not fit, and for empty classes.
  public func predictedGeometry() throws(Fault) -> PredictedGeometry {
    let arrays = try GivenArrays(scenario, loader)
    let sizes = try ProblemSizes(scenario.model, arrays)
    if let empty = sizes.classSizes.firstIndex(of: 0) {
      throw Fault(
        "model.labels", "class \(empty) has no samples: every class needs at least one")
    }
    let loss = try loss(sizes.classSizes.map(Double.init))
    try checkClassWeights(sizes.classCount)
    try checkModel(loss)
    let layers = scenario.model.layers
    let width = layers.map { $0.isDeep ? $0.width : sizes.featureDimension }
    return PredictedGeometry(
      sizes: sizes.classSizes, loss: loss,
      classWeights: scenario.model.classWeights.values(for: sizes.classSizes.map(Double.init)),
      // Only the unhinged loss has a critical decay, and it has no geometry.
      decay: decay(critical: 0, loss), hasBias: scenario.model.hasBias,
      width: min(sizes.featureDimension, width ?? sizes.featureDimension))
  }

  /// The geometries are those of features and prototypes that both are variables. The unhinged loss
  /// has none at all, which the question itself says.
  private func checkModel(_ loss: any Loss) throws(Fault) {
    let model = scenario.model
    guard loss.unhinged == nil else { return }
    if model.targets != nil {
      throw Fault(
        "model.targets", "the geometry is known for one-hot labels: leave the key out to see theirs"
      )
    }
    if model.network != nil {
      throw Fault(
        "model.network",
        "the geometry is known for features that are variables: leave the key out to see theirs")
    }
    guard model.outline.hasGeometry else {
      throw Fault(
        "model.case",
        "the geometry is known where features and prototypes move freely, not in the case "
          + "\(model.effectiveCase.name): set it to unconstrained or regularized")
    }
    guard model.outline.prototypes.areOneMatrix || loss.isSquaredError else {
      throw Fault(
        "model.layers",
        "the geometry of linear layers is known for the loss mse: leave the key out or change the "
          + "loss")
    }
  }
}

extension ScenarioFile {
  /// The question where the model of a scenario ends up.
  ///
  /// - Throws: `ScenarioError` for arrays that do not fit or cannot be read.
  public static func predictedGeometry(
    _ scenario: Scenario, path: String
  ) throws(ScenarioError) -> PredictedGeometry {
    do throws(Fault) {
      return try ProblemBuilder(scenario).predictedGeometry()
    } catch {
      throw .faults(path: path, [error])
    }
  }
}
