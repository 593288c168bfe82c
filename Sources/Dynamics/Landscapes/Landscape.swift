public import DynNumerics

/// The objective of a model as a function of all variables that move, with exact derivatives.
///
/// Gradients and Hessians are of a ``Batch``: the whole objective, a mini-batch, or a class.
public protocol Landscape: Sendable {
  /// The number of variables.
  var dimension: Int { get }
  /// How many of the variables, from the first, move at the features' learning rate.
  var featureVariableCount: Int { get }
  /// The variables of a state.
  func variables(of state: State) -> [Double]
  /// The state of given variables.
  func state(of variables: [Double]) -> State
  /// The batch's weighted losses and, where it says so, the regularisers.
  func value(at variables: [Double], of batch: Batch) -> Double
  /// The gradient of `value` by all variables.
  func gradient(at variables: [Double], of batch: Batch) -> [Double]
  /// The gradient of the batch's weighted losses by its logits (samples x C).
  func logitGradient(at variables: [Double], of batch: Batch) -> Matrix
  /// The Hessian of the whole objective.
  func hessian(at variables: [Double]) -> any HessianOperator
  /// The Hessian of the mean loss of one class, unweighted and without regularisers, by the
  /// variables that the loss depends on.
  func hessian(at variables: [Double], ofClass label: Int) -> any HessianOperator
  /// The samples of one class that its Hessian averages over.
  func classBatch(_ label: Int) -> Batch
  /// Standard deviation of the normal numbers added to a network's inputs, and the inputs'
  /// dimension; nil where nothing is added.
  var inputNoise: (scale: Double, dimension: Int)? { get }
}

extension Landscape {
  /// Features that are variables have no inputs.
  public var inputNoise: (scale: Double, dimension: Int)? { nil }
}

/// A Hessian known by its products with vectors, whose trace is known exactly.
public protocol HessianOperator: SymmetricOperator {
  /// The sum of the eigenvalues.
  var trace: Double { get }
  /// The same spectrum from fewer numbers, where all features of each class are equal.
  func collapsed() throws(NumericsError) -> CollapsedSpectrum?
}

extension HessianOperator {
  /// Most Hessians have no such structure.
  public func collapsed() throws(NumericsError) -> CollapsedSpectrum? { nil }
}

extension Problem {
  /// Whether training adds noise to a network's inputs.
  var hasInputNoise: Bool { (network?.jitter ?? 0) > 0 }
}
