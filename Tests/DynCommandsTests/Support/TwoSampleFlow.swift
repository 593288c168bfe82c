import Foundation

/// Two samples whose four modes are followed by hand.
///
/// C = n = 2, gamma = 0.2: M has the singular values 0.6 and 0.4 on (1, -1)/sqrt 2 and (1, 1)/sqrt 2.
/// With eta_1 = 2.25 eta_2 the modes grow like e^(+-0.9 zeta_w) and e^(+-0.6 zeta_w), each in a row of
/// its own with (a, w) along (1.5, +-1): the direction has the distance 2 sin(theta/2) from that of
/// the first row, tan(theta) the ratio of the other rows' norm to its.
struct TwoSampleFlow: Sendable, CustomStringConvertible {
  /// The norms at the start of the rows that grow by 0.9 and by 0.6.
  let growing: (Double, Double)
  /// Of those that fall by 0.9 and by 0.6.
  let falling: (Double, Double)

  var description: String { "\(growing), \(falling)" }

  static let model =
    #"{"classes": 2, "samples_per_class": 1, "feature_dimension": 4, "#
    + #""loss": {"kind": "unhinged", "gamma": 0.2}}"#

  /// The key of the start in a scenario.
  var initialState: String {
    // Each row's norm is shared by two equal or opposite columns of H and of W.
    let unit = (2 * 3.25).squareRoot()
    func matrix(_ entry: (Int) -> (Double, Double)) -> String {
      "[" + (0..<4).map { "[\(entry($0).0), \(entry($0).1)]" }.joined(separator: ", ") + "]"
    }
    let norms = [growing.0, growing.1, falling.1, falling.0]
    let (second, sign) = ([-1.0, 1, 1, -1], [1.0, 1, -1, -1])
    let h = matrix { (1.5 * norms[$0] / unit, 1.5 * norms[$0] * second[$0] / unit) }
    let w = matrix { (sign[$0] * norms[$0] / unit, sign[$0] * norms[$0] * second[$0] / unit) }
    return "\"initial_state\": {\"features\": {\"kind\": \"values\", \"values\": \(h)}, "
      + "\"prototypes\": {\"kind\": \"values\", \"values\": \(w)}}"
  }

  /// The distance of the direction from its limit.
  func distance(zeta: Double) -> Double {
    let others = [
      growing.1 * exp(-0.3 * zeta), falling.1 * exp(-1.5 * zeta), falling.0 * exp(-1.8 * zeta),
    ]
    let ratio = others.map { $0 * $0 }.reduce(0, +).squareRoot() / growing.0
    return 2 * sin(atan(ratio) / 2)
  }

  /// The reading of zeta_w from which the second row outweighs the falling ones, and the first the
  /// second, a thousandfold.
  var settled: Double {
    max(
      log(1000 * falling.1 / growing.1) / 1.2, log(1000 * falling.0 / growing.1) / 1.5,
      log(1000 * growing.1 / growing.0) / 0.3)
  }
}
