public import DynNumerics

/// Linear layers in the place of W: W' = W_L...W_1, all of which move.
public struct LayeredPrototypes: PrototypePart {
  /// The part.
  public init() {}

  /// The flow moves all of them.
  public var move: Bool { true }
  /// They are a product.
  public var areOneMatrix: Bool { false }
  /// Where the unhinged loss has one, its family says so.
  public var exactRefusal: String? {
    "linear layers have a closed form only with the unhinged loss and features that enter as they are"
  }

  /// W_1, ..., W_L.
  public func shapes(of problem: Problem) -> [MatrixShape] {
    problem.start.layers.map { MatrixShape(rows: $0.rows, columns: $0.columns) }
  }

  /// Layers and activations with those of a solver.
  public func passBytes(of problem: Problem) -> Double {
    problem.start.layers.reduce(0) { bytes, layer in
      bytes + 8 * 20 * Double(layer.rows) * Double(layer.columns + problem.sampleCount)
    }
  }

  /// W_1, ..., W_L.
  public func variables(of state: State) -> [Matrix] { state.layers }

  /// Writes the layers.
  public func place(_ variables: [Matrix], in state: inout State) { state.layers = variables }

  /// (W_L...W_1)'.
  public func placeProduct(in state: inout State) {
    state.prototypes = state.layers.product.transposed
  }

  /// lambda_l of every layer.
  public func decays(_ decay: WeightDecay) -> [Double] { decay.layers }

  /// One product a layer.
  public func pass(_ state: State, _ entered: Matrix) -> any PrototypePass {
    LayeredPass(state.layers, entered)
  }
}

/// Activations under linear layers: x_0 = phi(h), x_l = W_l x_{l-1}, the logits being x_L.
///
/// With d_L = G' and d_{l-1} = W_l' d_l the gradient by W_l is d_l x_{l-1}'.
private struct LayeredPass: PrototypePass {
  private let layers: [Matrix]
  /// x_0, ..., x_L, a column a sample.
  private let activations: [Matrix]

  init(_ layers: [Matrix], _ entered: Matrix) {
    self.layers = layers
    activations = layers.reduce(into: [entered]) { inputs, layer in
      inputs.append(layer.times(inputs[inputs.count - 1]))
    }
  }

  var variableCount: Int { layers.reduce(0) { $0 + $1.elements.count } }
  var prototypes: Matrix { layers.product.transposed }
  var logits: Matrix { activations[layers.count].transposed }

  func gradients(_ byLogits: Matrix) -> (variables: [Double], entered: Matrix) {
    let back = activationGradients(byLogits)
    return (
      layers.indices.flatMap { back[$0 + 1].timesTransposed(activations[$0]).elements }, back[0]
    )
  }

  func enteredGradient(_ byLogits: Matrix) -> Matrix { activationGradients(byLogits)[0] }

  /// d_0, ..., d_L.
  private func activationGradients(_ byLogits: Matrix) -> [Matrix] {
    layers.reversed().reduce(into: [byLogits.transposed]) { gradients, layer in
      gradients.append(layer.transposedTimes(gradients[gradients.count - 1]))
    }.reversed()
  }

  func change(along direction: ArraySlice<Double>, entered change: Matrix) -> Matrix {
    let changes = activationChanges(along: directions(direction), entered: change)
    return changes[layers.count].transposed
  }

  private func activationChanges(along steps: [Matrix], entered change: Matrix) -> [Matrix] {
    layers.indices.reduce(into: [change]) { changes, index in
      changes.append(
        steps[index].times(activations[index]) + layers[index].times(changes[index]))
    }
  }

  func gradientChanges(
    _ byLogits: Matrix, changing gradientChange: Matrix, along direction: ArraySlice<Double>,
    entered change: Matrix
  ) -> (gradient: [Double], entered: Matrix) {
    let steps = directions(direction)
    let changes = activationChanges(along: steps, entered: change)
    let back = activationGradients(byLogits)
    var own = gradientChange.transposed
    var parts: [[Double]] = []
    for index in layers.indices.reversed() {
      let part =
        own.timesTransposed(activations[index]) + back[index + 1].timesTransposed(changes[index])
      parts.append(part.elements)
      own = layers[index].transposedTimes(own) + steps[index].transposedTimes(back[index + 1])
    }
    return (parts.reversed().flatMap { $0 }, own)
  }

  /// The sum over layers of <S, A_l A_l'> |x_{l-1}|^2, A_l the product of the layers above.
  func trace(_ losses: Matrix, sample: Int, hasBias: Bool) -> Double {
    var above = Matrix.identity(losses.rows)
    return layers.indices.reversed().map { index in
      defer { above = above.times(layers[index]) }
      return losses.elements.dot(above.timesTransposed(above).elements)
        * activations[index].column(sample).sumOfSquares
    }.sum + (hasBias ? losses.trace : 0)
  }

  private func directions(_ direction: ArraySlice<Double>) -> [Matrix] {
    Array(direction).matrices(layers.map { MatrixShape(rows: $0.rows, columns: $0.columns) })
  }
}

extension [Matrix] {
  /// W_L...W_1.
  var product: Matrix { dropFirst().reduce(self[0]) { $1.times($0) } }
}
