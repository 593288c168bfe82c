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

  /// The logits do not depend on the norms of the features.
  public var normalizes: Bool { true }

  /// With the rescaled learning rate.
  public var rescalingLearningRate: any FeatureEntry { NormalizedEntry(rescalesLearningRate: true) }

  /// Divides it by its norm.
  public func enter(_ feature: inout [Double]) -> Double {
    let norm = feature.norm
    for index in feature.indices { feature[index] = norm > 0 ? feature[index] / norm : 0 }
    return norm
  }

  /// Projects it across u and divides it by |h|.
  public func pullBack(_ gradient: inout [Double], entered: [Double], norm: Double) {
    let along = gradient.dot(entered)
    for index in gradient.indices {
      gradient[index] = norm > 0 ? (gradient[index] - along * entered[index]) / norm : 0
    }
  }

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
    norms = features.columnNorms
    entered = features.dividingColumns(by: norms)
    rescales = rescalesLearningRate
  }

  var rateFactors: [Double]? { rescales ? norms : nil }

  func gradient(_ byEntered: Matrix) -> Matrix {
    across(byEntered, entered.columnProducts(byEntered)).dividingColumns(by: norms)
  }

  func change(along direction: Matrix) -> Matrix { gradient(direction) }

  func gradientChanges(
    _ byEntered: Matrix
  ) -> @Sendable (_ gradientChange: Matrix, _ direction: Matrix) -> Matrix {
    let g = entered.columnProducts(byEntered)
    let gradientAcross = across(byEntered, g)
    return { gradientChange, direction in
      // Divided by the norm once each, so that no square of a norm overflows.
      let step = direction.dividingColumns(by: norms)
      let along = entered.columnProducts(step)
      let stepAcross = across(step, along)
      let cross = gradientAcross.columnProducts(stepAcross)
      let changeAcross = across(gradientChange, entered.columnProducts(gradientChange))
      return Matrix(rows: entered.rows, columns: entered.columns) { row, column in
        changeAcross[row, column] - g[column] * stepAcross[row, column]
          - cross[column] * entered[row, column] - along[column] * gradientAcross[row, column]
      }.dividingColumns(by: norms)
    }
  }

  func curvatures(
    _ prototypes: Matrix, _ byEntered: Matrix
  ) -> (_ sample: Int, _ losses: Matrix) -> SampleCurvature {
    let products = entered.columnProducts(byEntered)
    let gradientAcross = across(byEntered, products)
    return { sample, losses in
      let (unit, norm) = (entered.column(sample), norms[sample])
      let inverse = norm > 0 ? 1 / norm : 0
      let own = prototypes.projectedAcross(unit, times: inverse)
      return SampleCurvature(
        losses: losses, prototypes: own, gram: own.transposedTimes(own),
        bending: SampleCurvature.Bending(
          unit: unit, across: gradientAcross.column(sample), along: products[sample],
          scale: inverse))
    }
  }

  /// The part of every column across its u, given its products with u.
  private func across(_ matrix: Matrix, _ products: [Double]) -> Matrix {
    Matrix(rows: matrix.rows, columns: matrix.columns) { row, column in
      matrix[row, column] - products[column] * entered[row, column]
    }
  }
}

extension Matrix {
  /// The norms of the columns, without overflow or underflow.
  fileprivate var columnNorms: [Double] {
    var largest = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns {
        largest[column] = Swift.max(largest[column], abs(self[row, column]))
      }
    }
    let scaled = dividingColumns(by: largest)
    return zip(largest, scaled.columnProducts(scaled)).map { $0 * $1.squareRoot() }
  }

  /// Every column divided by its own number; by zero it becomes zero.
  fileprivate func dividingColumns(by norms: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns) { row, column in
      norms[column] > 0 ? self[row, column] / norms[column] : 0
    }
  }

  /// The inner products of the columns of two matrices of one shape, row by row.
  fileprivate func columnProducts(_ other: Matrix) -> [Double] {
    var products = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { products[column] += self[row, column] * other[row, column] }
    }
    return products
  }

  /// factor (I - u u') times the matrix.
  fileprivate func projectedAcross(_ unit: [Double], times factor: Double) -> Matrix {
    var products = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { products[column] += unit[row] * self[row, column] }
    }
    return Matrix(rows: rows, columns: columns) { row, column in
      factor * (self[row, column] - products[column] * unit[row])
    }
  }
}
