public import DynNumerics

/// Prototypes that move: W (p x C).
public struct TrainablePrototypes: PrototypePart {
  /// The part.
  public init() {}

  /// The flow moves them.
  public var move: Bool { true }

  /// W.
  public func shapes(of problem: Problem) -> [MatrixShape] {
    [MatrixShape(rows: problem.featureDimension, columns: problem.classCount)]
  }

  /// W.
  public func variables(of state: State) -> [Matrix] { [state.prototypes] }

  /// Writes W.
  public func place(_ variables: [Matrix], in state: inout State) {
    state.prototypes = variables[0]
  }

  /// lambda_2.
  public func decays(_ decay: WeightDecay) -> [Double] { [decay.prototypes] }

  /// One product.
  public func pass(_ state: State, _ entered: Matrix) -> any PrototypePass {
    MatrixPass(state.prototypes, entered, moves: true)
  }
}

/// Logits of one matrix of prototypes, which is a variable or not.
struct MatrixPass: PrototypePass {
  let prototypes: Matrix
  let logits: Matrix
  private let entered: Matrix
  private let moves: Bool

  init(_ prototypes: Matrix, _ entered: Matrix, moves: Bool) {
    self.prototypes = prototypes
    self.entered = entered
    self.moves = moves
    logits = entered.transposedTimes(prototypes)
  }

  var variableCount: Int { moves ? prototypes.elements.count : 0 }

  func gradients(_ byLogits: Matrix) -> (variables: [Double], entered: Matrix) {
    (moves ? entered.times(byLogits).elements : [], enteredGradient(byLogits))
  }

  func enteredGradient(_ byLogits: Matrix) -> Matrix { prototypes.timesTransposed(byLogits) }

  func change(along direction: ArraySlice<Double>, entered change: Matrix) -> Matrix {
    let byEntered = change.transposedTimes(prototypes)
    return moves ? byEntered + entered.transposedTimes(matrix(direction)) : byEntered
  }

  func gradientChanges(
    _ byLogits: Matrix, changing gradientChange: Matrix, along direction: ArraySlice<Double>,
    entered change: Matrix
  ) -> (gradient: [Double], entered: Matrix) {
    let byEntered = prototypes.timesTransposed(gradientChange)
    guard moves else { return ([], byEntered) }
    return (
      (entered.times(gradientChange) + change.times(byLogits)).elements,
      byEntered + matrix(direction).timesTransposed(byLogits)
    )
  }

  func trace(_ losses: Matrix, sample: Int, hasBias: Bool) -> Double {
    losses.trace * ((moves ? entered.column(sample).sumOfSquares : 0) + (hasBias ? 1 : 0))
  }

  private func matrix(_ direction: ArraySlice<Double>) -> Matrix {
    Matrix(rows: prototypes.rows, columns: prototypes.columns, elements: Array(direction))
  }
}
