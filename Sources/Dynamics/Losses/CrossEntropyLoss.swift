import RealModule

/// The cross-entropy -log softmax(z)_y.
public struct CrossEntropyLoss: Loss, Equatable {
  static let kind = Kind<any Loss>("cross_entropy", "-log softmax(z)_y") { _ throws(Fault) in
    CrossEntropyLoss()
  }

  /// The loss.
  public init() {}

  /// log sum_c e^(z_c - z_y): exact to rounding also where it underflows, as log(1 + small).
  public func value(logits: Span<Double>, label: Int) -> Double {
    var highest = -Double.infinity
    for index in logits.indices where index != label { highest = max(highest, logits[index]) }
    let shift = max(highest - logits[label], 0)
    var others = 0.0
    for index in logits.indices where index != label {
      others += Double.exp(logits[index] - logits[label] - shift)
    }
    guard shift > 0 else { return Double.log(onePlus: others) }
    return shift + Double.log(Double.exp(-shift) + others)
  }

  /// softmax(z) - e_y; the entry of the label is minus the sum of the others, which keeps its
  /// digits where the label's probability is near 1.
  public func gradient(
    logits: Span<Double>, label: Int, into gradient: inout MutableSpan<Double>
  ) {
    var highest = -Double.infinity
    for index in logits.indices { highest = max(highest, logits[index]) }
    var total = 0.0
    for index in logits.indices {
      gradient[index] = Double.exp(logits[index] - highest)
      total += gradient[index]
    }
    var others = 0.0
    for index in logits.indices where index != label {
      gradient[index] /= total
      others += gradient[index]
    }
    gradient[label] = -others
  }
}
