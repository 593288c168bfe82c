#if arch(x86_64)
  import DynNumerics
  import Dynamics

  /// The flow of features and prototypes in 80-bit arithmetic, by the exponential of its full
  /// (n + C) x (n + C) matrix: no modes, no label operator, another algorithm.
  public struct ExtendedPrecisionFlow {
    private let problem: Problem
    private let zeta: RatePair

    /// The flow up to a time.
    public init(_ problem: Problem, time: Double) {
      self.problem = problem
      zeta = problem.rates.integrals(to: time)
    }

    /// H and W after the time, in 80-bit numbers, row by row.
    public func state() -> (features: [[Float80]], prototypes: [[Float80]]) {
      let exponential = Self.exponential(systemMatrix())
      let start = problem.initialState
      let count = problem.sampleCount
      let rows = (0..<problem.featureDimension).map { row -> [Float80] in
        let vector =
          (0..<count).map { Float80(start.features[row, $0]) }
          + (0..<problem.classCount).map { Float80(start.prototypes[row, $0]) }
        return exponential.map { line in
          zip(line, vector).reduce(Float80(0)) { $0 + $1.0 * $1.1 }
        }
      }
      return (rows.map { Array($0[..<count]) }, rows.map { Array($0[count...]) })
    }

    /// zeta times the matrix on a row (h, w): h' = s (w M - lambda_1 h), w' = h M' - lambda_2 w.
    private func systemMatrix() -> [[Float80]] {
      let labels = problem.labels.partition.sortedLabels
      let gamma = Float80(problem.labels.gamma)
      let samples = labels.count
      let size = samples + problem.classCount
      let weights = problem.labels.classWeights.map { Float80($0) / Float80(samples) }
      let (h, w) = (Float80(zeta.features), Float80(zeta.prototypes))
      var matrix = [[Float80]](repeating: [Float80](repeating: 0, count: size), count: size)
      for (sample, label) in labels.enumerated() {
        matrix[sample][sample] = -h * Float80(problem.decay.features)
        for other in 0..<problem.classCount {
          let entry = weights[label] * ((label == other ? 1 + gamma : 0) - gamma)
          matrix[sample][samples + other] = h * entry
          matrix[samples + other][sample] = w * entry
        }
      }
      for label in 0..<problem.classCount {
        matrix[samples + label][samples + label] = -w * Float80(problem.decay.prototypes)
      }
      return matrix
    }

    /// e^A by scaling, the Taylor series and squaring.
    static func exponential(_ matrix: [[Float80]]) -> [[Float80]] {
      let norm = matrix.map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 0
      let squarings = max(0, Int(norm.exponent) + 4)
      let scale = Float80(sign: .plus, exponent: -squarings, significand: 1)
      let scaled = matrix.map { $0.map { $0 * scale } }
      let identity = matrix.indices.map { row in
        matrix.indices.map { Float80($0 == row ? 1 : 0) }
      }
      var sum = identity
      var term = identity
      for k in 1...24 {
        term = product(term, scaled).map { $0.map { $0 / Float80(k) } }
        for row in sum.indices {
          for column in sum.indices { sum[row][column] += term[row][column] }
        }
      }
      for _ in 0..<squarings { sum = product(sum, sum) }
      return sum
    }

    private static func product(_ a: [[Float80]], _ b: [[Float80]]) -> [[Float80]] {
      a.map { row in
        b.indices.map { column in
          row.indices.reduce(Float80(0)) { $0 + row[$1] * b[$1][column] }
        }
      }
    }

    /// |state - reference|/|reference| over (H, W), formed in 80-bit arithmetic.
    public func relativeError(of state: State) -> Double {
      let (features, prototypes) = self.state()
      var (difference, norm) = (Float80(0), Float80(0))
      for (matrix, reference) in [(state.features, features), (state.prototypes, prototypes)] {
        for (row, line) in reference.enumerated() {
          for (column, entry) in line.enumerated() {
            let own = Float80(matrix[row, column])
            difference += (own - entry) * (own - entry)
            norm += entry * entry
          }
        }
      }
      return Double((difference / norm).squareRoot())
    }
  }
#endif
