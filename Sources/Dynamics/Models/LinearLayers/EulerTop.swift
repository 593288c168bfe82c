import RealModule

/// Three factors x' = s y z, y' = s z x, z' = s x y: Euler's equations of a free rigid body.
///
/// With z the smallest of the three in size, a = x^2 - z^2 >= b = y^2 - z^2 and tau* the blow-up,
///
///     (x, y, z) = sqrt(a) (ns, ds, cs)(u | 1 - b/a),  u = sqrt(a) s (tau* - tau)
///     tau* = R_F(x^2, y^2, z^2)/s          (z >= 0; R_F Carlson's integral)
///     tau* = (2 R_F(0, a, b) - R_F(x^2, y^2, z^2))/s   (z < 0)
///
/// after an even number of factors have been reversed, so that x, y >= 0. For z < 0 and b = 0 factors
/// y and z fall to zero and nothing blows up.
struct EulerTop {
  /// Positions of the largest, the middle and the smallest factor.
  private let order: [Int]
  /// What these are multiplied by to make the first two positive, an even number of them by -1.
  private let signs: [Double]
  /// The largest one, in units of which all others are.
  private let unit: Double
  /// s times the unit.
  private let speed: Double
  private let rootA: Double
  private let rootB: Double
  /// z at time 0.
  private let smallest: Double
  /// tau*.
  let end: Double

  /// - Parameters:
  ///   - rate: s.
  ///   - sizes: x, y and z in any order, not all of equal size, at most one of them zero.
  ///   - allowance: differences of sizes up to this are rounding where they decide between blow-up and
  ///     decay.
  init(rate: Double, sizes: [Double], allowance: Double) {
    let order = sizes.indices.sorted { (abs(sizes[$0]), $1) > (abs(sizes[$1]), $0) }
    let largest = abs(sizes[order[0]])
    let first = sizes[order[0]] < 0 ? -1.0 : 1
    let second = sizes[order[1]] < 0 ? -1.0 : 1
    let middle = abs(sizes[order[1]]) / largest
    let z = first * second * sizes[order[2]] / largest
    let isBalanced = z < 0 && largest * (middle - abs(z)) <= allowance
    let a = (1 - abs(z)) * (1 + abs(z))
    let b = isBalanced ? 0 : (middle - abs(z)) * (middle + abs(z))
    self.order = order
    signs = [first, second, first * second]
    unit = largest
    speed = rate * largest
    (rootA, rootB, smallest) = (a.squareRoot(), b.squareRoot(), z)
    let reach = EllipticFunctions.carlsonRF(1, middle * middle, z * z)
    end = (z < 0 ? 2 * EllipticFunctions.carlsonRF(0, a, b) - reach : reach) / speed
  }

  /// The signs of the factors as they blow up.
  var finalSigns: [Double] { inGivenOrder(signs) }

  /// The three factors at a time before the end.
  func sizes(at clock: UndecayedClock) -> [Double] {
    let z: Double
    if end.isFinite {
      let left = rootA * speed * clock.left(until: end)
      let ratio = min(1, rootB / rootA)
      z = rootA * EllipticFunctions.jacobiCS(left, complementary: ratio * ratio)
    } else {
      let start = Double.asinh(rootA / -smallest)
      z = -rootA / Double.sinh(start + rootA * speed * clock.elapsed)
    }
    let values = [Double.hypot(z, rootA), Double.hypot(z, rootB), z]
    return inGivenOrder(zip(signs, values).map { $0 * unit * $1 })
  }

  private func inGivenOrder(_ values: [Double]) -> [Double] {
    var given = values
    for (position, index) in order.enumerated() { given[index] = values[position] }
    return given
  }
}
