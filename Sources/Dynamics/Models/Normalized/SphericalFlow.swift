import DynNumerics

/// The flow of features that the logits normalise, with fixed prototypes (source A, section 4):
///
///     h_i' = (eta/n) (1/|h_i|) (I - u u') v_y,   u = h_i/|h_i|
///
/// With the rescaled learning rate (its section 4.3) eta is multiplied by |h_i|.
/// A sample that cannot move is left where it is (`SphericalPoles`).
/// Variables: the samples one after the other, since samples do not meet. O(p n) an evaluation.
public struct SphericalFlow: SampleSeparableFlow {
  private let prototypes: Matrix
  private let rescales: Bool
  private let labels: [Int]
  private let rows: Int
  /// v_c/n, one class after the other.
  private let pulls: [Double]
  /// Whether a sample cannot move (n).
  private let isStill: [Bool]

  /// The flow of a problem of the case spherical.
  public init(_ problem: Problem) {
    prototypes = problem.start.prototypes
    rescales = problem.model.entry.rescalesLearningRate
    labels = problem.labels.partition.sortedLabels
    rows = problem.featureDimension
    pulls = problem.labels.pull(prototypes).transposed.elements
    isStill = SphericalPoles.stillSamples(of: problem)
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

  /// The samples.
  public var blocks: BlockLayout {
    BlockLayout(kind: .sample, count: labels.count, dimension: rows, biasDimension: 0)
  }

  /// The right-hand side of one sample.
  public func derivative(
    ofBlock sample: Int, of feature: Span<Double>, rates: RatePair,
    into derivative: inout MutableSpan<Double>
  ) {
    guard !isStill[sample] else {
      for index in derivative.indices { derivative[index] = 0 }
      return
    }
    let start = labels[sample] * rows
    feature.slopeOnSphere(
      towards: pulls.span.extracting(start..<start + rows), rate: rates.features,
      rescaled: rescales, into: &derivative)
  }

  /// With x = h/|h|, g = v - (x'v) x and r = |h| the matrix of one sample is
  /// -(eta/r^2) (g x' + (x'v)(I - x x') + x g'), rescaled -(eta/r) ((x'v)(I - x x') + x g').
  public func jacobian(
    ofBlock sample: Int, of feature: Span<Double>, rates: RatePair,
    into matrix: inout MutableSpan<Double>
  ) {
    guard !isStill[sample] else {
      for index in matrix.indices { matrix[index] = 0 }
      return
    }
    let pull = labels[sample] * rows
    let radius = (0..<rows).map { feature[$0] }.norm
    let cosine = (0..<rows).map { feature[$0] / radius * pulls[pull + $0] }.sum
    let factor = -rates.features / radius / (rescales ? 1 : radius)
    for row in 0..<rows {
      let x = feature[row] / radius
      let g = pulls[pull + row] - cosine * x
      for column in 0..<rows {
        let y = feature[column] / radius
        let h = pulls[pull + column] - cosine * y
        let projector = (row == column ? 1 : 0) - x * y
        matrix[row * rows + column] =
          factor * ((rescales ? 0 : g * y) + cosine * projector + x * h)
      }
    }
  }
}
