import Foundation

/// Quadrature by the double exponential (tanh-sinh) rule, which forgives singular ends.
enum Quadrature {
  /// Node positions as a share of the interval from its nearer end, and weights.
  private static let nodes: [(share: Double, isLeft: Bool, weight: Double)] = {
    let spacing = 1.0 / 16
    return (-64...64).map { index in
      let x = spacing * Double(index)
      let u = Double.pi / 2 * sinh(abs(x))
      // 1 - tanh u = 2/(e^(2u) + 1): the distance to the nearer end without cancellation.
      let share = 1 / (exp(2 * u) + 1)
      let weight = spacing * Double.pi / 4 * cosh(x) / (cosh(u) * cosh(u))
      return (share, index < 0, weight)
    }
  }()

  /// The integral of a function that is smooth within (start, end).
  static func integral(
    from start: Double, to end: Double, _ function: (Double) -> Double
  ) -> Double {
    let length = end - start
    var sum = 0.0
    for node in nodes {
      // The end itself is beyond the jump of a right-continuous function.
      let time = node.isLeft ? start + length * node.share : end - length * node.share
      sum += node.weight * function(min(time, end.nextDown))
    }
    return length * sum
  }

  /// The integral over [0, end] in pieces between breakpoints, each halved twice.
  static func integral(
    to end: Double, breakpoints: [Double], _ function: (Double) -> Double
  ) -> Double {
    let stops = [0] + breakpoints.filter { $0 < end } + [end]
    return zip(stops, stops.dropFirst()).reduce(0) { total, piece in
      total
        + (0..<4).reduce(0) { sum, part in
          let width = (piece.1 - piece.0) / 4
          let start = piece.0 + width * Double(part)
          let stop = part == 3 ? piece.1 : piece.0 + width * Double(part + 1)
          return sum + integral(from: start, to: stop, function)
        }
    }
  }

  /// The derivative by eighth-order central differences.
  static func derivative(
    at point: Double, step: Double, _ function: (Double) -> Double
  ) -> Double {
    let weights = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280]
    return weights.enumerated().reduce(0) { sum, entry in
      let shift = step * Double(entry.offset + 1)
      return sum + entry.element * (function(point + shift) - function(point - shift)) / step
    }
  }
}
