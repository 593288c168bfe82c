import DynNumerics
import Dynamics
import TestSupport
import Testing

/// The margin of losses that multiply logits: that of the multiplied ones, by class and by label.
@Suite struct AdjustedMarginTests {
  private static let multipliers = [0.4, 1.5, 3]
  /// A loss with the factors delta_c of the logits and tau_y of the label.
  private static let losses: [(loss: any Loss, delta: [Double], tau: [Double])] = [
    (CrossEntropyLoss(), [1, 1, 1], [1, 1, 1]),
    (ClassTemperatureLoss(multipliers: multipliers), multipliers, [1, 1, 1]),
    (LabelTemperatureLoss(multipliers: multipliers), [1, 1, 1], multipliers),
    // Offsets do not change it.
    (
      VectorScalingLoss(multipliers: multipliers, offsets: [5, 0, -5]), multipliers, [1, 1, 1]
    ),
    (LogitAdjustedLoss(strength: 1, classSizes: [3, 2, 1]), [1, 1, 1], [1, 1, 1]),
    (LabelMarginLoss(largestMargin: 0.5, scale: 3, classSizes: [3, 2, 1]), [1, 1, 1], [3, 3, 3]),
  ]

  private func value(_ problem: Problem) throws -> Double {
    let prepared = try PreparedProblem(problem)
    let snapshot = FullSnapshot(time: 0, problem: problem, state: problem.initialState)
    return try #require(Observables.named(["margin"]).first).value(
      Observation(snapshot) { prepared.prediction })
  }

  @Test(arguments: losses.indices, [1, 2, 3, 4] as [UInt64])
  func isTheSmallestOfTheMultipliedLogits(index: Int, seed: UInt64) throws {
    let (loss, delta, tau) = Self.losses[index]
    let problem = try LandscapeProblem.layerPeeled(
      sizes: [3, 2, 1], dimension: 4, loss: loss, seed: seed)
    let (h, w) = (problem.initialState.features, problem.initialState.prototypes)
    var margins: [Double] = []
    for (sample, label) in [0, 0, 0, 1, 1, 2].enumerated() {
      let logits = (0..<3).map { other in
        delta[other] * (0..<4).map { h[$0, sample] * w[$0, other] }.reduce(0, +)
      }
      margins += (0..<3).filter { $0 != label }.map { tau[label] * (logits[label] - logits[$0]) }
    }
    let squares = (h.elements + w.elements).map { $0 * $0 }.reduce(0, +)
    let expected = try #require(margins.min()) / (squares / 2)
    #expect(abs(try value(problem) - expected) <= 1e-14 * max(1, abs(expected)))
  }

  /// Two classes on one coordinate, h = +-1 and w = +-1 in the state of all zeros but these: every
  /// margin is 2 tau, and |H|^2 + |W|^2 = 4.
  @Test func byHand() throws {
    let unit = Matrix(rows: 1, columns: 2, elements: [1, -1])
    for (tau, expected) in [([0.5, 2], 0.5), ([2, 0.25], 0.25), ([3, 3], 3)] {
      let problem = try LandscapeProblem.layerPeeled(
        sizes: [1, 1], loss: LabelTemperatureLoss(multipliers: tau),
        state: State(features: unit, prototypes: unit))
      #expect(try value(problem) == expected)
    }
    let zero = Matrix(rows: 1, columns: 2)
    #expect(
      try value(
        LandscapeProblem.layerPeeled(
          sizes: [1, 1], state: State(features: zero, prototypes: zero))
      ).isNaN)
  }
}
