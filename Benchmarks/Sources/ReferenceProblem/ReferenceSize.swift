import DynNumerics
public import Dynamics

/// A size of the reference problem: the regularised flow of C balanced classes with
/// gamma = 1/(C-1), from 0 to 5/sigma, sigma = 1/((C-1) sqrt N), lambda_H = 0.1 sigma and
/// lambda_W = 0.2 sigma.
public struct ReferenceSize: Sendable {
  /// C.
  public let classes: Int
  /// N.
  public let classSize: Int
  /// p.
  public let dimension: Int

  /// A size.
  public init(classes: Int, classSize: Int, dimension: Int) {
    self.classes = classes
    self.classSize = classSize
    self.dimension = dimension
  }

  /// n = C N.
  public var samples: Int { classes * classSize }
  /// p (n + C).
  public var variables: Int { dimension * (samples + classes) }
  /// (1 + gamma)/(C sqrt N), the singular value of the label operator.
  public var sigma: Double { 1 / (Double(classes - 1) * Double(classSize).squareRoot()) }
  /// When the integration ends.
  public var end: Double { 5 / sigma }

  /// The problem from an initial state, with or without its decay.
  ///
  /// - Throws: `NumericsError` when the label operator cannot be decomposed.
  public func problem(from state: State, decays: Bool = true) throws -> Problem {
    let loss = UnhingedLoss(gamma: 1 / Double(classes - 1))
    let partition = ClassPartition(sizes: [Int](repeating: classSize, count: classes))
    let decay = WeightDecay(features: 0.1 * sigma, prototypes: 0.2 * sigma, bias: 0)
    return Problem(
      modelCase: decays ? .regularized : .unconstrained, loss: loss,
      labels: try LabelOperator(partition: partition, loss: loss),
      decay: decays ? decay : .none, initialState: state,
      rates: LearningRates(prototypes: ConstantSchedule(1)))
  }

  /// A state of standard normal numbers.
  ///
  /// - Throws: `NumericsError` when there is no memory.
  public func randomState(seed: UInt64 = 1) throws -> State {
    var normals = try RandomNormals(seed: seed)
    return state(of: normals.next(variables))
  }

  /// The state whose rows (h, w) of n + C numbers follow one another.
  public func state(of rows: [Double]) -> State {
    let row = samples + classes
    return State(
      features: Matrix(rows: dimension, columns: samples) { rows[$0 * row + $1] },
      prototypes: Matrix(rows: dimension, columns: classes) { rows[$0 * row + samples + $1] })
  }
}
