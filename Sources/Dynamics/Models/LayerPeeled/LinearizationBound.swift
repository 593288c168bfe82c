import DynNumerics
import RealModule

/// A bound on how far the flow linearised at zero logits is from the flow itself (<doc:LinearizedFlow>).
///
/// With N the nonlinear part of the flow, its error obeys
///
///     delta' <= (mu + kappa) delta + |N(Z_lin)|,
///     kappa = |dG| + (L omega/n) (|H|^2 + |W|^2)      (spectral norms)
///
/// where mu is the logarithmic norm of the linear flow, dG the change of the loss's gradient from zero
/// logits and L the loss's ``Loss/curvatureBound``; the supremum of kappa is over the ball of radius
/// delta. A step takes the larger end of everything that grows.
struct LinearizationBound {
  private let problem: Problem
  private let tangent: LinearizedLoss
  private let sigma: Double
  /// L times the largest weight of a sample.
  private let curvature: Double
  private var flow: any Evaluator
  private var time = 0.0
  private var delta = 0.0
  private var sizes: Sizes?
  /// The relative bound at times where it was last below and first above one percent.
  private(set) var crossing: (below: Double, above: Double?) = (0, nil)

  /// The relative error that crossings are about.
  static let threshold = 0.01
  /// The growth exponent of a step.
  private static let growth = 0.02

  init(
    _ problem: Problem, _ linear: PreparedProblem, until end: Double
  ) throws(NumericsError) {
    self.problem = problem
    let labels = problem.labels
    tangent = LinearizedLoss(
      problem.loss, classCount: problem.classCount, labelCount: labels.groupCount)
    sigma = linear.problem.labels.modes.largestValue
    curvature = problem.loss.curvatureBound * (labels.sampleWeights.max() ?? 0)
    flow = try linear.exactFlow(until: end)
  }

  /// The bound on |Z - Z_true| at a time not before the last one, relative to a norm.
  mutating func relative(at end: Double, to norm: Double) throws(SolverFailure) -> Double {
    try advance(to: end)
    return delta / norm
  }

  private mutating func advance(to end: Double) throws(SolverFailure) {
    if sizes == nil { sizes = try measured(at: time) }
    while time < end, delta.isFinite {
      try step(to: min(nextTime, end))
    }
  }

  /// Where the linear flow has grown by a small factor; in halves, where the rate changes.
  private var nextTime: Double {
    let start = problem.rates.integrals(to: time)
    func exponent(_ next: Double) -> Double {
      let zeta = problem.rates.integrals(to: next)
      return max(
        sigma * (zeta.features - start.features), sigma * (zeta.prototypes - start.prototypes))
    }
    let rates = problem.rates.rates(at: time)
    let rate = sigma * max(rates.features, rates.prototypes)
    var length = rate > 0 ? Self.growth / rate : 1
    while exponent(time + length) > 2 * Self.growth { length /= 2 }
    return time + length
  }

  private mutating func step(to next: Double) throws(SolverFailure) {
    guard let before = sizes else { return }
    let after = try measured(at: next)
    let (start, end) = (problem.rates.integrals(to: time), problem.rates.integrals(to: next))
    let features = end.features - start.features
    let prototypes = problem.movesPrototypes ? end.prototypes - start.prototypes : 0
    let largest = Sizes.larger(before, after)
    let push = [
      features * largest.features, prototypes * largest.prototypes, prototypes * largest.bias,
    ].norm
    let linear = logarithmicNorm(features, prototypes)
    var bound = delta
    // The ball is that of the step's end, which the bound itself gives.
    for _ in 0..<4 {
      let exponent = linear + max(features, prototypes) * kappa(largest, radius: bound)
      let factor = abs(exponent) > 0 ? Double.expMinusOne(exponent) / exponent : 1
      bound = Double.exp(exponent) * delta + factor * push
    }
    (delta, time, sizes) = (bound, next, after)
    guard delta <= after.norm else {
      delta = .infinity
      if crossing.above == nil { crossing.above = next }
      return
    }
    if crossing.above == nil {
      if delta <= Self.threshold * after.norm {
        crossing.below = next
      } else {
        crossing.above = next
      }
    }
  }

  /// The largest eigenvalue of the symmetric part of the linear flow over a step, times its length.
  private func logarithmicNorm(_ features: Double, _ prototypes: Double) -> Double {
    let own = -features * problem.decay.features
    guard problem.movesPrototypes else { return own }
    let decay = min(
      problem.decay.prototypes, problem.start.bias == nil ? .infinity : problem.decay.bias)
    let other = -prototypes * decay
    let coupling = sigma * (features + prototypes) / 2
    return (own + other) / 2 + Double.hypot((own - other) / 2, coupling)
  }

  /// The Lipschitz constant of N in a ball.
  private func kappa(_ sizes: Sizes, radius: Double) -> Double {
    guard problem.movesPrototypes else { return curvature * sizes.coupling * sizes.coupling }
    let coupling = sizes.coupling + radius
    return sizes.gradient + curvature * coupling * (coupling + radius)
  }

  /// What the bound needs of the linear flow at one time.
  private struct Sizes {
    /// |dG|.
    let gradient: Double
    /// The square root of |H|^2 + |W|^2, and of n more with a bias; |W| where prototypes are fixed.
    let coupling: Double
    /// |W dG|, |H dG'| and |dG 1|: the blocks of N.
    let features: Double
    let prototypes: Double
    let bias: Double
    /// |Z|.
    let norm: Double

    static func larger(_ first: Sizes, _ second: Sizes) -> Sizes {
      Sizes(
        gradient: max(first.gradient, second.gradient),
        coupling: max(first.coupling, second.coupling),
        features: max(first.features, second.features),
        prototypes: max(first.prototypes, second.prototypes), bias: max(first.bias, second.bias),
        norm: max(first.norm, second.norm))
    }
  }

  /// O(p n (C + min(p, n))).
  private mutating func measured(at time: Double) throws(SolverFailure) -> Sizes {
    let state = try flow.snapshot(at: time).state().unscaled
    let change = gradientChange(state)
    do throws(NumericsError) {
      let prototypes = try state.prototypes.spectralNorm()
      let features = problem.movesPrototypes ? try state.features.spectralNorm() : 0
      let bias = problem.start.bias == nil ? 0 : Double(problem.sampleCount).squareRoot()
      return Sizes(
        gradient: change.elements.norm, coupling: [prototypes, features, bias].norm,
        features: state.prototypes.timesTransposed(change).elements.norm,
        prototypes: state.features.times(change).elements.norm,
        bias: bias > 0 ? change.columnSums.norm : 0, norm: state.norm)
    } catch {
      throw SolverFailure(error)
    }
  }

  /// The weighted gradient by the logits less that at zero logits (n x C).
  private func gradientChange(_ state: State) -> Matrix {
    let losses = WeightedLosses(.whole(problem), problem)
    let flat = WeightedLosses(
      loss: tangent, labels: losses.labels, weights: losses.weights)
    let logits = problem.logits(state)
    return losses.gradient(logits) - flat.gradient(logits)
  }
}
