import RealModule

/// Cross-entropy of logits that an affine map has changed:
///
///     l(z) = -log softmax(a_c z_c + b_c)_y = log(1 + sum_{c != y} e^(d_c))
///     d_c  = (a_c z_c + b_c) - (a_y z_y + b_y),   a_c = delta_c tau_y
///
/// The offsets b may depend on the label y. Values and gradients come from the
/// differences d and keep their relative accuracy where the loss is tiny. O(C) each.
public protocol AdjustedCrossEntropy: VanishingLoss {
  /// b_c of a sample of class `label`.
  func offset(_ index: Int, label: Int) -> Double
}

extension AdjustedCrossEntropy {
  /// a_c = delta_c tau_y.
  @inline(__always)
  func factor(_ index: Int, label: Int) -> Double { classFactor(index) * labelFactor(label) }

  /// No offset.
  public func offset(_ index: Int, label: Int) -> Double { 0 }

  /// steepness^2/2: no eigenvalue of diag(p) - p p' is above 1/2.
  public var curvatureBound: Double { steepness * steepness / 2 }

  /// log(1 + sum e^(d_c)).
  public func value(logits: Span<Double>, label: Int) -> Double {
    let own = adjusted(logits, label, label: label)
    let shift = max(highestRival(logits, label) - own, 0)
    var rivals = 0.0
    for index in logits.indices where index != label {
      rivals += Double.exp(adjusted(logits, index, label: label) - own - shift)
    }
    guard shift > 0 else { return Double.log(onePlus: rivals) }
    return shift + Double.log(Double.exp(-shift) + rivals)
  }

  /// log log(1 + s) for the sum s of the rivals; log s where s itself is within rounding of it.
  public func logValue(logits: Span<Double>, label: Int) -> Double {
    let own = adjusted(logits, label, label: label)
    let highest = highestRival(logits, label) - own
    var rivals = 0.0
    for index in logits.indices where index != label {
      rivals += Double.exp(adjusted(logits, index, label: label) - own - highest)
    }
    let logSum = highest + Double.log(rivals)
    // log(1 + s) = s (1 - s/2 + ...): below e^-38 the correction is less than rounding.
    guard logSum > -38 else { return logSum }
    return Double.log(value(logits: logits, label: label))
  }

  /// a_c (p_c - [c = y]); the label's entry comes from the sum of the others, which keeps its
  /// digits where the label's probability is near 1.
  public func gradient(
    logits: Span<Double>, label: Int, into gradient: inout MutableSpan<Double>
  ) {
    writeProbabilities(logits, label, into: &gradient)
    var rivals = 0.0
    for index in logits.indices where index != label {
      rivals += gradient[index]
      gradient[index] *= factor(index, label: label)
    }
    gradient[label] = -factor(label, label: label) * rivals
  }

  /// The gradient times e^-logUnit, from p_c = e^(d_c - l).
  public func gradient(
    logits: Span<Double>, label: Int, logUnit: Double,
    into gradient: inout MutableSpan<Double>
  ) {
    let base = adjusted(logits, label, label: label) + value(logits: logits, label: label)
    var rivals = 0.0
    for index in logits.indices where index != label {
      let probability = Double.exp(adjusted(logits, index, label: label) - base - logUnit)
      rivals += probability
      gradient[index] = factor(index, label: label) * probability
    }
    gradient[label] = -factor(label, label: label) * rivals
  }

  /// A (diag(p) - p p') A v with A the factors. With u = A v less its entry at the most probable
  /// class, and q = p'u, the entry of every other class is a_c p_c (u_c - q); that of the most
  /// probable class follows from the zero sum, so that nothing cancels however sure the softmax is.
  public func curvature(
    logits: Span<Double>, label: Int, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    writeProbabilities(logits, label, into: &product)
    var top = 0
    for index in logits.indices where product[index] > product[top] { top = index }
    let own = factor(top, label: label) * direction[top]
    var mean = 0.0
    for index in logits.indices where index != top {
      mean += product[index] * (factor(index, label: label) * direction[index] - own)
    }
    var others = 0.0
    for index in logits.indices where index != top {
      let factor = factor(index, label: label)
      let entry = product[index] * (factor * direction[index] - own - mean)
      others += entry
      product[index] = factor * entry
    }
    product[top] = -factor(top, label: label) * others
  }

  /// a_c z_c + b_c, rounded once.
  @inline(__always)
  func adjusted(_ logits: Span<Double>, _ index: Int, label: Int) -> Double {
    offset(index, label: label).addingProduct(factor(index, label: label), logits[index])
  }

  private func highestRival(_ logits: Span<Double>, _ label: Int) -> Double {
    var highest = -Double.infinity
    for index in logits.indices where index != label {
      highest = max(highest, adjusted(logits, index, label: label))
    }
    return highest
  }

  /// Writes the softmax of the adjusted logits.
  private func writeProbabilities(
    _ logits: Span<Double>, _ label: Int, into target: inout MutableSpan<Double>
  ) {
    let highest = max(highestRival(logits, label), adjusted(logits, label, label: label))
    var total = 0.0
    for index in logits.indices {
      target[index] = Double.exp(adjusted(logits, index, label: label) - highest)
      total += target[index]
    }
    for index in logits.indices { target[index] /= total }
  }
}
