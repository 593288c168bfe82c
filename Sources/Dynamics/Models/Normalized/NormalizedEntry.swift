public import DynNumerics

/// Features that enter the logits divided by their norm: phi(h) = u = h/|h| (source A, section 4).
///
/// With g the gradient by u, r = |h| and x_t = x - (u'x) u the part across u:
///
///     J'g = g_t/r,   d(J'g)[v] = (dg)_t/r - ((u'g) v_t + (g_t'v) u + (u'v) g_t)/r^2
///
/// A feature of zero has no direction and enters as zero.
public struct NormalizedEntry: FeatureEntry {
  /// Whether each sample's learning rate is multiplied by |h| (source A, section 4.3).
  public let rescalesLearningRate: Bool

  /// The entry.
  public init(rescalesLearningRate: Bool = false) {
    self.rescalesLearningRate = rescalesLearningRate
  }

  /// It does.
  public var normalizes: Bool { true }

  /// The unit columns.
  public func pass(_ features: Matrix) -> any EntryPass {
    NormalizedPass(features, rescalesLearningRate: rescalesLearningRate)
  }
}

private struct NormalizedPass: EntryPass {
  let entered: Matrix
  /// |h| of every column.
  private let norms: [Double]
  private let rescales: Bool

  init(_ features: Matrix, rescalesLearningRate: Bool) {
    norms = (0..<features.columns).map { features.column($0).norm }
    entered = features.dividingColumns(by: norms)
    rescales = rescalesLearningRate
  }

  var rateFactors: [Double]? { rescales ? norms : nil }

  func gradient(_ byEntered: Matrix) -> Matrix {
    across(byEntered).dividingColumns(by: norms)
  }

  func change(along direction: Matrix) -> Matrix { gradient(direction) }

  func gradientChange(
    _ byEntered: Matrix, changing gradientChange: Matrix, along direction: Matrix
  ) -> Matrix {
    // Divided by the norm once each, so that no square of a norm overflows.
    let step = direction.dividingColumns(by: norms)
    let (g, along) = (columnProducts(byEntered), columnProducts(step))
    let (gradientAcross, stepAcross) = (across(byEntered), across(step))
    let cross = gradientAcross.columnProducts(stepAcross)
    let bent = Matrix(rows: entered.rows, columns: entered.columns) { row, column in
      g[column] * stepAcross[row, column] + cross[column] * entered[row, column]
        + along[column] * gradientAcross[row, column]
    }
    return (across(gradientChange) - bent).dividingColumns(by: norms)
  }

  func curvatures(
    _ prototypes: Matrix, _ byEntered: Matrix
  ) -> (_ sample: Int, _ losses: Matrix) -> SampleCurvature {
    let products = columnProducts(byEntered)
    let gradientAcross = across(byEntered)
    return { sample, losses in
      let (unit, norm) = (entered.column(sample), norms[sample])
      let inverse = norm > 0 ? 1 / norm : 0
      let own = prototypes.projectedAcross(unit, times: inverse)
      let g = gradientAcross.column(sample)
      let bending = Matrix(rows: unit.count, columns: unit.count) { row, column in
        let projector = (row == column ? 1 : 0) - unit[row] * unit[column]
        return -inverse
          * (inverse
            * (products[sample] * projector + unit[row] * g[column] + g[row] * unit[column]))
      }
      return SampleCurvature(
        losses: losses, prototypes: own, gram: own.transposedTimes(own), bending: bending)
    }
  }

  /// u'x of every column.
  private func columnProducts(_ matrix: Matrix) -> [Double] { entered.columnProducts(matrix) }

  /// The part of every column across its u.
  private func across(_ matrix: Matrix) -> Matrix {
    let products = columnProducts(matrix)
    return Matrix(rows: matrix.rows, columns: matrix.columns) { row, column in
      matrix[row, column] - products[column] * entered[row, column]
    }
  }
}

extension Matrix {
  /// Every column divided by its own number; by zero it becomes zero.
  func dividingColumns(by norms: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns) { row, column in
      norms[column] > 0 ? self[row, column] / norms[column] : 0
    }
  }

  /// The inner products of the columns of two matrices of one shape.
  fileprivate func columnProducts(_ other: Matrix) -> [Double] {
    (0..<columns).map { column(($0)).dot(other.column($0)) }
  }

  /// factor (I - u u') times the matrix.
  fileprivate func projectedAcross(_ unit: [Double], times factor: Double) -> Matrix {
    let products = (0..<columns).map { column($0).dot(unit) }
    return Matrix(rows: rows, columns: columns) { row, column in
      factor * (self[row, column] - products[column] * unit[row])
    }
  }
}
