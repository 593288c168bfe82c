import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// Moments are homogeneous in the scales of the start, over 300 decades.
@Suite struct StartMomentsScaleTests {
  private func scaled(_ sample: MomentsCase, features: Double, prototypes: Double) throws -> Problem
  {
    var problem = try sample.problem()
    problem = problem.scaled(features: features, prototypes: prototypes)
    func times(_ block: StartDistribution.Block, _ factor: Double) -> StartDistribution.Block {
      guard case .normal(let deviation) = block else { return block }
      return .normal(deviation: factor * deviation)
    }
    problem.distribution = StartDistribution(
      features: times(sample.distribution.features, features),
      prototypes: times(sample.distribution.prototypes, prototypes), bias: .given)
    return problem
  }

  private static let cases = MomentsCase.all.filter { !$0.small.hasBias }

  @Test(arguments: cases, [1e-153, 1e-100, 1e100, 1e150])
  func bothBlocksTogether(sample: MomentsCase, factor: Double) throws {
    let times = [0, 3.0]
    let plain = try sample.problem().startMoments(at: times)
    let found = try scaled(sample, features: factor, prototypes: factor).startMoments(at: times)
    for (own, base) in zip(found, plain) {
      for observable in StartMomentsSolver().knownObservables {
        let expected = base.value(of: observable) * factor * factor
        #expect(
          abs(own.value(of: observable) - expected) <= 1e-13 * abs(expected),
          "\(observable.name): \(own.value(of: observable)), not \(expected)")
      }
    }
  }

  /// At time 0 each block has its own power.
  @Test(arguments: [(1e-150, 1e150), (1e150, 1e-150), (1e-150, 1), (1, 1e150)])
  func eachBlockAlone(features: Double, prototypes: Double) throws {
    let sample = MomentsCase.all[0]
    let plain = try #require(try sample.problem().startMoments(at: [0]).first)
    let found = try #require(
      try scaled(sample, features: features, prototypes: prototypes).startMoments(at: [0]).first)
    for (name, power) in [
      ("squared_norm_h", features * features), ("squared_norm_w", prototypes * prototypes),
      ("loss", features * prototypes),
    ] {
      for name in [name, name + "_sd"] {
        let expected = plain.value(name) * power
        #expect(abs(found.value(name) - expected) <= 1e-14 * abs(expected), "\(name)")
      }
    }
  }

  /// Prototypes from zero are moved by features alone, however small.
  @Test func prototypesFromZeroFollowTheFeatures() throws {
    func found(_ factor: Double) throws -> ExpectedValues {
      let sample = MomentsCase(
        "from zero", features: .normal(deviation: factor), prototypes: .given)
      var problem = try sample.problem()
      problem = problem.scaled(features: factor, prototypes: 0)
      problem.distribution = sample.distribution
      return try #require(try problem.startMoments(at: [1e-9]).first)
    }
    let (plain, small) = (try found(1), try found(1e-140))
    for name in ["squared_norm_w", "squared_norm_w_sd", "loss", "loss_sd"] {
      let expected = plain.value(name) * 1e-280
      #expect(plain.value(name) != 0)
      #expect(abs(small.value(name) - expected) <= 1e-13 * abs(expected), "\(name)")
    }
  }

  @Test func beyondTheDoublesTheyAreInfinite() throws {
    let found = try #require(try MomentsCase.all[0].problem().startMoments(at: [1e5]).first)
    #expect(found.value("loss") == -.infinity && found.value("loss_sd") == .infinity)
    for name in ["squared_norm_h", "squared_norm_w", "squared_norm_z"] {
      #expect(found.value(name) == .infinity && found.value(name + "_sd") == .infinity)
    }
  }

  /// The spread relative to the mean tends to that of the leading mode's chi-squared number.
  @Test func theRelativeSpreadStaysFiniteWhereTheMeanOverflowsSoon() throws {
    let sample = MomentsCase("leading mode") {
      $0.sizes = [5, 2, 1]
      $0.dimension = 8
    }
    let problem = try sample.problem()
    let found = try #require(try problem.startMoments(at: [1500]).first)
    let ratio = found.value("squared_norm_z_sd") / found.value("squared_norm_z")
    #expect(found.value("squared_norm_z").isFinite)
    #expect(abs(ratio - (2 / 8.0).squareRoot()) <= 1e-6)
  }
}
