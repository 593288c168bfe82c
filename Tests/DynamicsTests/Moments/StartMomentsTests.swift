import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

@Suite struct StartMomentsTests {
  private static let names = [
    "loss", "objective", "squared_norm_h", "squared_norm_w", "squared_norm_z",
  ]
  private static let times = [0, 0.7, 3, 9]

  /// A mean may cancel; then its spread is what rounding is measured by.
  @Test(arguments: MomentsCase.all) func momentsAreThoseOfDenseForms(sample: MomentsCase) throws {
    let problem = try sample.problem()
    for (time, found) in zip(Self.times, try problem.startMoments(at: Self.times)) {
      let dense = DenseMoments(problem, time: time)
      for name in Self.names {
        let expected = dense.moments(name)
        let size = abs(expected.mean) + expected.deviation
        let error = abs(found.value(name) - expected.mean)
        #expect(error <= 1e-12 * size, "\(name) at \(time): off by \(error / size)")
        guard name != "objective" else { continue }
        let deviation = found.value(name + "_sd")
        // Nothing is random about some squares: a dense sum of zeros is rounding.
        let difference = abs(deviation - expected.deviation)
        #expect(
          difference <= 1e-12 * expected.deviation + 1e-13 * (deviation == 0 ? size : 0),
          "\(name)_sd at \(time): \(deviation), not \(expected.deviation)")
      }
    }
  }

  /// Computed with mpmath 1.3 at 40 digits: expm of the 9 x 9 matrix on a row (h, w), tr(Q S) and
  /// 2 tr(Q S Q S).
  @Test func momentsAreThoseOfAnotherProgram() throws {
    let sample = MomentsCase(
      "mpmath", features: .normal(deviation: 0.8), prototypes: .normal(deviation: 1.7)
    ) {
      $0.dimension = 4
      $0.gamma = 0.25
      $0.weights = .list([1, 1.5, 0.5])
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.05, prototypes: 0.08, bias: 0)
      $0.rates = LearningRates(
        prototypes: ConstantSchedule(0.4), features: .proportional(1.5))
    }
    let found = try #require(try sample.problem().startMoments(at: [7]).first)
    let expected = [
      ("loss", -22.116178765935375366), ("loss_sd", 12.946680062785856404),
      ("objective", -17.790473154502551992),
      ("squared_norm_h", 72.022445078174100739), ("squared_norm_h_sd", 36.478817378318726682),
      ("squared_norm_w", 63.128612111961771397), ("squared_norm_w_sd", 30.293795649806549633),
      ("squared_norm_z", 135.15105719013587214), ("squared_norm_z_sd", 66.231786378911070408),
    ]
    for (name, value) in expected {
      #expect(abs(found.value(name) - value) <= 1e-14 * abs(value), "\(name)")
    }
  }

  /// Balanced, unconstrained, equal scales: E|W|^2 = p s^2 sum (cosh^2 + sinh^2) and
  /// Var = 2 p s^4 sum (cosh^2 + sinh^2)^2 over sigma_j zeta.
  @Test func prototypesFollowTheHyperbolicFormula() throws {
    let sample = MomentsCase(
      "hyperbolic", features: .normal(deviation: 1.5), prototypes: .normal(deviation: 1.5)
    ) {
      $0.sizes = [4, 4, 4]
      $0.dimension = 7
      $0.gamma = 0.2
    }
    let problem = try sample.problem()
    let found = try #require(try problem.startMoments(at: [10]).first)
    let zeta = 5.0
    // sigma = (1 + gamma)/(C sqrt N) twice, and (1 - (C - 1) gamma)/(C sqrt N).
    let squares = [1.2, 1.2, 0.6].map { numerator -> Double in
      let x = numerator / (3 * 2) * zeta
      return cosh(x) * cosh(x) + sinh(x) * sinh(x)
    }
    let mean = 7 * 2.25 * squares.reduce(0, +)
    let deviation = (2 * 7 * squares.map { $0 * $0 }.reduce(0, +)).squareRoot() * 2.25
    #expect(abs(found.value("squared_norm_w") - mean) <= 1e-14 * mean)
    #expect(abs(found.value("squared_norm_w_sd") - deviation) <= 1e-14 * deviation)
  }

  @Test func whatHasNoExpectationHereIsNotANumber() throws {
    let found = try #require(try MomentsCase.all[0].problem().startMoments(at: [1]).first)
    for name in ["accuracy", "norm_h", "log_norm_z", "direction_distance", "nc1_quot"] {
      #expect(found.value(name).isNaN)
    }
  }

  /// Values at a time do not depend on the times before.
  @Test(arguments: MomentsCase.all) func everyTimeStandsForItself(sample: MomentsCase) throws {
    let problem = try sample.problem()
    guard problem.hasClosedForm else { return }
    let all = try problem.startMoments(at: Self.times)
    for (time, found) in zip(Self.times, all) {
      #expect(try problem.startMoments(at: [time]).first == found)
    }
  }
}
