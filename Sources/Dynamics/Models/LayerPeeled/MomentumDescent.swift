import RealModule

/// Exact gradient descent with momentum for the linear cases: per distinct singular value a
/// recurrence on the 2 x 2 block and its velocity, and the same for deviations and bias.
struct MomentumDescent: ModalPropagation {
  private let basis: ModalBasis
  private let momentum: Momentum
  private var clock: DescentClock
  private var blocks: [ModeBlock]
  private var velocities: [ModePair]
  private var within: Inertial<Double> = Inertial(position: 1)
  /// The factors of b_0 and of c.
  private var bias = (Inertial(position: 1.0), Inertial(position: 0.0))

  init(basis: ModalBasis, step: Double, momentum: Momentum) {
    self.basis = basis
    self.momentum = momentum
    clock = DescentClock(basis.problem.rates, step: step)
    blocks = basis.problem.labels.modes.distinctValues.map { _ in ModeBlock(start: .identity) }
    velocities = blocks.map { _ in .zero }
  }

  /// O(steps * distinct singular values).
  mutating func coefficients(at time: Double) -> ModeCoefficients {
    let decay = basis.problem.decay
    while let size = clock.next(before: time) {
      for (index, sigma) in basis.problem.labels.modes.distinctValues.enumerated() {
        moveBlock(index, sigma, size)
      }
      within.move(pull: -decay.features * within.position, size.features, momentum)
      bias.0.move(pull: -decay.bias * bias.0.position, size.prototypes, momentum)
      bias.1.move(pull: 1 - decay.bias * bias.1.position, size.prototypes, momentum)
    }
    return ModeCoefficients(
      blocks: blocks.enumerated().map {
        basis.block($0.element.start, ofValue: $0.offset, logScale: $0.element.logScale)
      }, within: ScaledNumber(value: within.position),
      biasDecay: bias.0.position, biasDrive: bias.1.position)
  }

  private mutating func moveBlock(_ index: Int, _ sigma: Double, _ size: RatePair) {
    let decay = basis.problem.decay
    let (a, w) = (blocks[index].start.features, blocks[index].start.prototypes)
    var features = Inertial(position: a, velocity: velocities[index].features)
    features.move(pull: sigma * w - decay.features * a, size.features, momentum)
    blocks[index].start.features = features.position
    velocities[index].features = features.velocity
    if basis.problem.movesPrototypes {
      var prototypes = Inertial(position: w, velocity: velocities[index].prototypes)
      prototypes.move(pull: sigma * a - decay.prototypes * w, size.prototypes, momentum)
      blocks[index].start.prototypes = prototypes.position
      velocities[index].prototypes = prototypes.velocity
    }
    normalize(index)
  }

  /// Moves a common factor of block and velocity into the scale before the entries leave the range
  /// of a double.
  private mutating func normalize(_ index: Int) {
    let block = blocks[index]
    let largest = block.start.largest
    guard largest > 1e100 else { return }
    blocks[index] = (1 / largest) * block
    blocks[index].logScale = block.logScale + Double.log(largest)
    velocities[index] = (1 / largest) * velocities[index]
  }
}

/// A variable with its velocity, in the direction of descent.
private struct Inertial<Vector: InertialVector> {
  var position: Vector
  var velocity: Vector

  init(position: Vector, velocity: Vector = .zero) {
    self.position = position
    self.velocity = velocity
  }

  /// One step of a given size along minus the gradient, `pull`.
  mutating func move(pull: Vector, _ size: Double, _ momentum: Momentum) {
    position = position + size * momentum.direction(&velocity, pull: pull)
  }
}
