import DynNumerics
import RealModule

/// The convex problem of ``RidgeGeometry`` in factors, divided by its strength:
///
///     phi(P, B) = sum_c (n_c omega_c/lambda) l(P'b_c/sqrt n_c, c) + |P|^2/2 + |B|^2/2
///
/// with P and B (C x C each). At the minimum |P|^2/2 + |B|^2/2 is the nuclear norm of P'B.
struct CollapsedRidge: SmoothFunction {
  private let loss: any AdjustedCrossEntropy
  /// sqrt(n_c) (C).
  private let roots: [Double]
  /// log(n_c omega_c/lambda) (C).
  private let logWeights: [Double]

  init(
    loss: any AdjustedCrossEntropy, sizes: [Int], classWeights: [Double], strength: Double
  ) {
    self.loss = loss
    roots = sizes.map { Double($0).squareRoot() }
    logWeights = zip(sizes, classWeights).map {
      Double.log(Double($0) * $1) - Double.log(strength)
    }
  }

  private var classCount: Int { roots.count }

  private func factors(_ point: [Double]) -> (left: Matrix, right: Matrix) {
    let half = point.count / 2
    return (
      Matrix(rows: classCount, columns: classCount, elements: Array(point[..<half])),
      Matrix(rows: classCount, columns: classCount, elements: Array(point[half...]))
    )
  }

  /// P'B.
  func product(_ point: [Double]) -> Matrix {
    let (left, right) = factors(point)
    return left.transposedTimes(right)
  }

  /// sum_c (n_c omega_c/lambda) l_c + |A|_*.
  func value(of matrix: Matrix, nuclearNorm: Double) -> Double {
    data(matrix) + nuclearNorm
  }

  func value(at point: [Double]) -> Double { data(product(point)) + point.sumOfSquares / 2 }

  func gradient(at point: [Double]) -> [Double] {
    let (left, right) = factors(point)
    let slope = slope(left.transposedTimes(right))
    let own = right.timesTransposed(slope).elements + left.times(slope).elements
    return zip(own, point).map { $0 + $1 }
  }

  func curvature(at point: [Double], along direction: [Double]) -> [Double] {
    let (left, right) = factors(point)
    let (leftMove, rightMove) = factors(direction)
    let matrix = left.transposedTimes(right)
    let slope = slope(matrix)
    let move = leftMove.transposedTimes(right) + left.transposedTimes(rightMove)
    let bend = bend(matrix, along: move)
    let first = rightMove.timesTransposed(slope) + right.timesTransposed(bend)
    let second = leftMove.times(slope) + left.times(bend)
    return zip(first.elements + second.elements, direction).map { $0 + $1 }
  }

  /// The loss terms.
  private func data(_ matrix: Matrix) -> Double {
    (0..<classCount).map { label in
      Double.exp(
        loss.logValue(logits: logits(matrix, label).span, label: label) + logWeights[label])
    }.sum
  }

  /// Their gradient by A (C x C).
  func slope(_ matrix: Matrix) -> Matrix {
    columnwise { label, column in
      loss.gradient(
        logits: logits(matrix, label).span, label: label, logUnit: -logWeights[label],
        into: &column)
    }
  }

  /// Their Hessian by A times a direction (C x C).
  private func bend(_ matrix: Matrix, along direction: Matrix) -> Matrix {
    let product = columnwise { label, column in
      loss.curvature(
        logits: logits(matrix, label).span, label: label,
        along: logits(direction, label).span, into: &column)
    }
    return product.scalingColumns(by: logWeights.map { Double.exp($0) })
  }

  /// Column c of A without its factor sqrt(n_c).
  private func logits(_ matrix: Matrix, _ label: Int) -> [Double] {
    (0..<classCount).map { matrix[$0, label] / roots[label] }
  }

  /// A matrix from its columns, divided by sqrt(n_c).
  private func columnwise(
    _ write: (_ label: Int, _ column: inout MutableSpan<Double>) -> Void
  ) -> Matrix {
    var result = Matrix(rows: classCount, columns: classCount)
    var column = [Double](repeating: 0, count: classCount)
    for label in 0..<classCount {
      var target = column.mutableSpan
      write(label, &target)
      for row in 0..<classCount { result[row, label] = column[row] / roots[label] }
    }
    return result
  }

  /// The t > 0 that minimises the objective at t A, by bisection of its derivative.
  func bestMultiple(of matrix: Matrix, nuclearNorm: Double) -> Double {
    func derivative(_ factor: Double) -> Double {
      matrix.elements.dot(slope(factor * matrix).elements) + nuclearNorm
    }
    var (low, high) = (0.0, 1.0)
    while derivative(high) < 0, high < 1e6 { (low, high) = (high, 2 * high) }
    let first = bisection(from: low, to: high, steps: 60) { derivative($0) < 0 }.first
    // Zero is where every multiple is worse than none: the search needs a start beside it.
    return max(first, 1e-3)
  }

  /// The residuals of -slope = an element of the subdifferential of the nuclear norm.
  func certificate(
    _ matrix: Matrix, nuclearNorm: Double
  ) throws(NumericsError) -> OptimalityCertificate {
    let slope = slope(matrix)
    let norm = try slope.singularValueDecomposition().values.first ?? 0
    let alignment = nuclearNorm + matrix.elements.dot(slope.elements)
    let unit = max(value(of: matrix, nuclearNorm: nuclearNorm), .leastNormalMagnitude)
    return OptimalityCertificate(infeasibility: max(norm - 1, 0), gap: abs(alignment) / unit)
  }
}
