import DynNumerics

/// Independent batches of b of n samples of a problem, and what their expectations depend on.
struct BatchDraw: Sendable {
  let batchSize: Int
  let sampleCount: Int
  let decay: WeightDecay
  let rates: LearningRates
  /// Whether the prototypes move.
  let movesPrototypes: Bool
  /// The logarithm of what the state was divided by.
  let logUnit: Double
  /// The variance of the mean of m_k over a batch, summed over its entries: (e_2)^2 times this is what
  /// a step adds to that of the bias. 0 without a bias.
  let biasVariance: Double

  init(_ problem: Problem, batch size: Int, logUnit: Double = 0) {
    batchSize = size
    sampleCount = problem.sampleCount
    decay = problem.decay
    rates = problem.rates
    movesPrototypes = problem.movesPrototypes
    self.logUnit = logUnit
    biasVariance =
      problem.start.bias == nil ? 0 : Self.variance(problem.labels, size, problem.sampleCount)
  }

  /// Step sizes with those of fixed prototypes zero.
  func effective(_ sizes: RatePair) -> RatePair {
    movesPrototypes ? sizes : RatePair(features: sizes.features, prototypes: 0)
  }

  /// (n - b)/(n b (n - 1)) sum_i |m_i - mbar|^2, the variance of a mean without replacement.
  private static func variance(_ labels: LabelOperator, _ size: Int, _ count: Int) -> Double {
    guard count > 1 else { return 0 }
    let (b, n) = (Double(size), Double(count))
    let columns = labels.columns
    let sizes = labels.partition.sizes.map { Double($0) }
    let squares = (0..<columns.rows).flatMap { row in
      let entries = Array(columns.elements[columns.range(ofRow: row)])
      let mean = entries.dot(sizes) / n
      return zip(sizes, entries).map { $0 * ($1 - mean) * ($1 - mean) }
    }
    return (n - b) / (n * b * (n - 1)) * squares.sum
  }
}
