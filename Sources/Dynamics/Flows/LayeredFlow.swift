import DynNumerics

/// The gradient flow of features under L linear layers and a bias, for any loss of the logits:
///
///     H' = -eta_1 ((W_L...W_1)' G + lambda_H H),   b' = -eta_2 (G 1 + lambda_b b)
///     W_l' = -eta_2 ((W_L...W_{l+1})' G (W_{l-1}...W_1 H)' + lambda_l W_l)
///
/// with G (C x n) the loss's gradient by the logits, weighted by omega_y/n. Variables: the rows of
/// H, then those of W_1, ..., W_L, then b. The state's prototypes are (W_L...W_1)', so that
/// everything that looks at logits sees the model whole. O(width (p + C + L width) n) an evaluation.
public struct LayeredFlow: Flow {
  private let problem: Problem
  private let labels: [Int]
  /// Rows and columns of W_1, ..., W_L.
  private let shapes: [(rows: Int, columns: Int)]

  /// The flow of a problem whose initial state has layers.
  public init(_ problem: Problem) {
    self.problem = problem
    labels = problem.labels.partition.sortedLabels
    shapes = problem.initialState.layers.map { ($0.rows, $0.columns) }
  }

  private var biasCount: Int { problem.start.bias?.count ?? 0 }

  /// p n, the layers' entries, and C more with a bias.
  public var dimension: Int {
    featureVariableCount + shapes.reduce(0) { $0 + $1.rows * $1.columns } + biasCount
  }
  /// p n.
  public var featureVariableCount: Int { problem.featureDimension * problem.sampleCount }
  /// The matrix is not formed: implicit methods are refused.
  public var hasJacobian: Bool { false }

  /// H, the layers and b one after the other.
  public func vector(of state: State) -> [Double] {
    state.features.elements + state.layers.flatMap(\.elements) + (state.bias ?? [])
  }

  /// The blocks of the vector, and the layers' product as prototypes.
  public func state(of vector: [Double]) -> State {
    var start = featureVariableCount
    var layers: [Matrix] = []
    for (rows, columns) in shapes {
      let end = start + rows * columns
      layers.append(Matrix(rows: rows, columns: columns, elements: Array(vector[start..<end])))
      start = end
    }
    return State(
      features: Matrix(
        rows: problem.featureDimension, columns: problem.sampleCount,
        elements: Array(vector[..<featureVariableCount])),
      layers: layers, bias: biasCount > 0 ? Array(vector[start...]) : nil)
  }

  /// The right-hand side: forward through the layers, and back.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    let state = state(of: vector.indices.map { vector[$0] })
    let activations = state.layers.reduce(into: [state.features]) { inputs, layer in
      inputs.append(layer.times(inputs[inputs.count - 1]))
    }
    var back = logitGradient(activations[activations.count - 1], bias: state.bias)
    var end = dimension
    if let bias = state.bias {
      end -= bias.count
      for label in bias.indices {
        let slope = back.elements.span.extracting(back.range(ofRow: label)).sum
        derivative[end + label] =
          -rates.prototypes * (slope + problem.decay.bias * bias[label])
      }
    }
    for index in state.layers.indices.reversed() {
      let slope = back.timesTransposed(activations[index])
      end -= slope.elements.count
      write(
        slope, decay: problem.decay.layers[index], rate: rates.prototypes, at: end, vector,
        &derivative)
      back = state.layers[index].transposedTimes(back)
    }
    write(back, decay: problem.decay.features, rate: rates.features, at: 0, vector, &derivative)
  }

  private func write(
    _ slope: Matrix, decay: Double, rate: Double, at start: Int, _ vector: Span<Double>,
    _ derivative: inout MutableSpan<Double>
  ) {
    for (index, value) in slope.elements.enumerated() {
      derivative[start + index] = -rate * (value + decay * vector[start + index])
    }
  }

  /// G (C x n).
  private func logitGradient(_ output: Matrix, bias: [Double]?) -> Matrix {
    let weights = problem.labels.sampleWeights
    var result = Matrix(rows: output.rows, columns: output.columns)
    var logits = [Double](repeating: 0, count: output.rows)
    var slope = logits
    for (sample, label) in labels.enumerated() {
      for row in logits.indices { logits[row] = output[row, sample] + (bias?[row] ?? 0) }
      var target = slope.mutableSpan
      problem.loss.gradient(logits: logits.span, label: label, into: &target)
      for row in logits.indices { result[row, sample] = weights[label] * slope[row] }
    }
    return result
  }

  /// Does nothing: see `hasJacobian`.
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {}
}
