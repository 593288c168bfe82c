import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// Observables are homogeneous: f(a H, b W) = a^i b^j f(H, W). The degrees are found with a = b = 2
/// and hold over 300 decades.
@Suite struct ObservableScaleTests {
  /// What H and W are multiplied by.
  struct Scale: Sendable, CustomTestStringConvertible {
    let features: Double
    let prototypes: Double

    var testDescription: String { "\(features) H, \(prototypes) W" }
  }

  private static let problems =
    SmallProblem.everyCase.filter { !$0.hasBias }
    + [SmallProblem("balanced") { $0.sizes = [3, 3, 3] }]
  private static let scales = [
    (1e-150, 1e-150), (1e150, 1e150), (1e-160, 1e-160), (1e160, 1e160), (1e-160, 1), (1, 1e-160),
    (1e150, 1e-150), (1e-150, 1e150),
  ].map { Scale(features: $0.0, prototypes: $0.1) }

  /// The values of all observables that can be measured on samples.
  private func values(
    _ problem: Problem, _ snapshot: (PreparedProblem) throws -> any Snapshot
  ) throws -> [String: Double] {
    let prepared = try PreparedProblem(problem)
    let observation = Observation(try snapshot(prepared)) { prepared.prediction }
    return Dictionary(
      uniqueKeysWithValues: Observables.all.map { ($0.name, $0.value(observation)) })
  }

  private func integrated(_ prepared: PreparedProblem) -> any Snapshot {
    FullSnapshot(time: 0, problem: prepared.problem, state: prepared.problem.initialState)
  }

  private func exact(_ prepared: PreparedProblem) throws -> any Snapshot {
    var flow = try prepared.exactFlow(until: 0)
    return try flow.snapshot(at: 0)
  }

  @Test(arguments: problems, scales) func valuesFollowTheBlocks(
    small: SmallProblem, scale: Scale
  ) throws {
    let problem = try small.problem()
    for snapshot in [integrated, exact] as [(PreparedProblem) throws -> any Snapshot] {
      func value(_ features: Double, _ prototypes: Double) throws -> [String: Double] {
        try values(problem.scaled(features: features, prototypes: prototypes), snapshot)
      }
      let (plain, byFeatures, byPrototypes, found) = (
        try value(1, 1), try value(2, 1), try value(1, 2),
        try value(scale.features, scale.prototypes)
      )
      var compared = 0
      for (name, base) in plain where base != 0 && base.isFinite && name != "log_norm_z" {
        guard let first = byFeatures[name], let second = byPrototypes[name],
          let degrees = degrees(base, first, second), let own = found[name]
        else { continue }
        let logarithm =
          log(abs(base)) + degrees.features * log(scale.features)
          + degrees.prototypes * log(scale.prototypes)
        guard abs(logarithm) < 690 else { continue }
        compared += 1
        let expected = base < 0 ? -exp(logarithm) : exp(logarithm)
        #expect(abs(own - expected) <= 1e-9 * abs(expected), "\(name): \(own), not \(expected)")
      }
      #expect(compared >= 15)
    }
  }

  /// What mixes both blocks in no power of either is homogeneous in both together.
  @Test(arguments: problems, [1e-150, 1e150]) func valuesFollowTheState(
    small: SmallProblem, scale: Double
  ) throws {
    let problem = try small.problem()
    // Features on a sphere turn at a speed of their own for each scale.
    guard problem.modelCase != .spherical else { return }
    for time in [0, 1.5] {
      func value(_ factor: Double) throws -> [String: Double] {
        try values(problem.scaled(features: factor, prototypes: factor)) { prepared in
          var flow = try prepared.exactFlow(until: time)
          return try flow.snapshot(at: time)
        }
      }
      let (plain, doubled, found) = (try value(1), try value(2), try value(scale))
      #expect(
        abs((found["log_norm_z"] ?? .nan) - (plain["log_norm_z"] ?? .nan) - log(scale)) <= 1e-12)
      for (name, base) in plain where base != 0 && base.isFinite && name != "log_norm_z" {
        let degree = log2((doubled[name] ?? .nan) / base)
        let logarithm = log(abs(base)) + degree * log(scale)
        guard abs(logarithm) < 690, let own = found[name] else { continue }
        let expected = base < 0 ? -exp(logarithm) : exp(logarithm)
        #expect(
          abs(own - expected) <= 1e-9 * abs(expected), "\(name) at \(time): \(own), not \(expected)"
        )
      }
    }
  }

  /// The whole powers of both blocks, if that is what they are.
  private func degrees(
    _ base: Double, _ byFeatures: Double, _ byPrototypes: Double
  ) -> (features: Double, prototypes: Double)? {
    let (first, second) = (log2(byFeatures / base), log2(byPrototypes / base))
    guard abs(first - first.rounded()) < 1e-9, abs(second - second.rounded()) < 1e-9 else {
      return nil
    }
    return (first.rounded(), second.rounded())
  }
}
