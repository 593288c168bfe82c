/// The squared error 1/2 |z - e_y|^2.
public struct MeanSquaredErrorLoss: Loss, Equatable {
  static let kind = Kind<any Loss>("mse", "1/2 |z - e_y|^2") { _ throws(Fault) in
    MeanSquaredErrorLoss()
  }

  /// The loss.
  public init() {}

  /// The Hessian is the identity.
  public var curvatureBound: Double { 1 }

  /// Half the squared distance, by definition.
  public var isSquaredError: Bool { true }

  /// Half the squared distance of the logits to the one-hot label.
  public func value(logits: Span<Double>, label: Int) -> Double {
    var sum = 0.0
    for index in logits.indices {
      let difference = logits[index] - (index == label ? 1 : 0)
      sum += difference * difference
    }
    return sum / 2
  }

  /// z - e_y.
  public func gradient(
    logits: Span<Double>, label: Int, into gradient: inout MutableSpan<Double>
  ) {
    for index in logits.indices { gradient[index] = logits[index] - (index == label ? 1 : 0) }
  }

  /// The direction itself: the Hessian is the identity.
  public func curvature(
    logits: Span<Double>, label: Int, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    for index in logits.indices { product[index] = direction[index] }
  }
}
