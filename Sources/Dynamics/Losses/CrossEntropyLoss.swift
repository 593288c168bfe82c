/// The cross-entropy -log softmax(z)_y.
public struct CrossEntropyLoss: AdjustedCrossEntropy, Equatable {
  static let kind = Kind<any Loss>("cross_entropy", "-log softmax(z)_y") { _ throws(Fault) in
    CrossEntropyLoss()
  }

  /// The loss.
  public init() {}

  /// 1: the logits themselves.
  public var steepness: Double { 1 }
}
