public import DynNumerics

/// What becomes of the prototypes: the map from phi(h) to the logits without bias.
public protocol PrototypePart: Sendable {
  /// Whether they change.
  var move: Bool { get }
  /// Whether they are one matrix that is a variable, not a product.
  var areOneMatrix: Bool { get }
  /// Rows and columns of the blocks of variables.
  func shapes(of problem: Problem) -> [MatrixShape]
  /// The blocks of a state.
  func variables(of state: State) -> [Matrix]
  /// Writes the variables into a state.
  func place(_ variables: [Matrix], in state: inout State)
  /// Writes W of a state's variables into it.
  func placeProduct(in state: inout State)
  /// The weight decay of every block.
  func decays(_ decay: WeightDecay) -> [Double]
  /// The logits of given phi(h), ready to be differentiated.
  func pass(_ state: State, _ entered: Matrix) -> any PrototypePass
  /// Bytes that their variables and passes through them take, beside one matrix W.
  func passBytes(of problem: Problem) -> Double
  /// Why no flow of such prototypes has an exact solution; nil where the other parts decide.
  var exactRefusal: String? { get }
}

extension PrototypePart {
  /// One matrix is W itself.
  public func placeProduct(in state: inout State) {}

  /// One matrix is counted with the state.
  public func passBytes(of problem: Problem) -> Double { 0 }
  /// The other parts decide.
  public var exactRefusal: String? { nil }
  /// Most are one matrix.
  public var areOneMatrix: Bool { true }
}

/// The logits W' phi(h) of a batch at a point.
public protocol PrototypePass: Sendable {
  /// How many variables there are.
  var variableCount: Int { get }
  /// W (p x C), as a whole.
  var prototypes: Matrix { get }
  /// The logits (m x C).
  var logits: Matrix { get }
  /// The gradients by the prototypes' variables and by phi(h), W G' (p x m), from that by the logits
  /// G.
  func gradients(_ byLogits: Matrix) -> (variables: [Double], entered: Matrix)
  /// The gradient by phi(h) alone.
  func enteredGradient(_ byLogits: Matrix) -> Matrix
  /// The change of the logits along a direction of the variables along which phi(h) changes too.
  func change(along direction: ArraySlice<Double>, entered change: Matrix) -> Matrix
  /// The changes of both gradients along the same direction, along which G changes
  /// by `gradientChange`.
  func gradientChanges(
    _ byLogits: Matrix, changing gradientChange: Matrix, along direction: ArraySlice<Double>,
    entered change: Matrix
  ) -> (gradient: [Double], entered: Matrix)
  /// What one sample with the Hessian S by its logits adds to the trace by the variables, and by the
  /// bias.
  func trace(_ losses: Matrix, sample: Int, hasBias: Bool) -> Double
}
