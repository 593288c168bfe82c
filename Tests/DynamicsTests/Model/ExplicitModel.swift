import DynNumerics
import Dynamics
import TestSupport

/// The model's matrices formed as the documentation writes them, with loops over samples and classes.
struct ExplicitModel {
  let sizes: [Int]
  let gamma: Double
  let weights: [Double]

  init(_ labels: LabelOperator, gamma: Double) {
    sizes = labels.partition.sizes
    self.gamma = gamma
    weights = labels.groupWeights
  }

  init(_ problem: Problem) {
    self.init(problem.labels, gamma: problem.loss.unhinged?.gamma ?? .nan)
  }

  var labels: [Int] { sizes.enumerated().flatMap { [Int](repeating: $0, count: $1) } }
  var sampleCount: Int { sizes.reduce(0, +) }

  /// M (C x n).
  var operatorMatrix: Matrix {
    let labels = labels
    return Matrix(rows: sizes.count, columns: labels.count) { row, sample in
      let own = row == labels[sample] ? 1 + gamma : 0
      return (own - gamma) * weights[labels[sample]] / Double(labels.count)
    }
  }

  /// Q = D^-1 L (C x n).
  var unitLabels: Matrix {
    let labels = labels
    return Matrix(rows: sizes.count, columns: labels.count) { row, sample in
      row == labels[sample] ? 1 / Double(sizes[row]).squareRoot() : 0
    }
  }

  /// G (C x C).
  var classOperator: Matrix {
    Matrix(rows: sizes.count, columns: sizes.count) { row, column in
      ((row == column ? 1 + gamma : 0) - gamma) / Double(sampleCount)
        * Double(sizes[column]).squareRoot() * weights[column]
    }
  }
}

extension Matrix {
  /// The product by three loops.
  func looped(_ other: Matrix) -> Matrix {
    Matrix(rows: rows, columns: other.columns) { row, column in
      (0..<columns).reduce(0) { $0 + self[row, $1] * other[$1, column] }
    }
  }

  /// The largest entry of the difference; infinite for different shapes or NaN.
  func gap(to other: Matrix) -> Double {
    guard rows == other.rows, columns == other.columns else { return .infinity }
    let gaps = zip(elements, other.elements).map { abs($0 - $1) }
    return gaps.contains(where: \.isNaN) ? .infinity : gaps.max() ?? 0
  }

  var largestEntry: Double { elements.map { abs($0) }.max() ?? 0 }

  /// Singular values by one-sided Jacobi rotations of the columns, in decreasing order.
  var jacobiSingularValues: [Double] {
    var columns = (0..<self.columns).map { column($0) }
    func product(_ a: [Double], _ b: [Double]) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for _ in 0..<60 {
      for i in columns.indices {
        for j in columns.indices where j > i {
          let (a, b) = (columns[i], columns[j])
          let mixed = product(a, b)
          guard mixed != 0 else { continue }
          let zeta = (product(b, b) - product(a, a)) / (2 * mixed)
          let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
          let cosine = 1 / (1 + tangent * tangent).squareRoot()
          columns[i] = zip(a, b).map { cosine * ($0 - tangent * $1) }
          columns[j] = zip(a, b).map { cosine * (tangent * $0 + $1) }
        }
      }
    }
    return columns.map { product($0, $0).squareRoot() }.sorted(by: >)
  }
}

/// Sizes, gamma and weights of one label operator.
struct LabelCase: CustomStringConvertible, Sendable {
  let sizes: [Int]
  let gamma: Double
  var weights = ClassWeights.uniform

  var description: String { "sizes \(sizes), gamma \(gamma), weights \(weights)" }

  func labels() throws -> LabelOperator {
    try LabelOperator(
      partition: ClassPartition(sizes: sizes), loss: UnhingedLoss(gamma: gamma),
      classWeights: weights)
  }

  static let balanced = [0, 0.1, 0.25, 1.0 / 3, 0.5, 1, 4].flatMap { gamma in
    [[3, 3, 3, 3], [1, 1, 1, 1, 1], [7, 7]].map { LabelCase(sizes: $0, gamma: gamma) }
  }

  static let uneven: [LabelCase] = {
    var random = RandomNumbers(11)
    var cases: [LabelCase] = []
    for classes in [2, 3, 5, 8] {
      for gamma in [0, 0.02, 1 / Double(classes - 1), 3] {
        let sizes = (0..<classes).map { _ in Int.random(in: 1...9, using: &random) }
        let own = (0..<classes).map { _ in Double.random(in: 0.1...4, using: &random) }
        let weights: [ClassWeights] = [
          .uniform, .inverseFrequency, .inverseSqrtFrequency, .list(own),
        ]
        cases += weights.map { LabelCase(sizes: sizes, gamma: gamma, weights: $0) }
      }
    }
    return cases
  }()

  /// Groups of equal classes between different ones.
  static let grouped = [
    LabelCase(sizes: [9, 4, 4, 9, 4, 1], gamma: 0.2),
    LabelCase(sizes: [4, 1, 16, 1], gamma: 0.7, weights: .list([1, 2, 0.5, 3])),
    LabelCase(sizes: [50, 5, 5, 5, 5], gamma: 0.25),
    LabelCase(sizes: [3, 3, 3], gamma: 0.5, weights: .list([2, 2, 2])),
    LabelCase(sizes: [3, 3, 2], gamma: 0.5, weights: .list([0, 1, 0])),
  ]

  static let all = balanced + uneven + grouped
}
