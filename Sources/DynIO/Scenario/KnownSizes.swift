import Dynamics

/// The sizes that a scenario fixes without its features and prototypes.
struct KnownSizes {
  /// p, if it is given.
  let dimension: Int?
  /// C, if it is given or follows.
  let classes: Int?
  /// K, if it is given or follows; C without groups of their own.
  let groups: Int?
  /// Where C comes from, for messages.
  let classesSource: String
  private let labelCount: Int?
  private let profile: ClassProfile?

  init(
    _ model: ModelSpecification, _ targets: (any TargetRule)?, labels: [Int]?, bias: GivenArray?
  ) {
    let hasGroups = targets?.groupCount != nil
    let listed: Int? =
      if case .list(let sizes)? = model.profile, !hasGroups { sizes.count } else { nil }
    let sources: [(String, Int?)] = [
      ("classes is", model.classCount), ("the targets have", targets?.classCount),
      ("samples_per_class lists", listed),
      ("the bias has", bias.flatMap { $0.shape.count == 1 ? $0.shape[0] : nil }),
      ("the labels have", hasGroups ? nil : labels.flatMap { $0.max().map { $0 + 1 } }),
    ]
    let first = sources.first { $0.1 != nil }
    classes = first?.1
    groups = targets?.groupCount ?? first?.1
    classesSource = first?.0 ?? ""
    dimension = model.featureDimension
    labelCount = labels?.count
    profile = model.profile
  }

  /// n and where it comes from, for a number of classes; nil where nothing but the features tells.
  func samples(classes: Int?) -> (count: Double, source: String)? {
    if let labelCount { return (Double(labelCount), "there are \(labelCount) labels") }
    guard let profile, let classes = groups ?? classes ?? self.classes else { return nil }
    let count: Double
    switch profile {
    case .balanced(let size): count = Double(size) * Double(classes)
    case .list(let sizes): count = sizes.reduce(0) { $0 + Double($1) }
    case .step, .exponential:
      // Beyond any memory; the sizes would not even be counted.
      guard classes <= 1_000_000 else { return nil }
      count = profile.sizes(classCount: classes).reduce(0) { $0 + Double($1) }
    }
    return (count, "samples_per_class makes \(Value.text(count))")
  }
}
