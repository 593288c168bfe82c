public import DynNumerics

/// Prototypes that stay where they are.
public struct FixedPrototypes: PrototypePart {
  /// The part.
  public init() {}

  /// The flow leaves them.
  public var move: Bool { false }

  /// Nothing of them is a variable.
  public func shapes(of problem: Problem) -> [MatrixShape] { [] }

  /// Nothing of them is a variable.
  public func variables(of state: State) -> [Matrix] { [] }

  /// Leaves the state as it is.
  public func place(_ variables: [Matrix], in state: inout State) {}

  /// Nothing of them is a variable.
  public func decays(_ decay: WeightDecay) -> [Double] { [] }

  /// One product.
  public func pass(_ state: State, _ entered: Matrix) -> any PrototypePass {
    MatrixPass(state.prototypes, entered, moves: false)
  }
}
