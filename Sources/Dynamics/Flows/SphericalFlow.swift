import DynNumerics

/// The flow of features that the logits normalise, with fixed prototypes (source A, section 4):
///
///     h_i' = (eta/n) (1/|h_i|) (I - u u') v_y,   u = h_i/|h_i|
///
/// With the rescaled learning rate (its section 4.3) eta is multiplied by |h_i|.
/// Variables: the samples one after the other, since samples do not meet. O(p n) an evaluation.
public struct SphericalFlow: Flow {
  private let prototypes: Matrix
  private let rescales: Bool
  private let labels: [Int]
  private let rows: Int
  /// v_c/n, one class after the other.
  private let pulls: [Double]

  /// The flow of a problem of the case spherical.
  public init(_ problem: Problem) {
    prototypes = problem.initialState.prototypes
    rescales = problem.rescalesLearningRate
    labels = problem.labels.partition.sortedLabels
    rows = problem.featureDimension
    pulls = problem.labels.pull(prototypes).transposed.elements
  }

  /// p n.
  public var dimension: Int { rows * labels.count }

  /// All of them.
  public var featureVariableCount: Int { dimension }

  /// The columns of H.
  public func vector(of state: State) -> [Double] { state.features.transposed.elements }

  /// H from its columns, with the fixed prototypes.
  public func state(of vector: [Double]) -> State {
    State(
      features: Matrix(rows: labels.count, columns: rows, elements: vector).transposed,
      prototypes: prototypes)
  }

  /// The right-hand side.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    for (sample, label) in labels.enumerated() {
      let (start, pull) = (sample * rows, label * rows)
      let (square, product) = moments(vector, start: start, pull: pull)
      // In units of h, so that no unit vector is stored: u (u'v) = h (h'v)/|h|^2.
      let factor = rates.features / (rescales ? 1 : square.squareRoot())
      let share = product / square
      for row in 0..<rows {
        derivative[start + row] = factor * (pulls[pull + row] - share * vector[start + row])
      }
    }
  }

  /// |h|^2 and h'v.
  private func moments(
    _ vector: Span<Double>, start: Int, pull: Int
  ) -> (square: Double, product: Double) {
    var square = 0.0
    var product = 0.0
    for row in 0..<rows {
      square += vector[start + row] * vector[start + row]
      product += vector[start + row] * pulls[pull + row]
    }
    return (square, product)
  }

  /// Blocks of samples; with x = h/|h|, g = v - (x'v) x and r = |h| the block is
  /// -(eta/r^2) (g x' + (x'v)(I - x x') + x g'), rescaled -(eta/r) ((x'v)(I - x x') + x g').
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {
    for index in 0..<dimension * dimension { matrix[index] = 0 }
    for (sample, label) in labels.enumerated() {
      let (start, pull) = (sample * rows, label * rows)
      let (square, product) = moments(vector, start: start, pull: pull)
      let radius = square.squareRoot()
      let cosine = product / radius
      let factor = -rates.features / (rescales ? radius : square)
      for row in 0..<rows {
        let x = vector[start + row] / radius
        let g = pulls[pull + row] - cosine * x
        for column in 0..<rows {
          let y = vector[start + column] / radius
          let h = pulls[pull + column] - cosine * y
          let projector = (row == column ? 1 : 0) - x * y
          matrix[(start + row) * dimension + start + column] =
            factor * ((rescales ? 0 : g * y) + cosine * projector + x * h)
        }
      }
    }
  }
}
