import Dynamics

extension ModelSpecification {
  /// Reads the object `model`, whose shape is valid.
  init(_ fields: Fields) throws(Fault) {
    modelCase = fields.has("case") ? ModelCase.named(try fields.string("case")) : nil
    loss = fields.has("loss") ? fields.fields("loss") : nil
    classCount = fields.has("classes") ? try fields.integer("classes") : nil
    network =
      fields.has("network") ? try NetworkSpecification(fields.fields("network")) : nil
    givesFeatureDimension = fields.has("feature_dimension")
    featureDimension =
      givesFeatureDimension ? try fields.integer("feature_dimension") : network?.width
    profile = try Self.profile(fields["samples_per_class"])
    classWeights = Self.classWeights(fields["class_weights"])
    (decay, sharesDecay) = Self.decay(fields["weight_decay"])
    layers = fields.has("layers") ? try LayerSpecification(fields.fields("layers")) : nil
    layerDecays = fields.fields("weight_decay")["prototypes"]?.numbers
    hasBias = fields.isTrue("bias")
    rescalesLearningRate = fields.isTrue("rescale_learning_rate")
    kernel = try fields.has("kernel") ? Self.kernel(fields.fields("kernel")) : nil
    targets = try fields.has("targets") ? Self.targets(fields.fields("targets")) : nil
    representation = Representation(rawValue: (try? fields.string("representation")) ?? "")
    labels =
      try fields.has("labels") ? ArraySpecification(fields.fields("labels")) : nil
  }

  private static func profile(_ value: Value?) throws(Fault) -> ClassProfile? {
    switch value {
    case .number(let size)?: return .balanced(Int(size))
    case .list?: return .list((value?.numbers ?? []).map { Int($0) })
    case .object?:
      let fields = Fields(value ?? .null)
      let ratio = try fields.number("ratio")
      if try fields.string("kind") == "step" {
        return .step(
          majority: try fields.integer("majority"), ratio: ratio,
          minorityFraction: try fields.number("minority_fraction", default: 0.5))
      }
      return .exponential(largest: try fields.integer("largest"), ratio: ratio)
    default: return nil
    }
  }

  private static func classWeights(_ value: Value?) -> ClassWeights {
    switch value {
    case .string("inverse_frequency")?: .inverseFrequency
    case .string("inverse_sqrt_frequency")?: .inverseSqrtFrequency
    case .list?: .list(value?.numbers ?? [])
    case .object?:
      .effectiveNumber(
        beta: (try? Fields(value ?? .null).number("beta", default: 0.9999)) ?? 0.9999)
    default: .uniform
    }
  }

  private static func decay(
    _ value: Value?
  ) -> ((features: Decay, prototypes: Decay, bias: Decay?), Bool) {
    guard case .object? = value else {
      let shared = Decay(value)
      return ((shared, shared, nil), true)
    }
    let fields = Fields(value ?? .null)
    return (
      (
        Decay(fields["features"]), Decay(fields["prototypes"]),
        fields.has("bias") ? Decay(fields["bias"]) : nil
      ), false
    )
  }

  private static func targets(_ fields: Fields) throws(Fault) -> TargetSpecification {
    do throws(Fault) {
      return try fields.string("kind") == ArrayKind.file.name
        ? .file(ArraySpecification(fields)) : .rule(TargetRules.kinds.make(fields))
    } catch {
      throw error.within("targets")
    }
  }

  private static func kernel(_ fields: Fields) throws(Fault) -> KernelSpecification {
    if fields.has("dense") {
      for key in ["features", "samples"] where fields.has(key) {
        throw Fault("kernel.\(key)", "a dense kernel has no factors: give dense or the factors")
      }
      return .dense(try ArraySpecification(fields.fields("dense")))
    }
    func factor(_ key: String) throws(Fault) -> ArraySpecification {
      try fields.has(key) ? ArraySpecification(fields.fields(key)) : .identity
    }
    return .kronecker(coordinates: try factor("features"), samples: try factor("samples"))
  }
}

extension ModelSpecification.Decay {
  fileprivate init(_ value: Value?) {
    switch value {
    case .number(let number)?: self = .value(number)
    case .string?: self = .critical
    case .list?: self = .value(value?.numbers?.max() ?? 0)
    default: self = .value(0)
    }
  }
}

extension InitialStateSpecification {
  /// Reads the object `initial_state`, whose shape is valid.
  init(_ fields: Fields) throws(Fault) {
    func array(_ key: String, default specification: ArraySpecification) throws(Fault)
      -> ArraySpecification
    {
      guard fields.has(key) else { return specification }
      return try ArraySpecification(fields.fields(key))
    }
    seed = UInt64(try fields.number("seed", default: 1))
    var start = ArraySpecification.normal(scale: 1)
    if let scale = try BalancedStart.scale(fields) { start = .balanced(scale: scale) }
    features = try array("features", default: start)
    prototypes = try array("prototypes", default: start)
    drawsPrototypes = !fields.has("prototypes")
    bias = try array("bias", default: .zeros)
    saddle = try SaddleSpecification(fields)
    aligned = try AlignedSpecification(fields)
  }
}
