public import DynNumerics
import RealModule

/// Features that are the last activations of a tanh network on inputs:
///
///     a_l = tanh(P_l (a_{l-1}; 1)),   a_0 = x,   h = a_L
///
/// P_l (h_l x (h_{l-1} + 1)) has its biases in the last column. Jitter adds normal numbers to the
/// inputs of every batch.
public struct NetworkFeatures: FeatureSource {
  private let inputs: NetworkInputs

  /// Samples that a class is repeated to for its Hessian under input noise.
  public static let noisyClassCount = 64

  /// The features of a network with given inputs.
  public init(_ inputs: NetworkInputs) { self.inputs = inputs }

  /// What the network is trained and tested on.
  public var network: NetworkInputs? { inputs }
  /// P_l has its biases in the last column.
  public var endInBiases: Bool { true }
  /// No network has a closed form.
  public var exactRefusal: String? { "a network has no closed form" }

  /// Its weights move, not the features.
  public var invariantRefusal: String { "a network conserves none of these" }

  /// The noise that training adds.
  public var inputNoise: (scale: Double, dimension: Int)? {
    inputs.jitter > 0 ? (inputs.jitter, inputs.inputs.rows - 1) : nil
  }

  /// Inputs and activations with their gradients, the weights with those of a solver.
  public func passBytes(of problem: Problem) -> Double {
    let weights = problem.start.hidden
    return Self.passBytes(
      samples: inputs.inputs.columns + inputs.testInputs.columns, dimension: inputs.inputs.rows - 1,
      hidden: weights.map(\.rows))
  }

  /// The same of a network with units h_1, ..., h_L on samples of a dimension d.
  public static func passBytes(samples: Int, dimension: Int, hidden: [Int]) -> Double {
    let units = hidden.reduce(Double(dimension)) { $0 + Double($1) }
    let weights = zip([dimension] + hidden, hidden).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    return 8 * (6 * Double(samples) * units + 20 * weights)
  }

  /// P_1, ..., P_L.
  public func shapes(of problem: Problem) -> [MatrixShape] {
    problem.start.hidden.map { MatrixShape(rows: $0.rows, columns: $0.columns) }
  }

  /// P_1, ..., P_L.
  public func variables(of state: State) -> [Matrix] { state.hidden }

  /// Writes the weights.
  public func place(_ variables: [Matrix], in state: inout State) { state.hidden = variables }

  /// The activations of the training inputs.
  public func placeFeatures(in state: inout State) {
    state.features = state.hidden.features(of: inputs.inputs)
  }

  /// Forward.
  public func pass(_ variables: [Matrix], _ batch: Batch) -> any FeaturePass {
    NetworkPass(weights: variables, inputs: inputs.inputs(of: batch))
  }

  /// The class's samples; with input noise they are repeated to at least 64 with noise that is
  /// fixed, so that the Hessian is one of a function.
  public func classBatch(_ label: Int, _ labels: LabelOperator) -> Batch {
    let plain = Batch.ofClass(label, labels)
    guard let noise = inputs.classNoise else { return plain }
    let size = plain.samples.count
    let repeats = max(1, (Self.noisyClassCount + size - 1) / size)
    let samples = (0..<repeats).flatMap { _ in plain.samples }
    return Batch(
      samples: samples, weights: samples.map { _ in 1 / Double(samples.count) },
      includesDecay: false, noise: noise[label])
  }
}

extension [Matrix] {
  /// The last activations for inputs with a last row of ones (h_L x samples).
  func features(of inputs: Matrix) -> Matrix {
    NetworkPass(weights: self, inputs: inputs).features
  }
}

/// One pass forward; gradients go back, and Hessian-vector products by the R-operator (Pearlmutter
/// 1994) forward and back.
struct NetworkPass: FeaturePass {
  private let weights: [Matrix]
  /// (a_{l-1}; 1) below every P_l.
  private let inputs: [Matrix]
  /// a_l above every P_l.
  private let activations: [Matrix]

  init(weights: [Matrix], inputs: Matrix) {
    self.weights = weights
    var below = [inputs]
    var activations: [Matrix] = []
    for (layer, matrix) in weights.enumerated() {
      let sums = matrix.times(below[layer])
      let activation = Matrix(
        rows: sums.rows, columns: sums.columns, elements: sums.elements.map { Double.tanh($0) })
      activations.append(activation)
      if layer + 1 < weights.count { below.append(activation.appendingRow(of: 1)) }
    }
    self.inputs = below
    self.activations = activations
  }

  var features: Matrix { activations[weights.count - 1] }
  var variableCount: Int { weights.reduce(0) { $0 + $1.elements.count } }
  var areVariables: Bool { false }

  func gradient(_ byFeatures: Matrix) -> [Double] {
    zip(sumGradients(byFeatures).sums, inputs).flatMap { $0.timesTransposed($1).elements }
  }

