import DynNumerics
import Dynamics

/// Reproducible numbers for tests, independent of the project's own generator (SplitMix64).
public struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  /// Numbers for a seed.
  public init(_ seed: UInt64) { state = seed }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A matrix of numbers between -1.7 and 1.7: variance about 1.
  public mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in Double.random(in: -1.7...1.7, using: &self) })
  }

  /// A symmetric positive definite matrix of moderate condition.
  public mutating func kernel(_ size: Int) -> Matrix {
    let factor = matrix(size, size)
    let product = factor.timesTransposed(factor)
    return Matrix(rows: size, columns: size) {
      product[$0, $1] / Double(size) + ($0 == $1 ? 0.2 : 0)
    }
  }
}
