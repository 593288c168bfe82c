import Dynamics

/// What the cases refuse.
struct CaseRules {
  let modelCase: ModelCase
  let scenario: Scenario
  let decay: WeightDecay
  let loss: any Loss

  /// - Throws: `Fault` for the first setting that the case refuses.
  func check() throws(Fault) {
    let name = "the case \(modelCase.rawValue)"
    let model = scenario.model
    if loss.unhinged == nil, !modelCase.allowsBias {
      throw Fault(
        "model.loss",
        "\(name) is solved for the unhinged loss only: "
          + "set \"case\" to \"unconstrained\" or \"regularized\"")
    }
    if loss.unhinged == nil, model.usesCriticalDecay {
      throw Fault(
        "model.weight_decay", "only the unhinged loss has a critical decay: give a number")
    }
    try refuse(
      "weight_decay", model.decay.features, decay.features,
      unless: modelCase.allowsFeatureDecay, "\(name) has no weight decay on the features")
    try refuse(
      "weight_decay", model.decay.prototypes, decay.prototypes,
      unless: modelCase.allowsPrototypeDecay, "\(name) has no weight decay on the prototypes")
    if decay.bias > 0, !modelCase.allowsPrototypeDecay {
      throw Fault("model.weight_decay", "\(name) has no weight decay on the bias: set it to 0")
    }
    if model.hasBias, !modelCase.allowsBias {
      throw Fault("model.bias", "\(name) has no bias: leave the key out")
    }
    if model.rescalesLearningRate, modelCase != .spherical {
      throw Fault(
        "model.rescale_learning_rate",
        "\(name) does not normalise features: "
          + "leave the key out or set \"case\" to \"spherical\"")
    }
    if model.kernel != nil, modelCase != .ntkInvariant {
      throw Fault(
        "model.kernel",
        "\(name) has no kernel: leave the key out or set \"case\" to \"ntk_invariant\"")
    }
  }

  private func refuse(
    _ key: String, _ given: ModelSpecification.Decay, _ value: Double, unless isAllowed: Bool,
    _ sentence: String
  ) throws(Fault) {
    guard !isAllowed, value > 0 else { return }
    throw Fault(
      "model.\(key)",
      "\(Value.text(value)): \(sentence): set it to 0"
        + (modelCase == .unconstrained ? " or \"case\" to \"regularized\"" : ""))
  }
}
