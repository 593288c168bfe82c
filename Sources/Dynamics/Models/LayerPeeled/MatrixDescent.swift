import RealModule

/// Exact gradient descent where no common eigenvectors exist (rates that are not proportional,
/// fixed prototypes): per distinct singular value the product over the steps of
/// [[1 - e_1 lambda_1, e_1 sigma], [e_2 sigma, 1 - e_2 lambda_2]] (<doc:ExactDescent>).
struct MatrixDescent: ModalPropagation {
  private let basis: ModalBasis
  private var clock: DescentClock
  private var blocks: [ModeBlock]
  private var within = LogProduct()
  private var bias: AffineDescent

  init(basis: ModalBasis, step: Double) {
    self.basis = basis
    clock = DescentClock(basis.problem.rates, step: step)
    blocks = basis.problem.labels.modes.distinctValues.map { _ in ModeBlock(start: .identity) }
    bias = AffineDescent(decay: basis.problem.decay.bias)
  }

  /// O(steps * distinct singular values).
  mutating func coefficients(at time: Double) -> ModeCoefficients {
    let decay = basis.problem.decay
    let movesPrototypes = basis.problem.movesPrototypes
    while let size = clock.next(before: time) {
      for (index, sigma) in basis.problem.labels.modes.distinctValues.enumerated() {
        let (a, w) = (blocks[index].start.features, blocks[index].start.prototypes)
        blocks[index].start.features = a + size.features * (sigma * w - decay.features * a)
        if movesPrototypes {
          blocks[index].start.prototypes = w + size.prototypes * (sigma * a - decay.prototypes * w)
        }
        blocks[index].normalize()
      }
      within.multiply(onePlus: -size.features * decay.features, count: 1)
      bias.step(size.prototypes)
    }
    return ModeCoefficients(
      blocks: blocks, within: within.scaledNumber, biasDecay: bias.factor, biasDrive: bias.drive)
  }
}

extension ModeBlock {
  /// Moves a common factor into the scale before the entries leave the range of a double.
  fileprivate mutating func normalize() {
    let largest = start.largest
    guard largest > 1e100 || (largest < 1e-100 && largest > 0) else { return }
    start.features /= largest
    start.prototypes /= largest
    logScale += Double.log(largest)
  }
}
