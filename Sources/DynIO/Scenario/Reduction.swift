import DynNumerics
import Dynamics

/// The initial state in reduced form: class parts A = H Q' (p x C), W, b and the squared deviations
/// from the class means.
///
/// Of independent normal features with standard deviation s, A has independent normal entries with
/// the same deviation and the scatter of class c is s^2 times a chi-squared number with p (n_c - 1)
/// degrees of freedom, all independent. They are drawn like that: what is observed has the
/// distribution of the full representation, but other numbers of the same seed.
struct Reduction {
  let builder: InitialStateBuilder
  let partition: ClassPartition

  /// The state and the scatter of every class.
  ///
  /// - Throws: `Fault` as for the full state.
  func start() throws(Fault) -> (start: InitialState, scatter: [Double]) {
    let (prototypes, bias) = try builder.prototypesAndBias()
    if case .normal(let scale) = builder.specification.features {
      let (parts, scatter) = try drawn(scale)
      return (InitialState(State(features: parts, prototypes: prototypes, bias: bias)), scatter)
    }
    let features = partition.sorting(try builder.features())
    let moments = ClassRows(sizes: partition.sizes).moments(features)
    let roots = partition.sizes.map { 1 / Double($0).squareRoot() }
    let state = State(
      features: moments.sums.scalingColumns(by: roots), prototypes: prototypes, bias: bias)
    return (InitialState(state), moments.scatter)
  }

  private func drawn(_ scale: Double) throws(Fault) -> (parts: Matrix, scatter: [Double]) {
    let dimension = builder.sizes.featureDimension
    let numbers = try builder.loader.normal(
      dimension * partition.classCount, scale: scale, stream: .features)
    let degrees = partition.sizes.map { Double(dimension) * Double($0 - 1) }
    let squares = try builder.loader.chiSquared(degrees)
    return (
      Matrix(rows: dimension, columns: partition.classCount, elements: numbers),
      squares.map { scale * scale * $0 }
    )
  }
}
