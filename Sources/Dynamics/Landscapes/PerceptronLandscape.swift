public import DynNumerics
import RealModule

/// The objective of a tanh perceptron with one hidden layer by all its weights:
///
///     L = sum_i weight_i l(W'a_i + b, y_i) + lambda_1/2 |P|^2 + lambda_2/2 |W|^2 + lambda_b/2 |b|^2
///     a_i = tanh(P (x_i; 1))
///
/// with the input layer P (h x (d + 1), its bias in the last column), W (h x C) and b (C).
/// Variables: the rows of P, then those of W, then b. The hidden activations a_i are the features.
public struct PerceptronLandscape: Landscape {
  private let problem: Problem
  private let network: NetworkInputs

  /// Samples that a class is repeated to for its Hessian under input noise.
  public static let noisyClassCount = 64

  /// The landscape of a problem with a network's inputs.
  public init(_ problem: Problem, network: NetworkInputs) {
    self.problem = problem
    self.network = network
  }

  private var hidden: Int { problem.featureDimension }
  private var classes: Int { problem.classCount }
  private var prototypeCount: Int { hidden * classes }

  /// h (d + 1) + h C + C.
  public var dimension: Int { featureVariableCount + prototypeCount + classes }
  /// h (d + 1).
  public var featureVariableCount: Int { hidden * network.inputs.rows }

  /// The noise that training adds to the inputs.
  public var inputNoise: (scale: Double, dimension: Int)? {
    network.jitter > 0 ? (network.jitter, network.inputs.rows - 1) : nil
  }

  /// P, W and b one after the other.
  public func variables(of state: State) -> [Double] {
    (state.inputLayer?.elements ?? []) + state.prototypes.elements + (state.bias ?? [])
  }

  /// The weights, with the activations of the training inputs as features. O(h n d).
  public func state(of variables: [Double]) -> State {
    let weights = weights(variables)
    return State(
      features: weights.activations(network.inputs), prototypes: weights.prototypes,
      bias: weights.bias, inputLayer: weights.inputLayer)
  }

  /// O(h m (d + C)) for m samples.
  public func value(at variables: [Double], of batch: Batch) -> Double {
    let pass = pass(variables, batch)
    let value = pass.losses.value(pass.logits)
    guard batch.includesDecay else { return value }
    let weights = pass.weights
    return value
      + problem.decay.penalty(
        State(
          features: pass.activations, prototypes: weights.prototypes, bias: weights.bias,
          inputLayer: weights.inputLayer))
  }

  /// Back-propagation. O(h m (d + C)) for m samples.
  public func gradient(at variables: [Double], of batch: Batch) -> [Double] {
    let pass = pass(variables, batch)
    let decay = batch.includesDecay ? problem.decay : .none
    let weights = pass.weights
    let byInputLayer = pass.hiddenGradient.timesTransposed(pass.inputs)
    let byPrototypes = pass.activations.times(pass.gradient)
    let byBias = zip(pass.gradient.columnSums, weights.bias).map { $0 + decay.bias * $1 }
    return (byInputLayer + decay.features * weights.inputLayer).elements
      + (byPrototypes + decay.prototypes * weights.prototypes).elements + byBias
  }

  /// O(h m (d + C)) for m samples.
  public func logitGradient(at variables: [Double], of batch: Batch) -> Matrix {
    pass(variables, batch).gradient
  }

  /// By all weights, without input noise.
  public func hessian(at variables: [Double]) -> any HessianOperator {
    PerceptronHessian(pass(variables, .whole(problem)), decay: problem.decay)
  }

  /// By all weights.
  public func hessian(at variables: [Double], ofClass label: Int) -> any HessianOperator {
    PerceptronHessian(pass(variables, classBatch(label)), decay: .none)
  }

  /// The class's samples; with input noise they are repeated to at least 64 with noise that is
  /// fixed, so that the Hessian is one of a function.
  public func classBatch(_ label: Int) -> Batch {
    let plain = Batch.ofClass(label, problem.labels.partition)
    guard let noise = network.classNoise else { return plain }
    let size = plain.samples.count
    let repeats = max(1, (Self.noisyClassCount + size - 1) / size)
    let samples = (0..<repeats).flatMap { _ in plain.samples }
    return Batch(
      samples: samples, weights: samples.map { _ in 1 / Double(samples.count) },
      includesDecay: false, noise: noise[label])
  }

  private func weights(_ variables: [Double]) -> PerceptronWeights {
    let (input, prototypes) = (featureVariableCount, prototypeCount)
    return PerceptronWeights(
      inputLayer: Matrix(
        rows: hidden, columns: network.inputs.rows, elements: Array(variables[..<input])),
      prototypes: Matrix(
        rows: hidden, columns: classes, elements: Array(variables[input..<input + prototypes])),
      bias: Array(variables[(input + prototypes)...]))
  }

  private func pass(_ variables: [Double], _ batch: Batch) -> PerceptronPass {
    PerceptronPass(
      weights(variables), inputs: network.inputs(of: batch),
      losses: WeightedLosses(batch, problem))
  }
}
