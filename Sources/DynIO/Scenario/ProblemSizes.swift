import DynNumerics
import Dynamics

/// C, p and the class sizes, from the scenario or from the arrays that fix them.
struct ProblemSizes {
  let classCount: Int
  /// K.
  let groupCount: Int
  let featureDimension: Int
  /// The sizes of classes, or of the groups of the targets (K).
  let classSizes: [Int]

  var sampleCount: Int { classSizes.reduce(0, +) }

  /// - Throws: `Fault` when a size is missing or two sources of it disagree.
  init(_ model: ModelSpecification, _ arrays: GivenArrays) throws(Fault) {
    let groups = arrays.targets?.groupCount
    classCount = try Self.agreed(
      "classes", "the number of classes",
      [
        ("classes", model.classCount), ("the targets", arrays.targets?.classCount),
        ("samples_per_class", groups == nil ? model.profile.flatMap(Self.count) : nil),
        ("the prototypes' columns", arrays.prototypes?.side(1)),
        ("the bias", arrays.bias.flatMap { $0.shape.count == 1 ? $0.shape[0] : nil }),
        ("the labels", groups == nil ? arrays.labels.flatMap { $0.max().map { $0 + 1 } } : nil),
      ])
    groupCount = groups ?? classCount
    try Self.checkClassCount(classCount, groups: groups)
    try Self.checkGroups(model, groups)
    try Self.checkOrientation(model, arrays)
    featureDimension = try Self.agreed(
      "feature_dimension", "the feature dimension",
      [
        ("feature_dimension", model.featureDimension),
        ("the features' rows", arrays.features?.side(0)),
        ("the prototypes' rows", arrays.prototypes?.side(0)),
      ])
    guard classCount >= 2 else {
      throw Fault(
        "model.classes", "\(classCount) is not allowed here: at least 2 classes are needed")
    }
    classSizes = try Self.classSizes(model, arrays, classCount: groupCount)
    try Self.checkColumns(arrays.features, samples: classSizes.reduce(0, +))
  }

  /// Before anything of C x C entries is formed.
  private static func checkClassCount(_ count: Int, groups: Int?) throws(Fault) {
    let bytes = 64 * Double(count) * Double(max(count, groups ?? 0))
    guard bytes > Double(SystemMemory.available) else { return }
    guard groups.map({ $0 <= count }) ?? true else {
      throw Fault(
        "model.targets",
        "\(groups ?? 0) groups of \(count) classes need about \(MemoryEstimate.text(bytes)), and "
          + "\(SystemMemory.free.sentencePart): give fewer groups")
    }
    throw Fault(
      "model.classes",
      "\(count) classes need about \(MemoryEstimate.text(bytes)) for matrices of "
        + "that size squared, and \(SystemMemory.free.sentencePart): "
        + "give fewer classes")
  }

  /// A list of sizes has one of every group.
  private static func checkGroups(_ model: ModelSpecification, _ groups: Int?) throws(Fault) {
    guard let groups, let listed = model.profile.flatMap(Self.count), listed != groups else {
      return
    }
    throw Fault(
      "model.samples_per_class",
      "\(listed) sizes for \(groups) groups of targets: give one a group")
  }

  /// A transposed array is said to be that, rather than to disagree.
  private static func checkOrientation(
    _ model: ModelSpecification, _ arrays: GivenArrays
  ) throws(Fault) {
    guard let dimension = model.featureDimension else { return }
    for (key, array) in [("features", arrays.features), ("prototypes", arrays.prototypes)] {
      guard let shape = array?.shape, shape.count == 2, shape[0] != dimension,
        shape[1] == dimension
      else { continue }
      throw Fault(
        "initial_state.\(key)",
        "the array has shape (\(shape[0]), \(shape[1])) and "
          + "feature_dimension is \(dimension): it is transposed, store "
          + (key == "features" ? "H as p x n, a column a sample" : "W as p x C, a column a class"))
    }
  }

  private static func count(_ profile: ClassProfile) -> Int? {
    if case .list(let sizes) = profile { sizes.count } else { nil }
  }

  /// The first size that is known, once all that are known agree with it. Labels may leave the
  /// last classes out only where the number of classes is given, which is then an empty class.
  private static func agreed(
    _ key: String, _ meaning: String, _ sources: [(name: String, value: Int?)]
  ) throws(Fault) -> Int {
    let known = sources.compactMap { source in source.value.map { (source.name, $0) } }
    guard let first = known.first else {
      throw Fault("model", "\(meaning) is not known: give \"\(key)\" or an array that fixes it")
    }
    for other in known.dropFirst() where other.1 != first.1 {
      if other.0 == "the labels", other.1 < first.1 { continue }
      throw Fault(
        "model.\(key)",
        "\(first.0) gives \(meaning) as \(first.1), \(other.0) as \(other.1): "
          + "make them agree" + (key == "feature_dimension" ? " (arrays are p x n and p x C)" : ""))
    }
    return first.1
  }

  private static func classSizes(
    _ model: ModelSpecification, _ arrays: GivenArrays, classCount: Int
  ) throws(Fault) -> [Int] {
    if let labels = arrays.labels {
      let sizes = labels.reduce(into: [Int](repeating: 0, count: classCount)) { sizes, label in
        if sizes.indices.contains(label) { sizes[label] += 1 }
      }
      if let profile = model.profile, profile.sizes(classCount: classCount) != sizes {
        throw Fault(
          "model.samples_per_class",
          "the labels give class sizes \(sizes): leave the key out or make them agree")
      }
      return sizes
    }
    if let profile = model.profile {
      try checkMemory(profile, classCount)
      return profile.sizes(classCount: classCount)
    }
    if let samples = arrays.features?.side(1), samples > 0,
      samples.isMultiple(of: classCount)
    {
      return [Int](repeating: samples / classCount, count: classCount)
    }
    throw Fault(
      "model", "the class sizes are not known: give \"samples_per_class\" or \"labels\"")
  }

  /// Before a list of that many classes or a sum of that many samples is formed.
  private static func checkMemory(_ profile: ClassProfile, _ classCount: Int) throws(Fault) {
    let largest: Int =
      switch profile {
      case .balanced(let size): size
      case .list(let sizes): sizes.max() ?? 0
      case .step(let majority, _, _): majority
      case .exponential(let size, _): size
      }
    guard Double(largest) * Double(classCount) < 1e12 else {
      throw Fault(
        "model.samples_per_class",
        "\(largest) samples in each of \(classCount) classes are beyond any memory: lower either")
    }
  }

  private static func checkColumns(_ features: GivenArray?, samples: Int) throws(Fault) {
    guard let features, features.shape.count == 2, features.shape[1] != samples else { return }
    let hint =
      features.shape[0] == samples ? "; they look transposed: store p x n, a column a sample" : ""
    throw Fault(
      "initial_state.features",
      "the features have \(features.shape[1]) columns but there are "
        + "\(samples) samples: make labels, samples_per_class and H agree\(hint)")
  }
}
