import DynNumerics
import RealModule

/// The focal loss (1 - p_y)^e (-log p_y) with p = softmax(z) (Lin et al., ICCV 2017).
///
/// With l = -log p_y and q = 1 - p_y = 1 - e^-l it is f(l) = q^e l, so its derivatives are those of
/// cross-entropy with f' = q^e (1 + e p r) and f'' = q^(e-1) e p (2 + r ((e-1) p - q)), r = l/q.
public struct FocalLoss: VanishingLoss, Equatable {
  static let kind = Kind<any Loss>(
    "focal", "focal loss: (1 - p_y)^exponent (-log p_y), p = softmax(z)",
    parameters: [
      .optional(
        "exponent", .number(.nonNegative), "0 is cross-entropy", default: .number(2))
    ]
  ) { fields throws(Fault) in
    FocalLoss(exponent: try fields.number("exponent", default: 2))
  }

  private static let crossEntropy = CrossEntropyLoss()

  /// e >= 0.
  public let exponent: Double

  /// The loss with an exponent.
  public init(exponent: Double) { self.exponent = exponent }

  /// It is flat where the label is far from being decided for.
  public var isConvex: Bool { false }

  /// e + 1: the tail falls like e^-((e+1) margin).
  public var steepness: Double { exponent + 1 }

  /// The largest over l of the bounds f'/2 + 2 q^2 f'' above and 2 q^2 f'' below zero on eigenvalues, from
  /// |grad l|^2 <= 2 q^2 and a fine grid of l.
  public var curvatureBound: Double {
    let bounds = (1...4000).map { point -> Double in
      let entropy = 0.005 * Double(point)
      let (probability, complement) = (Double.exp(-entropy), -Double.expMinusOne(-entropy))
      let bend =
        2 * power(complement) * complement * exponent * probability
        * (2 + ratio(entropy) * ((exponent - 1) * probability - complement))
      return max(slope(entropy: entropy) / 2 + max(bend, 0), -bend)
    }
    // Beyond the grid f' tends to 1 and f'' to 0; between its points both change by less than a percent.
    return 1.01 * max(bounds.max() ?? 0, 0.5)
  }

  /// q^e l.
  public func value(logits: Span<Double>, label: Int) -> Double {
    let entropy = Self.crossEntropy.value(logits: logits, label: label)
    return power(-Double.expMinusOne(-entropy)) * entropy
  }

  /// e log q + log l.
  public func logValue(logits: Span<Double>, label: Int) -> Double {
    let logEntropy = Self.crossEntropy.logValue(logits: logits, label: label)
    return exponent * logComplement(logEntropy) + logEntropy
  }

  /// f' times the gradient of cross-entropy.
  public func gradient(
    logits: Span<Double>, label: Int, into gradient: inout MutableSpan<Double>
  ) {
    Self.crossEntropy.gradient(logits: logits, label: label, into: &gradient)
    let factor = slope(entropy: Self.crossEntropy.value(logits: logits, label: label))
    for index in logits.indices { gradient[index] *= factor }
  }

  /// The gradient times e^-logUnit.
  public func gradient(
    logits: Span<Double>, label: Int, logUnit: Double,
    into gradient: inout MutableSpan<Double>
  ) {
    let logEntropy = Self.crossEntropy.logValue(logits: logits, label: label)
    let entropy = Double.exp(logEntropy)
    let unit = logUnit - exponent * logComplement(logEntropy)
    Self.crossEntropy.gradient(logits: logits, label: label, logUnit: unit, into: &gradient)
    let factor = 1 + exponent * Double.exp(-entropy) * ratio(entropy)
    for index in logits.indices { gradient[index] *= factor }
  }

  /// f' times the curvature of cross-entropy, and f'' times its gradient's outer square.
  public func curvature(
    logits: Span<Double>, label: Int, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    let entropy = Self.crossEntropy.value(logits: logits, label: label)
    let complement = -Double.expMinusOne(-entropy)
    var gradient = [Double](repeating: 0, count: logits.count)
    var target = gradient.mutableSpan
    Self.crossEntropy.gradient(logits: logits, label: label, into: &target)
    Self.crossEntropy.curvature(
      logits: logits, label: label, along: direction, into: &product)
    let slope = slope(entropy: entropy)
    // The quotient by q is taken off the gradient, which vanishes with q: no power of q overflows.
    let along = complement > 0 ? gradient.span.dot(direction) / complement : 0
    let probability = Double.exp(-entropy)
    let bend =
      power(complement) * exponent * probability
      * (2 + ratio(entropy) * ((exponent - 1) * probability - complement))
    for index in logits.indices {
      product[index] = slope * product[index] + bend * along * gradient[index]
    }
  }

  /// f'(l).
  private func slope(entropy: Double) -> Double {
    power(-Double.expMinusOne(-entropy))
      * (1 + exponent * Double.exp(-entropy) * ratio(entropy))
  }

  /// q^e, 1 for e = 0 even where q underflows.
  private func power(_ complement: Double) -> Double {
    exponent == 0 ? 1 : Double.pow(complement, exponent)
  }

  /// l/(1 - e^-l), 1 at zero.
  private func ratio(_ entropy: Double) -> Double {
    entropy > 0 ? entropy / -Double.expMinusOne(-entropy) : 1
  }

  /// log(1 - e^-l) from log l; the two agree to rounding where l is below e^-38.
  private func logComplement(_ logEntropy: Double) -> Double {
    guard logEntropy > -38 else { return logEntropy }
    return Double.log(-Double.expMinusOne(-Double.exp(logEntropy)))
  }
}