  /// The gradients by the sums P_l (a_{l-1}; 1), and by the activations a_l.
  private func sumGradients(_ byFeatures: Matrix) -> (sums: [Matrix], activations: [Matrix]) {
    var byActivations = [byFeatures]
    var bySums: [Matrix] = []
    for layer in weights.indices.reversed() {
      let own = byActivations[byActivations.count - 1]
        .combined(with: activations[layer]) { $0 * (1 - $1) * (1 + $1) }
      bySums.append(own)
      guard layer > 0 else { break }
      byActivations.append(weights[layer].transposedTimes(own).droppingLastRow)
    }
    return (bySums.reversed(), byActivations.reversed())
  }

  func change(along direction: ArraySlice<Double>) -> Matrix {
    let changes = activationChanges(along: directions(direction))
    return changes[weights.count - 1]
  }

  private func activationChanges(along steps: [Matrix]) -> [Matrix] {
    var changes: [Matrix] = []
    for (layer, step) in steps.enumerated() {
      var sums = step.times(inputs[layer])
      if layer > 0 {
        sums = sums + weights[layer].times(changes[layer - 1].appendingRow(of: 0))
      }
      changes.append(sums.combined(with: activations[layer].tanhSlopes) { $0 * $1 })
    }
    return changes
  }

  func gradientChanges(
    _ byFeatures: Matrix
  ) -> @Sendable (_ gradientChange: Matrix, _ direction: ArraySlice<Double>) -> [Double] {
    let back = sumGradients(byFeatures)
    return { gradientChange, direction in
      self.gradientChange(from: back, changing: gradientChange, along: directions(direction))
    }
  }

  private func gradientChange(
    from back: (sums: [Matrix], activations: [Matrix]), changing gradientChange: Matrix,
    along steps: [Matrix]
  ) -> [Double] {
    let changes = activationChanges(along: steps)
    var own = gradientChange
    var parts: [[Double]] = []
    for layer in weights.indices.reversed() {
      let bent = activations[layer].combined(with: changes[layer]) { -2 * $0 * $1 }
        .combined(with: back.activations[layer]) { $0 * $1 }
      let bySums = own.combined(with: activations[layer].tanhSlopes) { $0 * $1 } + bent
      var part = bySums.timesTransposed(inputs[layer])
      if layer > 0 {
        part = part + back.sums[layer].timesTransposed(changes[layer - 1].appendingRow(of: 0))
        own =
          (steps[layer].transposedTimes(back.sums[layer])
          + weights[layer].transposedTimes(bySums)).droppingLastRow
      }
      parts.append(part.elements)
    }
    return parts.reversed().flatMap { $0 }
  }

  /// |(a_{l-1}; 1)|^2 times the trace of the Hessian by the sums of every layer, which is
  /// diag(1 - a^2) A diag(1 - a^2) - diag(2 a (1 - a^2) D), A and D being Hessian and gradient by the
  /// activations.
  func traces(
    _ byFeatures: Matrix
  ) -> (_ sample: Int, _ curvature: SampleCurvature) -> Double {
    let back = sumGradients(byFeatures).activations
    return { sample, curvature in
      var matrix: Matrix?
      var total = 0.0
      for layer in weights.indices.reversed() {
        let own = activations[layer].column(sample)
        let gradient = back[layer].column(sample)
        let diagonal = matrix?.diagonal ?? curvature.diagonal
        let units = own.indices.map { unit -> Double in
          let (a, slope) = (own[unit], (1 - own[unit]) * (1 + own[unit]))
          return slope * (slope * diagonal[unit] - 2 * a * gradient[unit])
        }
        total += inputs[layer].column(sample).sumOfSquares * units.sum
        guard layer > 0 else { break }
        matrix = weights[layer].curvatureBelow(matrix ?? curvature.matrix, own, gradient)
      }
      return total
    }
  }

  private func directions(_ direction: ArraySlice<Double>) -> [Matrix] {
    Array(direction).matrices(weights.map { MatrixShape(rows: $0.rows, columns: $0.columns) })
  }
}

extension Matrix {
  /// The matrix with a row of one number below.
  func appendingRow(of value: Double) -> Matrix {
    Matrix(
      rows: rows + 1, columns: columns,
      elements: elements + [Double](repeating: value, count: columns))
  }

  /// The matrix without its last row.
  fileprivate var droppingLastRow: Matrix {
    Matrix(rows: rows - 1, columns: columns, elements: Array(elements.dropLast(columns)))
  }

  /// 1 - a^2, the slopes of tanh at activations a.
  fileprivate var tanhSlopes: Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { (1 - $0) * (1 + $0) })
  }

  fileprivate var diagonal: [Double] { (0..<rows).map { self[$0, $0] } }

  /// The Hessian by the activations below this layer's weights, from that by its activations.
  fileprivate func curvatureBelow(
    _ above: Matrix, _ activations: [Double], _ gradient: [Double]
  ) -> Matrix {
    let slopes = activations.map { (1 - $0) * (1 + $0) }
    let bySums = Matrix(rows: rows, columns: rows) { row, column in
      slopes[row] * above[row, column] * slopes[column]
        - (row == column ? 2 * activations[row] * slopes[row] * gradient[row] : 0)
    }
    let below = transposedTimes(bySums).times(self)
    // The last input is the constant one.
    return Matrix(rows: columns - 1, columns: columns - 1) { below[$0, $1] }
  }
}
