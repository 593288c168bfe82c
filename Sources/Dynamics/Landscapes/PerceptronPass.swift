import DynNumerics
import RealModule

/// The weights of a tanh perceptron with one hidden layer.
struct PerceptronWeights: Sendable {
  /// P (h x (d + 1)).
  let inputLayer: Matrix
  /// W (h x C).
  let prototypes: Matrix
  /// b (C).
  let bias: [Double]

  /// tanh(P (x; 1)) for inputs with a last row of ones (h x samples).
  func activations(_ inputs: Matrix) -> Matrix {
    let sums = inputLayer.times(inputs)
    return Matrix(
      rows: sums.rows, columns: sums.columns, elements: sums.elements.map { Double.tanh($0) })
  }

  /// W'a + b (samples x C).
  func logits(_ activations: Matrix) -> Matrix {
    activations.transposedTimes(prototypes).addingToRows(bias)
  }
}

/// One pass forward and back: what gradients and Hessian-vector products have in common.
struct PerceptronPass: Sendable {
  let weights: PerceptronWeights
  /// (x; 1) ((d + 1) x m).
  let inputs: Matrix
  let losses: WeightedLosses
  /// a = tanh(P (x; 1)) (h x m).
  let activations: Matrix
  /// W'a + b (m x C).
  let logits: Matrix
  /// G, the gradient by the logits (m x C).
  let gradient: Matrix
  /// The gradient by the activations, W G' (h x m).
  let activationGradient: Matrix

  init(_ weights: PerceptronWeights, inputs: Matrix, losses: WeightedLosses) {
    self.weights = weights
    self.inputs = inputs
    self.losses = losses
    activations = weights.activations(inputs)
    logits = weights.logits(activations)
    gradient = losses.gradient(logits)
    activationGradient = weights.prototypes.timesTransposed(gradient)
  }

  /// The gradient by the hidden layer's sums, (1 - a^2) W G' (h x m).
  var hiddenGradient: Matrix {
    activationGradient.combined(with: activations) { $0 * (1 - $1) * (1 + $1) }
  }
}
