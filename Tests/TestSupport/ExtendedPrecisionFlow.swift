#if arch(x86_64)
  import DynNumerics
  import Dynamics

  /// The flow of features and prototypes in 80-bit arithmetic, by the exponential of its full
  /// (n + C) x (n + C) matrix: no modes, no label operator, another algorithm.
  public struct ExtendedPrecisionFlow {
    private let problem: Problem
    private let exponential: [[Float80]]

    /// The flow up to a time, of proportional rates.
    public init(_ problem: Problem, time: Double) {
      self.init(problem, pieces: [problem.rates.integrals(to: time)])
    }

    /// The flow over intervals one after the other with the rates' integrals over each, which are
    /// constant in it.
    public init(_ problem: Problem, pieces: [RatePair]) {
      self.problem = problem
      exponential =
        pieces.reduce(nil as [[Float80]]?) { product, zeta in
          let own = Self.exponential(Self.systemMatrix(problem, zeta))
          return product.map { Self.product(own, $0) } ?? own
        } ?? []
    }

    /// H and W after the time, in 80-bit numbers, row by row.
    public func state() -> (features: [[Float80]], prototypes: [[Float80]]) {
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
    private static func systemMatrix(_ problem: Problem, _ zeta: RatePair) -> [[Float80]] {
      let labels = problem.labels.partition.sortedLabels
      let gamma = Float80(problem.loss.unhinged?.gamma ?? .nan)
      let targets = problem.labels.targets.table
      let samples = labels.count
      let size = samples + problem.classCount
      let weights = problem.labels.groupWeights.map { Float80($0) / Float80(samples) }
      let (h, w) = (Float80(zeta.features), Float80(zeta.prototypes))
      var matrix = [[Float80]](repeating: [Float80](repeating: 0, count: size), count: size)
      for (sample, label) in labels.enumerated() {
        matrix[sample][sample] = -h * Float80(problem.decay.features)
        for other in 0..<problem.classCount {
          let entry = weights[label] * ((1 + gamma) * Float80(targets[other, label]) - gamma)
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

    /// A block of the state beside the reference.
    public struct Block {
      /// |own - reference|/|reference|.
      public let error: Double
      /// What rounding of the start by one unit in the last place may change, relative to the
      /// reference: |the block's rows of the exponential| |start|/|reference| in Frobenius norms.
      public let condition: Double
      /// |reference|/|start|, both of the whole state and of the block.
      public let size: Double
    }

    /// The errors of features and prototypes, each relative to itself.
    public func blocks(of state: State) -> (features: Block, prototypes: Block) {
      let reference = self.state()
      let count = problem.sampleCount
      let start = problem.initialState.norm
      func norm(_ entries: [Float80]) -> Float80 {
        entries.reduce(0) { $0 + $1 * $1 }.squareRoot()
      }
      func block(_ own: Matrix, _ expected: [[Float80]], _ rows: [[Float80]]) -> Block {
        let differences = expected.enumerated().flatMap { row, line in
          line.enumerated().map { Float80(own[row, $0]) - $1 }
        }
        let size = norm(Array(expected.joined()))
        return Block(
          error: Double(norm(differences) / size),
          condition: Double(norm(Array(rows.joined())) * Float80(start) / size),
          size: Double(size / Float80(start)))
      }
      return (
        block(state.features, reference.features, Array(exponential[..<count])),
        block(state.prototypes, reference.prototypes, Array(exponential[count...]))
      )
    }
  }
#endif
