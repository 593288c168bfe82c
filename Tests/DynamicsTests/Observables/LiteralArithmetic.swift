import DynNumerics

extension LiteralMetrics {
  func dot(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
  }

  func norm(_ vector: [Double]) -> Double { dot(vector, vector).squareRoot() }

  func unit(_ vector: [Double]) -> [Double] {
    let length = norm(vector)
    return vector.map { $0 / length }
  }

  func minus(_ first: [Double], _ second: [Double]) -> [Double] {
    zip(first, second).map { $0 - $1 }
  }

  func mean(_ numbers: [Double]) -> Double { numbers.reduce(0, +) / Double(numbers.count) }

  /// The mean vector.
  func average(_ vectors: [[Double]]) -> [Double] {
    (vectors.first ?? []).indices.map { index in mean(vectors.map { $0[index] }) }
  }
}

extension Matrix {
  var trace: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } }

  /// The pseudoinverse of a symmetric matrix by Jacobi rotations, eigenvalues up to
  /// classes eps sigma_max left out.
  func pseudoinverse(_ classes: Int) -> Matrix {
    var (matrix, vectors) = (self, Matrix.identity(rows))
    for _ in 0..<40 {
      for p in 0..<rows {
        for q in 0..<rows where q > p && matrix[p, q] != 0 {
          let rotation = rotation(matrix, p, q)
          matrix = rotation.transposed.looped(matrix).looped(rotation)
          vectors = vectors.looped(rotation)
        }
      }
    }
    let values = (0..<rows).map { matrix[$0, $0] }
    let cutoff = Double(classes) * .ulpOfOne * (values.max() ?? 0)
    let inverses = values.map { $0 > cutoff ? 1 / $0 : 0 }
    return vectors.scalingColumns(by: inverses).looped(vectors.transposed)
  }

  /// The rotation that makes entry (p, q) zero.
  private func rotation(_ matrix: Matrix, _ p: Int, _ q: Int) -> Matrix {
    let zeta = (matrix[q, q] - matrix[p, p]) / (2 * matrix[p, q])
    let tangent = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
    let cosine = 1 / (1 + tangent * tangent).squareRoot()
    var rotation = Matrix.identity(rows)
    rotation[p, p] = cosine
    rotation[q, q] = cosine
    rotation[p, q] = cosine * tangent
    rotation[q, p] = -cosine * tangent
    return rotation
  }
}
