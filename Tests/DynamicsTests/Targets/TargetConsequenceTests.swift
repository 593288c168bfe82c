import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// What targets do under the unhinged loss: changes of clock and of gamma.
@Suite struct TargetConsequenceTests {
  private func final(_ problem: Problem, at time: Double) throws -> State {
    var flow = try PreparedProblem(problem).exactFlow(until: time)
    return try flow.snapshot(at: time).state().unscaled
  }

  private func problem(
    gamma: Double, targets: (any TargetRule)?, decay: Double = 0, sizes: [Int] = [6, 2, 3, 1]
  ) throws -> Problem {
    try SmallProblem("consequence") {
      $0.sizes = sizes
      $0.gamma = gamma
      $0.targets = targets
      $0.modelCase = decay > 0 ? .regularized : .unconstrained
      $0.decay = WeightDecay(features: decay, prototypes: 0.7 * decay, bias: 0)
      $0.rates = LearningRates(prototypes: ConstantSchedule(1), features: .proportional(0.8))
    }.problem()
  }

  /// Label smoothing is the flow of gamma' = (gamma - (1 + gamma) eps/C)/s with decays lambda/s on the
  /// clock s zeta, s = (1 + gamma)(1 - eps) - gamma + (1 + gamma) eps/C.
  @Test(arguments: [0.05, 0.3, 0.8], [0.1, 1.0 / 3, 2])
  func smoothingIsAChangeOfClock(epsilon: Double, gamma: Double) throws {
    // As loss of z: -(1+gamma) t'z + gamma 1'z = s (-(1+gamma') z_y + gamma' 1'z).
    let share = (1 + gamma) * epsilon / 4
    let s = (1 + gamma) * (1 - epsilon) - (gamma - share)
    let other = (gamma - share) / s
    // Not every pair has a gamma' that the loss allows.
    guard s > 0 else { return }
    for decay in [0.0, 0.04] {
      let smoothed = try final(
        problem(gamma: gamma, targets: SmoothedTargets(epsilon: epsilon), decay: decay), at: 7)
      let plain = try final(problem(gamma: other, targets: nil, decay: decay / s), at: s * 7)
      #expect((smoothed - plain).norm <= 1e-12 * plain.norm)
    }
  }

  /// At gamma = 1/(C-1) the direction of smoothing's flow is that of one-hot labels, s = 1 - eps.
  @Test func smoothingAtTheAveragedMarginOnlySlows() throws {
    let smoothed = try final(
      problem(gamma: 1.0 / 3, targets: SmoothedTargets(epsilon: 0.25)), at: 12)
    let plain = try final(problem(gamma: 1.0 / 3, targets: nil), at: 9)
    #expect((smoothed - plain).norm <= 1e-12 * plain.norm)
  }

  /// Symmetric noise in expectation with averaged gamma: s = 1 - q C/(C-1), one-hot beyond that in
  /// reverse.
  @Test(arguments: [0.2, 0.6, 0.74]) func noiseOnlySlows(probability: Double) throws {
    let s = 1 - probability * 4 / 3
    let rule = NoisyTargets(noise: .symmetric(probability))
    let noisy = try final(problem(gamma: 1.0 / 3, targets: rule, sizes: [3, 3, 3, 3]), at: 10)
    let plain = try final(problem(gamma: 1.0 / 3, targets: nil, sizes: [3, 3, 3, 3]), at: 10 * s)
    #expect((noisy - plain).norm <= 1e-12 * plain.norm)
  }

  /// Up to q = (C-1)/C the limit classifies every training sample right, beyond it none.
  @Test(arguments: [(0.0, 1.0), (0.3, 1), (0.7, 1), (0.8, 0), (1, 0)])
  func directionsReverseBeyondTheThreshold(probability: Double, accuracy: Double) throws {
    let rule = NoisyTargets(noise: .symmetric(probability))
    let problem = try problem(gamma: 1.0 / 3, targets: rule, sizes: [5, 5, 5, 5])
    var flow = try PreparedProblem(problem).exactFlow(until: 600)
    let observation = Observation(try flow.snapshot(at: 600)) { .unknown("not asked for") }
    #expect(Observable.accuracy.value(observation) == accuracy)
  }

  /// gamma' below zero: the common mode wins, and the prediction covers it.
  @Test func aCommonModeThatWinsIsPredicted() throws {
    let problem = try problem(
      gamma: 0, targets: SmoothedTargets(epsilon: 0.4), sizes: [3, 3, 3, 3])
    let prepared = try PreparedProblem(problem)
    guard case .exponential(let rate, _) = prepared.prediction.approach else {
      Issue.record("no rate is predicted")
      return
    }
    let direction = try #require(prepared.prediction.direction)
    var flow = try prepared.exactFlow(until: 400)
    let near = try flow.snapshot(at: 100).distance(to: direction)
    let far = try flow.snapshot(at: 120).distance(to: direction)
    let zeta = problem.rates.integrals(to: 20).prototypes
    #expect(abs(-log(far / near) / zeta / rate - 1) <= 1e-3)
    // All prototypes are alike in the limit.
    let prototypes = try flow.snapshot(at: 400).state().unscaled.prototypes
    let spread = prototypes.centredColumns.elements.norm / prototypes.elements.norm
    #expect(spread <= 1e-3)
  }
}
