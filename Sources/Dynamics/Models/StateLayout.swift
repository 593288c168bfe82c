import DynNumerics

/// How the variables that move lie in one vector: those of the features, then those of the
/// prototypes, then the bias; matrices row by row.
public struct StateLayout: Sendable {
  private let features: any FeatureSource
  private let prototypes: any PrototypePart
  private let start: InitialState
  private let featureShapes: [MatrixShape]
  private let prototypeShapes: [MatrixShape]
  /// How many of the variables, from the first, make the features.
  public let featureVariableCount: Int
  private let prototypeVariableCount: Int
  /// How many of them are the bias's.
  public let biasCount: Int

  /// The layout of a problem's variables; prototypes that stay may be counted among them.
  public init(_ problem: Problem, includesFixedPrototypes: Bool = false) {
    features = problem.model.features
    prototypes = includesFixedPrototypes ? TrainablePrototypes() : problem.model.prototypes
    start = problem.start
    featureShapes = features.shapes(of: problem)
    prototypeShapes = prototypes.shapes(of: problem)
    featureVariableCount = featureShapes.reduce(0) { $0 + $1.count }
    prototypeVariableCount = prototypeShapes.reduce(0) { $0 + $1.count }
    biasCount = prototypes.move ? problem.start.bias?.count ?? 0 : 0
  }

  /// The number of variables.
  public var dimension: Int { featureVariableCount + prototypeVariableCount + biasCount }

  /// The variables of a state.
  public func vector(of state: State) -> [Double] {
    let blocks = features.variables(of: state) + prototypes.variables(of: state)
    return blocks.flatMap(\.elements) + (biasCount > 0 ? state.bias ?? [] : [])
  }

  /// The state of given variables.
  public func state(of vector: [Double]) -> State {
    var state = variables(of: vector)
    features.placeFeatures(in: &state)
    prototypes.placeProduct(in: &state)
    return state
  }

  /// The same without features and prototypes that are not variables themselves.
  func variables(of vector: [Double]) -> State {
    let blocks = vector.matrices(featureShapes + prototypeShapes)
    var state = State(
      features: Matrix(rows: start.prototypes.rows, columns: 0), prototypes: start.prototypes,
      bias: biasCount > 0 ? Array(vector[(dimension - biasCount)...]) : start.bias)
    features.place(Array(blocks[..<featureShapes.count]), in: &state)
    prototypes.place(Array(blocks[featureShapes.count...]), in: &state)
    return state
  }

  /// The weight decay of every variable, one per block: where it ends, and lambda.
  func decays(_ decay: WeightDecay) -> [(end: Int, value: Double)] {
    var end = 0
    func block(_ count: Int, _ value: Double) -> (Int, Double) {
      end += count
      return (end, value)
    }
    return featureShapes.map { block($0.count, decay.features) }
      + zip(prototypeShapes, prototypes.decays(decay)).map { block($0.count, $1) }
      + [block(biasCount, decay.bias)]
  }

  /// The matrices that the variables make up, each with its weight decay; biases are columns of their
  /// own.
  func blocks(_ decay: WeightDecay) -> [VariableBlock] {
    var start = 0
    func block(_ shape: MatrixShape, _ value: Double) -> VariableBlock {
      defer { start += shape.count }
      return VariableBlock(shape: shape, start: start, stride: shape.columns, decay: value)
    }
    let below = featureShapes.map { block($0, decay.features) }
    // Without decay layers need not name their factors.
    let factors = prototypes.decays(decay)
    let above = prototypeShapes.enumerated().map { index, shape in
      block(shape, factors.indices.contains(index) ? factors[index] : 0)
    }
    let bias = biasCount > 0 ? [block(MatrixShape(rows: biasCount, columns: 1), decay.bias)] : []
    return (features.endInBiases ? below.flatMap(\.splittingLastColumn) : below) + above + bias
  }
}

extension [Double] {
  /// Matrices of given shapes one after the other.
  func matrices(_ shapes: [MatrixShape]) -> [Matrix] {
    var end = 0
    return shapes.map { shape in
      let start = end
      end += shape.count
      return Matrix(
        rows: shape.rows, columns: shape.columns, elements: Array(self[start..<end]))
    }
  }
}
