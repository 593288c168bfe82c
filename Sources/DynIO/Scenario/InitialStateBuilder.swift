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

  /// The state, samples sorted by class.
  ///
  /// - Throws: `Fault` for an array of another shape or with entries that are not finite.
  func state(_ partition: ClassPartition) throws(Fault) -> State {
    let features = try part("features") { () throws(Fault) in
      try matrix(
        specification.features, arrays.features, columns: sizes.sampleCount, stream: .features,
        meaning: "H as p x n, a column a sample")
    }
    let bias = hasBias ? try part("bias", bias) : nil
    if let layers, layers.isDeep {
      let matrices = try part("prototypes") { () throws(Fault) in
        try LayerBuilder(layers: layers, sizes: sizes, loader: loader)
          .matrices(specification.prototypes)
      }
      return State(features: partition.sorting(features), layers: matrices, bias: bias)
    }
    let prototypes = try part("prototypes") { () throws(Fault) in
      try matrix(
        specification.prototypes, arrays.prototypes, columns: sizes.classCount,
        stream: .prototypes, meaning: "W as p x C, a column a class")
    }
    return State(
      features: partition.sorting(features), prototypes: prototypes, bias: bias)
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
    stream: ArrayLoader.Stream, meaning: String
  ) throws(Fault) -> Matrix {
    let rows = sizes.featureDimension
    switch specification {
    case .normal(let scale):
      let numbers = try loader.normal(rows * columns, scale: scale, stream: stream)
      return Matrix(rows: rows, columns: columns, elements: numbers)
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
