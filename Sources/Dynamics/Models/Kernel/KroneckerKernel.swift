public import DynNumerics

/// Theta(X) = T X K: T (p x p) acts on feature coordinates, K (n x n) on samples; a factor that is
/// nil is the identity.
public struct KroneckerKernel: TangentKernel {
  let coordinates: Matrix?
  let samples: Matrix?

  /// A kernel from symmetric positive semi-definite factors, samples sorted by class.
  public init(coordinates: Matrix?, samples: Matrix?) {
    self.coordinates = coordinates
    self.samples = samples
  }

  /// The identity: the unconstrained flow.
  public static let identity = KroneckerKernel(coordinates: nil, samples: nil)

  /// T X K. O(p^2 n + p n^2).
  public func applied(to matrix: Matrix) -> Matrix {
    let left = coordinates.map { $0.times(matrix) } ?? matrix
    return samples.map { left.times($0) } ?? left
  }

  /// The factors' eigendecompositions T = U diag(l) U' and M K M' = P diag(d) P'; the eigenvalues
  /// are l_r d_j. O(p^3 + C n^2).
  public func spectrum(
    _ labels: LabelOperator, featureDimension: Int
  ) throws(NumericsError) -> any KernelSpectrum {
    let ones = Matrix.identity(labels.classCount)
    // M as a matrix is C x n: the same size as the result of one product with K.
    let operatorMatrix = labels.repeated(labels.pull(ones))
    let image = samples.map { operatorMatrix.times($0) } ?? operatorMatrix
    let middle = labels.push(classSums: labels.classSums(image)).symmetrized
    let right = try middle.symmetricEigendecomposition()
    let left = try coordinates?.symmetrized.symmetricEigendecomposition()
    let values = left?.values ?? [Double](repeating: 1, count: featureDimension)
    let eigenvalues = Matrix(rows: featureDimension, columns: right.values.count) {
      values[$0] * right.values[$1]
    }
    return KroneckerSpectrum(left: left?.vectors, right: right.vectors, table: eigenvalues)
  }
}

/// Modes U_r P_j' of a Kronecker kernel.
struct KroneckerSpectrum: KernelSpectrum {
  let left: Matrix?
  let right: Matrix
  let eigenvalues: Matrix

  init(left: Matrix?, right: Matrix, table: Matrix) {
    self.left = left
    self.right = right
    eigenvalues = Self.cleaned(table)
  }

  func coefficients(of matrix: Matrix) -> Matrix {
    (left.map { $0.transposedTimes(matrix) } ?? matrix).times(right)
  }

  func combination(_ coefficients: Matrix) -> Matrix {
    (left.map { $0.times(coefficients) } ?? coefficients).timesTransposed(right)
  }
}

extension LabelOperator {
  /// One column a sample from one column a group (p x K to p x n). O(p n).
  public func repeated(_ matrix: Matrix) -> Matrix {
    let labels = partition.sortedLabels
    return Matrix(rows: matrix.rows, columns: labels.count) { matrix[$0, labels[$1]] }
  }
}

extension Matrix {
  /// (A + A')/2: symmetric to the last bit.
  var symmetrized: Matrix {
    Matrix(rows: rows, columns: columns) { (self[$0, $1] + self[$1, $0]) / 2 }
  }

  /// The largest |a_ij - a_ji| relative to the largest |a_ij|.
  public var asymmetry: Double {
    var difference = 0.0
    var largest = 0.0
    for row in 0..<rows {
      for column in 0..<columns {
        difference = Swift.max(difference, abs(self[row, column] - self[column, row]))
        largest = Swift.max(largest, abs(self[row, column]))
      }
    }
    return largest > 0 ? difference / largest : 0
  }
}
