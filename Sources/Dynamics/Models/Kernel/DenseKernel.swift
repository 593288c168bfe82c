public import DynNumerics

/// A kernel without structure: a symmetric positive semi-definite matrix on vec(H), the columns of
/// H one below the other (pn x pn), samples sorted by class.
public struct DenseKernel: TangentKernel {
  let matrix: Matrix

  /// It is.
  public var isDense: Bool { true }

  /// A kernel from its matrix.
  public init(_ matrix: Matrix) { self.matrix = matrix }

  /// The product with vec(H). O((p n)^2).
  public func applied(to features: Matrix) -> Matrix {
    let vector = features.transposed
    let column = Matrix(rows: vector.elements.count, columns: 1, elements: vector.elements)
    let image = matrix.times(column)
    return Matrix(rows: features.columns, columns: features.rows, elements: image.elements)
      .transposed
  }

  /// The eigendecomposition of the pC x pC matrix (M (x) I) Theta (M' (x) I).
  /// O((p n)^2 C + (p C)^3).
  public func spectrum(
    _ labels: LabelOperator, featureDimension: Int
  ) throws(NumericsError) -> any KernelSpectrum {
    let rows = featureDimension
    let columns = labels.classCount
    // The columns of the operator are the images of unit matrices, vectorised row by row.
    var table = Matrix(rows: rows * columns, columns: rows * columns)
    for unit in 0..<rows * columns {
      var prototypes = Matrix(rows: rows, columns: columns)
      prototypes.elements[unit] = 1
      let image = labels.push(
        classSums: labels.classSums(applied(to: labels.repeated(labels.pull(prototypes)))))
      for (index, value) in image.elements.enumerated() { table[index, unit] = value }
    }
    let decomposition = try table.symmetrized.symmetricEigendecomposition()
    return DenseSpectrum(
      vectors: decomposition.vectors,
      table: Matrix(rows: rows, columns: columns, elements: decomposition.values))
  }
}

/// Modes of a dense kernel: vectors over the entries of p x C matrices, row by row.
struct DenseSpectrum: KernelSpectrum {
  let vectors: Matrix
  let eigenvalues: Matrix

  init(vectors: Matrix, table: Matrix) {
    self.vectors = vectors
    eigenvalues = Self.cleaned(table)
  }

  func coefficients(of matrix: Matrix) -> Matrix {
    let column = Matrix(rows: matrix.elements.count, columns: 1, elements: matrix.elements)
    return Matrix(
      rows: matrix.rows, columns: matrix.columns,
      elements: vectors.transposedTimes(column).elements)
  }

  func combination(_ coefficients: Matrix) -> Matrix {
    let column = Matrix(
      rows: coefficients.elements.count, columns: 1, elements: coefficients.elements)
    return Matrix(
      rows: coefficients.rows, columns: coefficients.columns,
      elements: vectors.times(column).elements)
  }
}
