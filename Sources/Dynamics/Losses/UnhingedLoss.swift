/// The generalised unhinged loss -z_y + gamma sum_{j != y} z_j of logits z (source A, eq. 3).
///
/// It is linear in the logits, which makes the flow of the layer-peeled model solvable.
public struct UnhingedLoss: Loss, Equatable {
  static func kind(classCount: Int) -> Kind<any Loss> {
    Kind(
      "unhinged", "-z_y + gamma sum of the other logits",
      parameters: [
        .optional(
          "gamma", .either([.number(.nonNegative), .choice(["averaged"])]),
          "weight of the other logits; \"averaged\" is 1/(classes - 1)",
          default: .string("averaged"))
      ]
    ) { fields throws(Fault) in
      guard case .number(let gamma)? = fields["gamma"] else {
        return UnhingedLoss.averaged(classCount: classCount)
      }
      return UnhingedLoss(gamma: gamma)
    }
  }

  /// The weight gamma of the non-target logits.
  public let gamma: Double

  /// The loss with a given gamma.
  public init(gamma: Double) { self.gamma = gamma }

  /// The loss with gamma = 1/(C-1), the averaged margin.
  public static func averaged(classCount: Int) -> UnhingedLoss {
    UnhingedLoss(gamma: 1 / Double(max(classCount - 1, 1)))
  }

  /// It has no curvature.
  public var curvatureBound: Double { 0 }

  /// Itself.
  public var unhinged: UnhingedLoss? { self }

  /// -1 at the label, gamma elsewhere.
  public func gradient(
    logits: Span<Double>, label: Int, into gradient: inout MutableSpan<Double>
  ) {
    for index in logits.indices { gradient[index] = index == label ? -1 : gamma }
  }

  /// -z_y + gamma sum_{j != y} z_j.
  public func value(logits: Span<Double>, label: Int) -> Double {
    var others = 0.0
    for index in logits.indices where index != label { others += logits[index] }
    return gamma * others - logits[label]
  }

  /// Zero: the loss is linear.
  public func curvature(
    logits: Span<Double>, label: Int, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    for index in logits.indices { product[index] = 0 }
  }
}
