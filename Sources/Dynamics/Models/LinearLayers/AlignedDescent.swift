import DynNumerics

/// Gradient descent from an aligned start, factor by factor of every mode:
///
///     x_i <- x_i + e_i (sigma prod_{k != i} x_k - lambda_i x_i)
///
/// with e_0 and lambda_0 those of the features. What is not in the modes decays by 1 - e_i lambda_i. With
/// momentum every number has a velocity of its own. O(steps N m) for m modes, and a state an output.
struct AlignedDescent: Evaluator {
  private let layers: AlignedLayers
  private let momentum: Momentum
  private var clock: DescentClock
  /// h, w_1, ..., w_L of every mode.
  private var sizes: [[Inert]]
  /// What is left of the rests of H, W_1, ..., W_L.
  private var kept: [Inert]
  /// b = f b_0 + g c.
  private var bias: (factor: Inert, drive: Inert)

  /// A number and its velocity.
  private struct Inert {
    var value: Double
    var velocity = 0.0

    mutating func move(_ momentum: Momentum, _ size: Double, pull: Double) {
      value += size * momentum.direction(&velocity, pull: pull)
    }
  }

  init(_ layers: AlignedLayers, step: Double, momentum: Momentum) {
    self.layers = layers
    self.momentum = momentum
    clock = DescentClock(layers.problem.rates, step: step)
    sizes = layers.alignment.modes.map { $0.sizes.map { Inert(value: $0) } }
    kept = layers.decays.map { _ in Inert(value: 1) }
    bias = (Inert(value: 1), Inert(value: 0))
  }

  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    while let size = clock.next(before: time) { step(size) }
    let problem = layers.problem
    let state = state
    guard state.norm.isFinite else {
      throw SolverFailure(
        "exact gradient descent left the range of a double by t = \(time): linear layers under the "
          + "unhinged loss grow faster than any exponential; end earlier, or lower the step or the "
          + "learning rate")
    }
    return FullSnapshot(time: time, problem: problem, state: state)
  }

  private mutating func step(_ size: RatePair) {
    let decay = layers.problem.decay
    let decays = [decay.features] + decay.layers
    let steps = [size.features] + decay.layers.map { _ in size.prototypes }
    for (index, mode) in layers.alignment.modes.enumerated() {
      let old = sizes[index].map(\.value)
      for factor in old.indices {
        let others = old.indices.reduce(mode.singularValue) { $1 == factor ? $0 : $0 * old[$1] }
        sizes[index][factor].move(
          momentum, steps[factor], pull: others - decays[factor] * old[factor])
      }
    }
    for factor in kept.indices {
      kept[factor].move(momentum, steps[factor], pull: -decays[factor] * kept[factor].value)
    }
    bias.factor.move(momentum, size.prototypes, pull: -decay.bias * bias.factor.value)
    bias.drive.move(momentum, size.prototypes, pull: 1 - decay.bias * bias.drive.value)
  }

  private var state: State {
    let problem = layers.problem
    let shifts = zip(sizes, layers.alignment.modes).map { now, mode in
      mode.sizes.indices.map { now[$0].value - kept[$0].value * mode.sizes[$0] }
    }
    return layers.state(
      shifts: shifts, kept: kept.map(\.value),
      bias: problem.start.bias.map {
        zip($0, problem.labels.biasDrive).map {
          bias.factor.value * $0 + bias.drive.value * $1
        }
      })
  }
}
