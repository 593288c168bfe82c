import Dynamics

/// What the cases refuse.
struct CaseRules {
  private let model: ModelSpecification
  private let modelCase: ModelCase
  private let isUnhinged: Bool

  init(_ model: ModelSpecification) {
    self.model = model
    modelCase = model.effectiveCase
    isUnhinged = model.lossName == "unhinged"
  }

  private var name: String { "the case \(modelCase.rawValue)" }

  /// Every setting that the case refuses.
  var faults: [Fault] {
    lossFaults + decayFaults + layerFaults + otherFaults + networkFaults
  }

  private var networkFaults: [Fault] {
    guard modelCase == .perceptron else { return [] }
    let given = [
      ("feature_dimension", model.featureDimension != nil), ("labels", model.labels != nil),
      ("layers", model.layers != nil),
    ]
    return given.filter(\.1).map { key, _ in
      Fault("model.\(key)", "\(name) has hidden units and data instead: leave the key out")
    }
  }

  private var layerFaults: [Fault] {
    guard let layers = model.layers else {
      guard model.layerDecays != nil else { return [] }
      return [
        Fault(
          "model.weight_decay.prototypes",
          "a list has a decay a layer, and there are no layers: give a number")
      ]
    }
    var faults: [Fault] = []
    if model.lossName != "mse" {
      faults.append(
        Fault("model.layers", "layers go with the loss mse: leave the key out or change the loss"))
    }
    if let decays = model.layerDecays, decays.count != layers.count {
      faults.append(
        Fault(
          "model.weight_decay.prototypes",
          "\(decays.count) decays for \(layers.count) layers: give a number, or one a layer"))
    }
    return faults
  }

  private var lossFaults: [Fault] {
    guard !isUnhinged else { return [] }
    var faults: [Fault] = []
    if !modelCase.allowsBias {
      faults.append(
        Fault(
          "model.loss",
          "\(name) is solved for the unhinged loss only: "
            + "set \"case\" to \"unconstrained\" or \"regularized\""))
    }
    if model.usesCriticalDecay, modelCase != .perceptron {
      faults.append(
        Fault(
          "model.weight_decay", "only the unhinged loss has a critical decay: give a number"))
    }
    return faults
  }

  private var decayFaults: [Fault] {
    if modelCase == .perceptron, model.usesCriticalDecay {
      return [Fault("model.weight_decay", "\(name) has no critical decay: give a number")]
    }
    let decay = model.decay
    let sharesWithPrototypes = !(model.sharesDecay && modelCase == .anchored)
    let parts: [(String, ModelSpecification.Decay?, isAllowed: Bool)] = [
      ("features", decay.features, modelCase.allowsFeatureDecay),
      (
        "prototypes", sharesWithPrototypes ? decay.prototypes : nil,
        modelCase.allowsPrototypeDecay
      ),
      ("bias", model.hasBias ? decay.bias : nil, modelCase.allowsPrototypeDecay),
    ]
    for (block, decay, isAllowed) in parts where !isAllowed {
      guard let decay, decay != .value(0) else { continue }
      let remedy = modelCase == .unconstrained ? " or \"case\" to \"regularized\"" : ""
      return [
        Fault(
          "model.weight_decay",
          "\(decay.text): \(name) has no weight decay on the \(block): set it to 0\(remedy)")
      ]
    }
    return []
  }

  private var otherFaults: [Fault] {
    var faults: [Fault] = []
    if model.hasBias, !modelCase.allowsBias {
      faults.append(Fault("model.bias", "\(name) has no bias: leave the key out"))
    }
    if model.rescalesLearningRate, modelCase != .spherical {
      faults.append(
        Fault(
          "model.rescale_learning_rate",
          "\(name) does not normalise features: "
            + "leave the key out or set \"case\" to \"spherical\""))
    }
    if model.representation == .reduced, !isUnhinged || !modelCase.isLinear {
      faults.append(
        Fault(
          "model.representation",
          "\(name) with this loss does not reduce to class means: leave the key out"))
    }
    if model.kernel != nil, modelCase != .ntkInvariant {
      faults.append(
        Fault(
          "model.kernel",
          "\(name) has no kernel: leave the key out or set \"case\" to \"ntk_invariant\""))
    }
    return faults
  }
}

extension ModelSpecification {
  /// Why the objective is not a landscape of free variables, as far as the keys tell; nil where it
  /// is one.
  var landscapeRefusal: LandscapeRefusal? {
    representation == .reduced
      ? .reduced : LandscapeRefusal(effectiveCase, hasLayers: layers?.isDeep ?? false)
  }

  /// The case, unconstrained where none is given and regularized when a decay is positive.
  var effectiveCase: ModelCase {
    let bias = hasBias ? decay.bias : nil
    let decays = [decay.features, decay.prototypes, bias ?? .value(0)]
    return modelCase ?? (decays.allSatisfy { $0 == .value(0) } ? .unconstrained : .regularized)
  }
}

extension ModelSpecification.Decay {
  /// The decay as the user wrote it.
  fileprivate var text: String {
    switch self {
    case .value(let value): Value.text(value)
    case .critical: "\"critical\""
    }
  }
}
