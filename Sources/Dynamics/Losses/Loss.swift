/// What is minimised: a function of a sample's logits and its label.
public protocol Loss: Sendable {
  /// The loss of one sample with the given logits (C).
  func value(logits: Span<Double>, label: Int) -> Double
  /// Writes the gradient by the logits (C).
  func gradient(logits: Span<Double>, label: Int, into gradient: inout MutableSpan<Double>)
  /// Writes the product of the Hessian by the logits with a direction (C each).
  func curvature(
    logits: Span<Double>, label: Int, along direction: Span<Double>,
    into product: inout MutableSpan<Double>)
  /// The loss itself where it is the unhinged one.
  var unhinged: UnhingedLoss? { get }
  /// Whether it is linear in the logits, so that its flow has an exact solution.
  var isLinear: Bool { get }
  /// A bound on the largest eigenvalue, by size, of its Hessian by the logits: the Lipschitz constant of
  /// its gradient.
  var curvatureBound: Double { get }
  /// Whether it is half the squared distance of the logits to the one-hot label.
  var isSquaredError: Bool { get }
  /// Whether it is convex in the logits.
  var isConvex: Bool { get }
}

extension Loss {
  /// Most losses are not linear.
  public var unhinged: UnhingedLoss? { nil }
  /// The unhinged one is.
  public var isLinear: Bool { unhinged != nil }
  /// Most losses are not quadratic.
  public var isSquaredError: Bool { false }
  /// Most losses are convex.
  public var isConvex: Bool { true }
}

/// The losses that scenarios can name.
public enum Losses {
  /// Every kind, made for classes of given sizes; a new one needs its file and a line here.
  public static func kinds(classSizes: [Double]) -> [Kind<any Loss>] {
    [
      UnhingedLoss.kind(classCount: classSizes.count), CrossEntropyLoss.kind,
      ClassTemperatureLoss.kind(classSizes: classSizes),
      LabelTemperatureLoss.kind(classSizes: classSizes),
      VectorScalingLoss.kind(classSizes: classSizes),
      LogitAdjustedLoss.kind(classSizes: classSizes),
      LabelMarginLoss.kind(classSizes: classSizes), FocalLoss.kind, MeanSquaredErrorLoss.kind,
    ]
  }
}
