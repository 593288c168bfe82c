import RealModule

/// Exact gradient descent with proportional rates: every mode's eigenvectors are those of the flow,
/// and each step multiplies them by 1 + e_2 (m +- d) (<doc:ExactDescent>).
struct EigenmodeDescent: ModalPropagation {
  private let basis: ModalBasis
  private var clock: DescentClock
  private var upper: [LogProduct]
  private var lower: [LogProduct]
  private var within = LogProduct()
  private var bias: AffineDescent
  /// Steps of one size that are not yet multiplied in.
  private var pending: (size: RatePair, count: Int) = (RatePair(features: 0, prototypes: 0), 0)

  init(basis: ModalBasis, step: Double) {
    self.basis = basis
    clock = DescentClock(basis.problem.rates, step: step)
    upper = basis.orientations.map { _ in LogProduct() }
    lower = upper
    bias = AffineDescent(decay: basis.problem.decay.bias)
  }

  /// O(steps), and O(distinct singular values) for every change of the rate.
  mutating func coefficients(at time: Double) -> ModeCoefficients {
    while let size = clock.next(before: time) {
      if size != pending.size { flush() }
      pending = (size, pending.count + 1)
      bias.step(size.prototypes)
    }
    flush()
    let blocks = basis.orientations.indices.map { index in
      basis.block(
        ofValue: index, upper: upper[index].scaledNumber, lower: lower[index].scaledNumber)
    }
    return ModeCoefficients(
      blocks: blocks, within: within.scaledNumber, biasDecay: bias.factor, biasDrive: bias.drive)
  }

  private mutating func flush() {
    guard pending.count > 0 else { return }
    let (size, count) = pending
    for (index, orientation) in basis.orientations.enumerated() {
      upper[index].multiply(onePlus: size.prototypes * orientation.upper, count: count)
      lower[index].multiply(onePlus: size.prototypes * orientation.lower, count: count)
    }
    within.multiply(onePlus: -size.features * basis.problem.decay.features, count: count)
    pending.count = 0
  }
}

/// Exact descent on x' = c - lambda x: x_k = factor x_0 + drive c.
struct AffineDescent {
  let decay: Double
  private(set) var factor = 1.0
  private(set) var drive = 0.0

  init(decay: Double) { self.decay = decay }

  mutating func step(_ size: Double) {
    factor *= 1 - size * decay
    drive += size * (1 - decay * drive)
  }
}
