import RealModule

/// A loss that is defined for any target t (C numbers), of which the one-hot labels are special ones.
public protocol TargetLoss: Loss {
  /// The loss of one sample with the given logits (C).
  func value(logits: Span<Double>, target: Span<Double>) -> Double
  /// Writes the gradient by the logits (C).
  func gradient(
    logits: Span<Double>, target: Span<Double>, into gradient: inout MutableSpan<Double>)
  /// Writes the product of the Hessian by the logits with a direction (C each).
  func curvature(
    logits: Span<Double>, target: Span<Double>, along direction: Span<Double>,
    into product: inout MutableSpan<Double>)
}

/// A loss of the logits that compares a softmax with a distribution: sum_c t_c l(z, c), whose terms
/// differ by their own logit only. O(C) each.
extension TargetLoss where Self: AdjustedCrossEntropy {
  /// sum_c t_c (log sum e^u - u_c) with u the adjusted logits: terms that are not negative.
  public func value(logits: Span<Double>, target: Span<Double>) -> Double {
    let softmax = Softmax(self, logits)
    let log = Double.log(onePlus: softmax.rest)
    var sum = 0.0
    for index in logits.indices where target[index] != 0 {
      sum += target[index] * (softmax.gaps[index] + log)
    }
    return sum
  }

  /// a_c (s p_c - t_c) with s = sum t. The entry of the most probable class comes from the sums of the
  /// others, which keep their digits where it is nearly certain.
  public func gradient(
    logits: Span<Double>, target: Span<Double>, into gradient: inout MutableSpan<Double>
  ) {
    let softmax = Softmax(self, logits)
    var others = 0.0
    for index in logits.indices where index != softmax.top { others += target[index] }
    let total = others + target[softmax.top]
    for index in logits.indices {
      let entry =
        index == softmax.top
        ? others - total * (softmax.rest / (1 + softmax.rest))
        : total * softmax.probability(index) - target[index]
      gradient[index] = factor(index, label: 0) * entry
    }
  }

  /// sum t times the curvature of any label, which all share.
  public func curvature(
    logits: Span<Double>, target: Span<Double>, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    var total = 0.0
    for index in target.indices { total += target[index] }
    curvature(logits: logits, label: 0, along: direction, into: &product)
    for index in product.indices { product[index] *= total }
  }
}

/// Probabilities from the gaps below the largest adjusted logit.
private struct Softmax {
  /// u_top - u_c.
  let gaps: [Double]
  /// The most probable class.
  let top: Int
  /// sum_{c != top} e^-gap.
  let rest: Double

  init(_ loss: some AdjustedCrossEntropy, _ logits: Span<Double>) {
    let adjusted = logits.indices.map { loss.adjusted(logits, $0, label: 0) }
    var top = 0
    for index in adjusted.indices where adjusted[index] > adjusted[top] { top = index }
    let highest = adjusted[top]
    let gaps = adjusted.map { highest - $0 }
    self.top = top
    self.gaps = gaps
    rest = gaps.indices.reduce(0.0) { $1 == top ? $0 : $0 + Double.exp(-gaps[$1]) }
  }

  func probability(_ index: Int) -> Double { Double.exp(-gaps[index]) / (1 + rest) }
}

extension FocalLoss: TargetLoss {
  /// sum_c t_c l(z, c). O(C) for every class with a target that is not zero.
  public func value(logits: Span<Double>, target: Span<Double>) -> Double {
    var sum = 0.0
    for label in target.indices where target[label] != 0 {
      sum += target[label] * value(logits: logits, label: label)
    }
    return sum
  }

  /// The same sum of gradients.
  public func gradient(
    logits: Span<Double>, target: Span<Double>, into gradient: inout MutableSpan<Double>
  ) {
    sum(target, into: &gradient) { self.gradient(logits: logits, label: $0, into: &$1) }
  }

  /// The same sum of curvatures.
  public func curvature(
    logits: Span<Double>, target: Span<Double>, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    sum(target, into: &product) {
      curvature(logits: logits, label: $0, along: direction, into: &$1)
    }
  }

  private func sum(
    _ target: Span<Double>, into result: inout MutableSpan<Double>,
    _ write: (_ label: Int, inout MutableSpan<Double>) -> Void
  ) {
    for index in result.indices { result[index] = 0 }
    var part = [Double](repeating: 0, count: target.count)
    for label in target.indices where target[label] != 0 {
      var own = part.mutableSpan
      write(label, &own)
      for index in result.indices { result[index] += target[label] * part[index] }
    }
  }
}

extension UnhingedLoss: TargetLoss {
  /// gamma 1'z - (1 + gamma) t'z.
  public func value(logits: Span<Double>, target: Span<Double>) -> Double {
    var (total, own) = (0.0, 0.0)
    for index in logits.indices {
      total += logits[index]
      own += target[index] * logits[index]
    }
    return gamma * total - (1 + gamma) * own
  }

  /// gamma - (1 + gamma) t.
  public func gradient(
    logits: Span<Double>, target: Span<Double>, into gradient: inout MutableSpan<Double>
  ) {
    for index in logits.indices { gradient[index] = gamma - (1 + gamma) * target[index] }
  }

  /// Zero: the loss is linear.
  public func curvature(
    logits: Span<Double>, target: Span<Double>, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    for index in product.indices { product[index] = 0 }
  }
}

extension MeanSquaredErrorLoss: TargetLoss {
  /// 1/2 |z - t|^2.
  public func value(logits: Span<Double>, target: Span<Double>) -> Double {
    var sum = 0.0
    for index in logits.indices {
      let difference = logits[index] - target[index]
      sum += difference * difference
    }
    return sum / 2
  }

  /// z - t.
  public func gradient(
    logits: Span<Double>, target: Span<Double>, into gradient: inout MutableSpan<Double>
  ) {
    for index in logits.indices { gradient[index] = logits[index] - target[index] }
  }

  /// The direction itself.
  public func curvature(
    logits: Span<Double>, target: Span<Double>, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    for index in product.indices { product[index] = direction[index] }
  }
}

extension CrossEntropyLoss: TargetLoss {}
extension ClassTemperatureLoss: TargetLoss {}
extension VectorScalingLoss: TargetLoss {}
extension LogitAdjustedLoss: TargetLoss {}
