/// An array as NumPy knows it: a shape and the elements in C order (last axis fastest).
public struct NumpyArray: Sendable, Equatable {
  /// The length of every axis; `[]` is a scalar.
  public let shape: [Int]
  /// All elements, in C order and native byte order whatever the file had.
  public let elements: Elements

  /// The elements of an array, by what they are.
  public enum Elements: Sendable, Equatable {
    /// Floating-point numbers, one per element.
    case reals([Double])
    /// Integers or booleans (0 and 1), one per element.
    case integers([Int64])
    /// One text of a 0-dimensional array, what `numpy.array("...")` saves.
    case text(String)
  }

  /// An array of float64; the product of `shape` must be `reals.count`, which `encode` checks.
  public init(shape: [Int], reals: [Double]) {
    self.shape = shape
    elements = .reals(reals)
  }

  /// An array of int64; the product of `shape` must be `integers.count`, which `encode` checks.
  public init(shape: [Int], integers: [Int64]) {
    self.shape = shape
    elements = .integers(integers)
  }

  /// A 0-dimensional array that holds one text.
  public init(text: String) {
    shape = []
    elements = .text(text)
  }

  /// The elements as numbers, `nil` for a text; integers beyond 2^53 are rounded to nearest.
  public var reals: [Double]? {
    switch elements {
    case .reals(let reals): reals
    case .integers(let integers): integers.map { Double($0) }
    case .text: nil
    }
  }
}
