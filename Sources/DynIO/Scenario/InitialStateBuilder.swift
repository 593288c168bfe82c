import DynNumerics
import Dynamics

/// Makes the state at time 0 from given and drawn arrays.
struct InitialStateBuilder {
  let specification: InitialStateSpecification
  let arrays: GivenArrays
  let sizes: ProblemSizes
  let loader: ArrayLoader
  let hasBias: Bool
  let layers: LayerSpecification?
  let network: (features: NetworkFeatures, weights: [Matrix])?

  /// The state, samples sorted by class.
  ///
  /// - Throws: `Fault` for an array of another shape or with entries that are not finite.
  func start(_ partition: ClassPartition) throws(Fault) -> InitialState {
    if let network { return InitialState(try state(of: network)) }
    if let layers = try deepLayers() {
      return InitialState(
        State(
          features: partition.sorting(try features()), layers: layers,
          bias: hasBias ? try part("bias", bias) : nil))
    }
    let (prototypes, bias) = try prototypesAndBias()
    guard case .normal(let scale) = specification.features else {
      return InitialState(
        State(features: partition.sorting(try features()), prototypes: prototypes, bias: bias))
    }
    let (rows, columns) = (sizes.featureDimension, sizes.sampleCount)
    let stream = try loader.stream(.features)
    return InitialState(prototypes: prototypes, bias: bias) {
      partition.sorting(
        Matrix(
          rows: rows, columns: columns, elements: stream.numbers(rows * columns, scale: scale)))
    }
  }

  /// The state in the singular vectors of the label operator; in the reduced representation without
  /// deviations from the class means.
  ///
  /// - Throws: `Fault` for a scale of another number of factors and widths that are too small.
  func aligned(
    _ aligned: AlignedSpecification, _ labels: LabelOperator, isReduced: Bool
  ) throws(Fault) -> InitialState {
    let deep = layers.flatMap { $0.isDeep ? $0 : nil }
    let count = deep?.count ?? 1
    let state = try wholeState { () throws(Fault) in
      if let deep { try LayerBuilder(layers: deep, sizes: sizes, loader: loader).checkMemory() }
      return try AlignedStart(sizes: try aligned.sizes(factors: count + 1)).state(
        labels, dimension: sizes.featureDimension,
        widths: [Int](repeating: deep?.width ?? 0, count: count - 1), bias: nil,
        isReduced: isReduced)
    }
    var start = state
    start.bias = hasBias ? try part("bias", bias) : nil
    return InitialState(start)
  }

  private func wholeState(_ body: () throws(Fault) -> State) throws(Fault) -> State {
    do throws(Fault) {
      return try body()
    } catch {
      throw error.within("initial_state")
    }
  }

  /// The state of a network: its features follow from its weights.
  private func state(
    of network: (features: NetworkFeatures, weights: [Matrix])
  ) throws(Fault) -> State {
    let features = Matrix(rows: sizes.featureDimension, columns: 0)
    var state: State
    if let layers = try deepLayers() {
      state = State(
        features: features, layers: layers, bias: hasBias ? try part("bias", bias) : nil)
    } else {
      let (prototypes, bias) = try prototypesAndBias()
      state = State(features: features, prototypes: prototypes, bias: bias)
    }
    state.hidden = network.weights
    network.features.placeFeatures(in: &state)
    return state
  }

  /// H in the user's order.
  func features() throws(Fault) -> Matrix {
    try part("features") { () throws(Fault) in
      try matrix(
        specification.features, arrays.features, columns: sizes.sampleCount, stream: .features,
        meaning: "H as p x n, a column a sample")
    }
  }

  /// The linear layers, where they stand in the place of W.
  private func deepLayers() throws(Fault) -> [Matrix]? {
    guard let layers, layers.isDeep else { return nil }
    return try part("prototypes") { () throws(Fault) in
      try LayerBuilder(layers: layers, sizes: sizes, loader: loader)
        .matrices(specification.prototypes)
    }
  }

  /// W and b.
  func prototypesAndBias() throws(Fault) -> (Matrix, [Double]?) {
    let prototypes = try part("prototypes") { () throws(Fault) in
      try matrix(
        specification.prototypes, arrays.prototypes, columns: sizes.classCount,
        stream: .prototypes, meaning: "W as p x C, a column a class")
    }
    return (prototypes, hasBias ? try part("bias", bias) : nil)
  }

  private func part<Part>(
    _ key: String, _ body: () throws(Fault) -> Part
  ) throws(Fault) -> Part {
    do throws(Fault) {
      return try body()
    } catch {
      throw error.within("initial_state.\(key)")
    }
  }

  private func matrix(
    _ specification: ArraySpecification, _ given: GivenArray?, columns: Int,
    stream: RandomStream, meaning: String
  ) throws(Fault) -> Matrix {
    let rows = sizes.featureDimension
    switch specification {
    case .normal(let scale):
      let numbers = try loader.normal(rows * columns, scale: scale, stream: stream)
      return Matrix(rows: rows, columns: columns, elements: numbers)
    case .normalColumns(let norm):
      let numbers = try loader.normal(rows * columns, scale: 1, stream: stream)
      return Matrix(rows: rows, columns: columns, elements: numbers).scalingColumns(toNorm: norm)
    case .balanced(let scale):
      let blocks = try loader.balancedBlocks(sizes, scale: scale)
      return stream == .features ? blocks.features : blocks.prototypes
    case .simplexETF(let scale):
      return try loader.simplexETF(dimension: rows, classCount: columns, scale: scale)
    case .values, .file:
      guard let given else { return Matrix(rows: rows, columns: columns) }
      return try given.matrix(rows: rows, columns: columns, meaning: meaning)
    case .zeros, .identity: return Matrix(rows: rows, columns: columns)
    }
  }

  private func bias() throws(Fault) -> [Double] {
    let count = sizes.classCount
    if case .normal(let scale) = specification.bias {
      return try loader.normal(count, scale: scale, stream: .bias)
    }
    return try arrays.bias?.vector(count: count, meaning: "b, a number a class")
      ?? [Double](repeating: 0, count: count)
  }
}

extension Matrix {
  /// Every column scaled to one norm.
  fileprivate func scalingColumns(toNorm norm: Double) -> Matrix {
    scalingColumns(by: (0..<columns).map { norm / column($0).norm })
  }
}
