import RealModule

/// Elliptic integrals and functions in forms that lose no digits where two of their arguments meet.
enum EllipticFunctions {
  /// Carlson's symmetric integral of the first kind,
  ///
  ///     R_F(x, y, z) = 1/2 integral from 0 to infinity of dt/sqrt((t + x)(t + y)(t + z))
  ///
  /// for arguments that are not negative and of which at most one is zero; infinite where two are. By
  /// duplication (Carlson, Numerical Algorithms 10, 1995; DLMF 19.36).
  static func carlsonRF(_ x: Double, _ y: Double, _ z: Double) -> Double {
    guard x + y > 0, y + z > 0, z + x > 0 else { return .infinity }
    var (x, y, z) = (x, y, z)
    var mean = (x + y + z) / 3
    var spread = max(abs(mean - x), abs(mean - y), abs(mean - z))
    // What is left out of the series is of seventh order in spread/mean.
    while spread > seriesReach * mean {
      let (rootX, rootY, rootZ) = (x.squareRoot(), y.squareRoot(), z.squareRoot())
      let shift = rootX * rootY + rootY * rootZ + rootZ * rootX
      (x, y, z) = ((x + shift) / 4, (y + shift) / 4, (z + shift) / 4)
      mean = (x + y + z) / 3
      spread = max(abs(mean - x), abs(mean - y), abs(mean - z))
    }
    let (first, second) = ((mean - x) / mean, (mean - y) / mean)
    let third = -first - second
    let e2 = first * second - third * third
    let e3 = first * second * third
    let series =
      -e2 / 10 + e3 / 14 + e2 * e2 / 24 - 3 * e2 * e3 / 44 - 5 * e2 * e2 * e2 / 208
      + 3 * e3 * e3 / 104 + e2 * e2 * e3 / 16
    return (1 + series) / mean.squareRoot()
  }

  private static let seriesReach = 2e-3

  /// Jacobi's function cs(u | m) = cn/sn for 0 < u < 2K and the complementary parameter 1 - m in
  /// [0, 1], which keeps its digits where m is close to 1.
  ///
  /// By the arithmetic-geometric mean (Bulirsch, Numerische Mathematik 7, 1965). Relative errors are a
  /// few units of rounding, but near its zero u = K, where they are so of 1.
  static func jacobiCS(_ u: Double, complementary: Double) -> Double {
    // cs(u) = 1/u (1 + O(u^2)).
    guard u > 1e-9 else { return 1 / u }
    guard complementary > 0 else { return 1 / Double.sinh(u) }
    var means: [(arithmetic: Double, geometric: Double)] = []
    var (mean, product, limit) = (1.0, complementary, 1.0)
    repeat {
      product.formSquareRoot()
      means.append((mean, product))
      limit = (mean + product) / 2
      // The next mean differs by the square of this.
      guard abs(mean - product) > 1e-8 * mean else { break }
      product *= mean
      mean = limit
    } while means.count < 64
    let angle = limit * u
    var ratio = Double.cos(angle) / Double.sin(angle)
    var quotient = limit * ratio
    var dn = 1.0
    for (arithmetic, geometric) in means.reversed() {
      ratio *= quotient
      quotient *= dn
      dn = (geometric + ratio) / (arithmetic + ratio)
      ratio = quotient / arithmetic
    }
    return quotient
  }
}
