import RealModule

/// One mode of features and linear layers without decay: N >= 3 factors with
///
///     x_i' = s prod_{k != i} x_k
///
/// (<doc:Depth>). Differences of squares x_i^2 - x_k^2 are conserved; factors of equal size stay so.
struct MultilinearMode: Sendable {
  /// A solution of the equation.
  private enum Form {
    case equal(EqualFactors)
    case three(EulerTop)
  }

  /// x_i at time 0 (N).
  let sizes: [Double]
  private let form: Form

  /// The mode; nil where it has no closed form: more than three factors of different sizes.
  ///
  /// - Parameters:
  ///   - rate: s > 0.
  ///   - sizes: x_i at time 0, of which at most one is zero.
  ///   - allowance: differences of sizes up to this are rounding.
  init?(rate: Double, sizes: [Double], allowance: Double) {
    self.sizes = sizes
    let magnitudes = sizes.map(abs)
    let (least, most) = (magnitudes.min() ?? 0, magnitudes.max() ?? 0)
    if most - least <= allowance {
      form = .equal(EqualFactors(rate: rate, sizes: sizes))
    } else if sizes.count == 3 {
      form = .three(EulerTop(rate: rate, sizes: sizes, allowance: allowance))
    } else {
      return nil
    }
  }

  /// The time of blow-up; infinite where there is none.
  var end: Double {
    switch form {
    case .equal(let mode): mode.end
    case .three(let mode): mode.end
    }
  }

  /// The signs of the factors as they blow up (N).
  var finalSigns: [Double] {
    switch form {
    case .equal: sizes.map { $0 < 0 ? -1 : 1 }
    case .three(let mode): mode.finalSigns
    }
  }

  /// x_i less its start, at a time before the end (N).
  func changes(at clock: UndecayedClock) -> [Double] {
    guard clock.elapsed > 0 else { return sizes.map { _ in 0 } }
    switch form {
    case .equal(let mode):
      let growth = mode.growth(at: clock)
      return sizes.map { growth * $0 }
    case .three(let mode): return zip(mode.sizes(at: clock), sizes).map { $0 - $1 }
    }
  }
}

/// N factors of equal size u and the sign e of their product: u' = e s u^(N-1), so that
/// u^-(N-2) = u_0^-(N-2) - e (N-2) s tau.
private struct EqualFactors {
  /// 1/((N-2) s u_0^(N-2)).
  private let span: Double
  private let isGrowing: Bool
  /// 1/(N-2).
  private let power: Double

  init(rate: Double, sizes: [Double]) {
    let degree = sizes.count - 2
    let size = sizes.map(abs).reduce(0, +) / Double(sizes.count)
    // Division by division, since the power alone may leave the range of a double.
    span = (0..<degree).reduce(1 / (Double(degree) * rate)) { span, _ in span / size }
    isGrowing = sizes.count { $0 < 0 }.isMultiple(of: 2)
    power = 1 / Double(degree)
  }

  var end: Double { isGrowing ? span : .infinity }

  /// u/u_0 - 1.
  func growth(at clock: UndecayedClock) -> Double {
    let share = clock.elapsed / span
    guard isGrowing, share > 0.5 else {
      return Double.expMinusOne(-power * Double.log(onePlus: isGrowing ? -share : share))
    }
    return Double.pow(clock.left(until: span) / span, -power) - 1
  }
}
