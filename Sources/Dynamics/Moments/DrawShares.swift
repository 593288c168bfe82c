/// What a batch of b of n samples, drawn without replacement, makes of products of two samples' terms:
/// the expectations of x_i^2/b^2 and of x_i x_j/b^2 (i != j) for a random weight x_i of each sample.
struct DrawShares: Sendable, Equatable {
  /// Of a sample with itself.
  let same: Double
  /// Of two different samples.
  let pair: Double

  /// Nothing is drawn.
  static let none = DrawShares(same: 0, pair: 0)

  /// x_i = 1 for a sample in the batch, else 0.
  static func batch(_ size: Int, of count: Int) -> DrawShares {
    let (b, n) = (Double(size), Double(count))
    return DrawShares(same: 1 / (n * b), pair: n > 1 ? (b - 1) / (b * n * (n - 1)) : 0)
  }

  /// x_i = b/n, the expectation of that.
  static func mean(of count: Int) -> DrawShares {
    let n = Double(count)
    return DrawShares(same: 1 / (n * n), pair: 1 / (n * n))
  }

  /// x_i less its expectation; zero where the batch is all samples.
  static func deviation(_ size: Int, of count: Int) -> DrawShares {
    let (b, n) = (Double(size), Double(count))
    let same = (n - b) / (n * n * b)
    return DrawShares(same: same, pair: n > 1 ? -same / (n - 1) : 0)
  }
}
