/// What is minimised: a function of a sample's logits and its label.
public protocol Loss: Sendable {
  /// The loss of one sample with the given logits (C).
  func value(logits: Span<Double>, label: Int) -> Double
}

/// The losses that scenarios can name.
public enum Losses {
  /// Every kind, made for a number of classes; a new one needs its file and a line here.
  public static func kinds(classCount: Int) -> [Kind<UnhingedLoss>] {
    [UnhingedLoss.kind(classCount: classCount)]
  }
}
