import DynNumerics
import RealModule

/// A matrix times e^logScale, with entries whose squares keep their digits: a block that is far
/// smaller than the rest of the state is measured by itself.
struct ScaledMatrix {
  /// Outside of it squares of entries, times those of coefficients up to e^150, overflow or lose
  /// digits.
  static let rangeOfSquares = 1e-60...1e60

  let matrix: Matrix
  /// The natural logarithm of the power of two that the matrix was divided by; 0 where it needs none.
  let logScale: Double

  /// - Parameter largest: the largest absolute value of the entries.
  init(_ matrix: Matrix, largest: Double) {
    guard let unit = Self.unit(largest) else {
      (self.matrix, logScale) = (matrix, 0)
      return
    }
    self.matrix = matrix.divided(by: unit)
    logScale = Double.log(unit)
  }

  init(_ matrix: Matrix) {
    self.init(matrix, largest: matrix.elements.span.largestMagnitude)
  }

  /// The power of two near the largest magnitude, where that is out of range.
  static func unit(_ largest: Double) -> Double? {
    guard largest > 0, largest.isFinite, !rangeOfSquares.contains(largest) else { return nil }
    return Double(sign: .plus, exponent: largest.exponent, significand: 1)
  }
}

extension Matrix {
  /// Every entry divided by one number: exact for a power of two, also where its inverse overflows.
  func divided(by unit: Double) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: elements.map { $0 / unit })
  }
}

extension Double {
  /// e^x for the logarithm x of a scale. Where x means the logarithm of a power of two, up to its own
  /// rounding, the factor is that power: what was divided by it gets its bits back.
  static func scale(_ x: Double) -> Double {
    let exponent = (x / ln2).rounded()
    guard abs(x - exponent * ln2) <= 4 * x.ulp, abs(exponent) < 1000 else { return .exp(x) }
    return Double(sign: .plus, exponent: Int(exponent), significand: 1)
  }

  private static let ln2 = Double.log(2)
}
