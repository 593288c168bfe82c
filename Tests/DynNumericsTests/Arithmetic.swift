import DynNumerics

/// Reproducible numbers that do not come from the module under test (SplitMix64).
struct NumberSource: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  mutating func numbers(_ count: Int) -> [Double] {
    (0..<count).map { _ in Double.random(in: -1...1, using: &self) }
  }

  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: numbers(rows * columns))
  }
}

/// Correctly rounded sums by Shewchuk's algorithm: partial sums without overlap.
enum ExactSum {
  static func of(_ terms: [Double]) -> Double {
    var partials: [Double] = []
    for term in terms {
      var carried = term
      var kept: [Double] = []
      for partial in partials {
        let (sum, lost) = twoSum(carried, partial)
        if lost != 0 { kept.append(lost) }
        carried = sum
      }
      partials = kept + [carried]
    }
    return partials.reduce(0, +)
  }

  /// The products are split into two doubles each, without error.
  static func dot(_ first: [Double], _ second: [Double]) -> Double {
    of(
      zip(first, second).flatMap { a, b in
        let product = a * b
        return [product, (-product).addingProduct(a, b)]
      })
  }

  private static func twoSum(_ a: Double, _ b: Double) -> (sum: Double, lost: Double) {
    let sum = a + b
    let other = sum - a
    return (sum, (a - (sum - other)) + (b - other))
  }
}

extension Matrix {
  /// The product by three loops, each entry correctly rounded.
  func naivelyTimes(_ other: Matrix) -> Matrix {
    Matrix(rows: rows, columns: other.columns) { row, column in
      ExactSum.dot((0..<columns).map { self[row, $0] }, other.column(column))
    }
  }

  var naiveTranspose: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result[column, row] = self[row, column] }
    }
    return result
  }

  /// The largest entry of the difference.
  func distance(to other: Matrix) -> Double {
    guard rows == other.rows, columns == other.columns else { return .infinity }
    return zip(elements, other.elements).reduce(0) { largest, pair in
      let difference = abs(pair.0 - pair.1)
      return difference.isNaN ? .infinity : max(largest, difference)
    }
  }

  /// How far the columns are from orthonormal.
  var orthonormalityError: Double {
    naiveTranspose.naivelyTimes(self).distance(to: .identity(columns))
  }
}

func diagonal(_ values: [Double]) -> Matrix {
  var matrix = Matrix(rows: values.count, columns: values.count)
  for (index, value) in values.enumerated() { matrix[index, index] = value }
  return matrix
}
