public import DynNumerics

/// The objective of a model as a function of all variables that move, with exact derivatives.
///
/// Gradients and Hessians are of a ``Batch``: the whole objective, a mini-batch, or a class.
public protocol Landscape: Sendable {
  /// The number of variables.
  var dimension: Int { get }
  /// How many of the variables, from the first, move at the features' learning rate.
  var featureVariableCount: Int { get }
  /// The matrices that the variables make up, each with its weight decay; biases are columns of
  /// their own.
  var blocks: [VariableBlock] { get }
  /// The variables of a state.
  func variables(of state: State) -> [Double]
  /// The state of given variables.
  func state(of variables: [Double]) -> State
  /// The batch's weighted losses and, where it says so, the regularisers.
  func value(at variables: [Double], of batch: Batch) -> Double
  /// The gradient of `value` by all variables.
  func gradient(at variables: [Double], of batch: Batch) -> [Double]
  /// What descent moves against: the gradient, where learning rates are not rescaled by sample.
  func descentDirection(at variables: [Double], of batch: Batch) -> [Double]
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
  /// Learning rates are not rescaled.
  public func descentDirection(at variables: [Double], of batch: Batch) -> [Double] {
    gradient(at: variables, of: batch)
  }

  /// Nothing is added.
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
  /// The objective as a function of all variables; nil where ``landscapeRefusal`` says why not.
  public var landscape: (any Landscape)? {
    landscapeRefusal == nil ? ModelLandscape(self) : nil
  }

  /// Why the objective is not a function of free variables; nil where it is one.
  public var landscapeRefusal: LandscapeRefusal? {
    isReduced ? .reduced : model.modelCase.landscapeRefusal
  }

  /// Whether training adds noise to a network's inputs.
  var hasInputNoise: Bool { model.features.inputNoise != nil }
}

extension ModelCase {
  /// Why the steps of a model are not along a gradient; nil where they are.
  public var landscapeRefusal: LandscapeRefusal? {
    guard hasKernel else { return nil }
    return LandscapeRefusal(
      key: "model.case",
      reason: "for the case \(name), whose kernel makes the flow no gradient flow of the variables",
      remedy: "set model.case to another")
  }
}

/// Why a problem's objective is not a function of free variables, which spectra and
/// sharpness-aware steps need.
public struct LandscapeRefusal: Sendable, Equatable {
  /// The key of the scenario that decides it.
  public let key: String
  /// Continues "is not offered".
  public let reason: String
  /// What to do about it.
  public let remedy: String

  /// The samples are not kept.
  public static let reduced = LandscapeRefusal(
    key: "model.representation", reason: "in the reduced representation, which keeps no samples",
    remedy: "set model.representation to \"full\"")
}
