import Dynamics

/// What the model parts refuse of each other.
struct CaseRules {
  private let model: ModelSpecification
  private let modelCase: ModelCase

  init(_ model: ModelSpecification) {
    self.model = model
    modelCase = model.effectiveCase
  }

  private var name: String { "the case \(modelCase.name)" }

  /// Every setting that another one refuses.
  var faults: [Fault] {
    decayFaults + layerFaults + entryFaults + networkFaults + otherFaults
  }

  private var networkFaults: [Fault] {
    guard model.network != nil else { return [] }
    let given = [
      ("feature_dimension", model.givesFeatureDimension),
      ("labels", model.labels != nil),
    ]
    let keys = given.filter(\.1).map { key, _ in
      Fault("model.\(key)", "a network has hidden units and data instead: leave the key out")
    }
    guard modelCase.hasKernel else { return keys }
    return keys + [
      Fault(
        "model.network",
        "\(name) has a constant kernel in the place of a network's: leave the key out or set "
          + "\"case\" to another")
    ]
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
    if layers.isDeep, !modelCase.movesPrototypes || modelCase.hasKernel {
      faults.append(
        Fault(
          "model.layers",
          "\(name) has one matrix of prototypes, not a product: leave the key out or change the case"
        ))
    }
    if let decays = model.layerDecays, decays.count != layers.count {
      faults.append(
        Fault(
          "model.weight_decay.prototypes",
          "\(decays.count) decays for \(layers.count) layers: give a number, or one a layer"))
    }
    return faults
  }

  /// The critical decay is that of the linear flow.
  private var criticalFault: Fault? {
    guard model.usesCriticalDecay, !model.reducesToClassMeans else { return nil }
    return Fault("model.weight_decay", "\(nonlinearPart) has no critical decay: give a number")
  }

  /// The part that keeps the flow from being linear in class means.
  private var nonlinearPart: String {
    if model.network != nil { return "a network" }
    if model.layers?.isDeep == true { return "a product of layers" }
    return model.isUnhinged ? name : "another loss than the unhinged one"
  }

  private var decayFaults: [Fault] {
    if let criticalFault { return [criticalFault] }
    let decay = model.decay
    // One number for all is that of what moves.
    let sharesWithPrototypes = !(model.sharesDecay && !modelCase.movesPrototypes)
    let sharesWithFeatures = !(model.sharesDecay && modelCase.allowsPrototypeDecay)
    let parts: [(String, ModelSpecification.Decay?, isAllowed: Bool)] = [
      ("features", sharesWithFeatures ? decay.features : nil, model.allowsFeatureDecay),
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

  private var entryFaults: [Fault] {
    guard model.rescalesLearningRate, !modelCase.normalizesFeatures else { return [] }
    let others = ModelCase.all.filter(\.normalizesFeatures).map { "\"\($0.name)\"" }
    return [
      Fault(
        "model.rescale_learning_rate",
        "\(name) does not normalise features: leave the key out or set \"case\" to "
          + others.joined(separator: " or "))
    ]
  }

  private var otherFaults: [Fault] {
    var faults: [Fault] = []
    if model.hasBias, !modelCase.allowsBias {
      faults.append(Fault("model.bias", "\(name) has no bias: leave the key out"))
    }
    if model.representation == .reduced, !model.reducesToClassMeans {
      faults.append(
        Fault(
          "model.representation",
          "\(nonlinearPart) does not reduce to class means: leave the key out"))
    }
    if model.kernel != nil, !modelCase.hasKernel {
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
    representation == .reduced ? .reduced : effectiveCase.landscapeRefusal
  }

  /// The case, unconstrained where none is given and regularized when a decay is positive.
  var effectiveCase: ModelCase {
    let bias = hasBias ? decay.bias : nil
    let decays = [decay.features, decay.prototypes, bias ?? .value(0)]
    return modelCase ?? (decays.allSatisfy { $0 == .value(0) } ? .unconstrained : .regularized)
  }

  /// Whether features, or the weights of the network that makes them, may decay.
  var allowsFeatureDecay: Bool {
    network == nil ? effectiveCase.allowsFeatureDecay : effectiveCase != .unconstrained
  }

  /// The model without its arrays: what its parts are, not their entries.
  var outline: Model {
    // What losses do with classes of one size is enough to tell them apart.
    let kinds = Losses.kinds(classSizes: [Double](repeating: 1, count: classCount ?? 2))
    let loss = loss.flatMap { try? kinds.make($0) }
    return Model(
      effectiveCase, loss: loss ?? (self.loss == nil ? UnhingedLoss(gamma: 1) : CrossEntropyLoss()),
      rescalesLearningRate: rescalesLearningRate, hasLayers: layers?.isDeep ?? false)
  }

  /// Whether the loss is linear in the logits.
  var isUnhinged: Bool { outline.loss.unhinged != nil }

  /// Whether class means and deviations from them move on their own.
  var reducesToClassMeans: Bool { network == nil && outline.reducesToClassMeans }
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
