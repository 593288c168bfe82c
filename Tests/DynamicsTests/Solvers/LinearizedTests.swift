import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// The flow of the gradient at zero logits, and the bound on its error.
@Suite struct LinearizedTests {
  static let losses: [any Loss] = [
    CrossEntropyLoss(), FocalLoss(exponent: 2), MeanSquaredErrorLoss(),
    ClassTemperatureLoss(multipliers: [2, 1, 0.5, 0.7]),
    LabelTemperatureLoss(multipliers: [2, 1, 0.5, 0.7]),
    VectorScalingLoss(multipliers: [2, 1, 0.5, 0.7], offsets: [0.3, 0, -0.5, 0.4]),
    LogitAdjustedLoss(strength: 1, classSizes: [4, 3, 3, 2]),
    LabelMarginLoss(largestMargin: 0.5, scale: 2, classSizes: [4, 3, 3, 2]),
  ]

  private func sample(_ loss: any Loss, scale: Double) -> SmallProblem {
    SmallProblem("linearised") {
      $0.otherLoss = loss
      $0.scale = scale
      $0.rates = LearningRates(prototypes: ConstantSchedule(0.5), features: .proportional(0.7))
    }
  }

  private func variants(_ loss: any Loss, scale: Double) throws -> [Problem] {
    var other = sample(loss, scale: scale)
    other.modelCase = .regularized
    other.decay = WeightDecay(features: 0.03, prototypes: 0.05, bias: 0.02)
    other.hasBias = true
    other.weights = .list([1, 2, 0.5, 1])
    other.rates = LearningRates(
      prototypes: InverseSqrtSchedule(value: 0.5, timescale: 4),
      features: .schedule(ConstantSchedule(0.3)))
    var anchored = sample(loss, scale: scale)
    anchored.modelCase = .anchored
    anchored.decay = WeightDecay(features: 0.04, prototypes: 0, bias: 0)
    return [
      try sample(loss, scale: scale).problem(), try other.problem(), try anchored.problem(),
    ]
  }

  /// In modes against the integrated tangent of the landscape.
  @Test(arguments: losses.indices) func modesAreTheIntegratedTangent(index: Int) throws {
    for problem in try variants(Self.losses[index], scale: 0.1) {
      let verification = Verification(
        try PreparedProblem(problem),
        solvers: [NamedSolver(name: "linearized", solver: LinearizedSolver())], end: 12)
      let results = LinearizedCheck().results(for: verification)
      #expect(results.count == 2)
      for result in results { #expect(!result.isFailure, "\(result)") }
    }
  }

  /// Deviations are of second order in the scale of the start.
  @Test(arguments: losses.indices) func deviationsAreOfSecondOrder(index: Int) throws {
    // A gradient that is quadratic in the logits to first order makes it first.
    func deviation(_ scale: Double) throws -> Double {
      let problem = try sample(Self.losses[index], scale: scale).problem()
      var linear = try LinearizedEvaluator(problem, until: 4, threads: 1)
      let flow = try FineIntegration(try PreparedProblem(problem), until: 4)
      return try flow.snapshot(at: 4).relativeError(against: try linear.snapshot(at: 4))
    }
    let order = log2(try deviation(2e-3) / (try deviation(1e-3)))
    #expect(abs(order - 2) <= 0.02, "\(order)")
  }

  /// The bound holds at every time, and its one percent comes no earlier than a third of the truth.
  @Test(arguments: losses.indices) func theBoundHoldsAndIsNear(index: Int) throws {
    let problem = try sample(Self.losses[index], scale: 0.01).problem()
    var linear = try LinearizedEvaluator(problem, until: 200, threads: 1)
    let flow = try FineIntegration(try PreparedProblem(problem), until: 200)
    var (bounded, truth) = (0.0, 0.0)
    for time in stride(from: 0.5, through: 200, by: 0.5) {
      let snapshot = try linear.snapshot(at: time)
      let error = try flow.snapshot(at: time).relativeError(against: snapshot)
      let bound = try #require(snapshot.errorBound)
      #expect(error <= bound + 1e-11, "\(error) above \(bound) at \(time)")
      if bound <= 0.01 { bounded = time }
      if error > 0.01 { break }
      truth = time
    }
    #expect(bounded >= truth / 3, "\(bounded) of \(truth)")
  }

  /// Cross-entropy is the averaged unhinged loss on a clock slower by (C-1)/C.
  @Test func crossEntropyIsTheSlowerAveragedFlow() throws {
    let problem = try sample(CrossEntropyLoss(), scale: 1).problem()
    var twin = sample(UnhingedLoss(gamma: 1.0 / 3), scale: 1)
    twin.gamma = 1.0 / 3
    var linear = try LinearizedEvaluator(problem, until: 8, threads: 1)
    var exact = try PreparedProblem(try twin.problem()).exactFlow(until: 6)
    let own = try linear.snapshot(at: 8).state().unscaled
    let other = try exact.snapshot(at: 6).state().unscaled
    #expect((own - other).norm <= 1e-13 * other.norm)
  }

  /// Scaling the start scales the linearised flow.
  @Test(arguments: [-300, -150, 150, 300]) func theFlowIsHomogeneous(exponent: Int) throws {
    let scale = pow(10, Double(exponent))
    let one = try sample(CrossEntropyLoss(), scale: 1).problem().linearized()
    let other = try sample(CrossEntropyLoss(), scale: scale).problem().linearized()
    var (first, second) = (
      try PreparedProblem(one).exactFlow(until: 5), try PreparedProblem(other).exactFlow(until: 5)
    )
    let expected = try first.snapshot(at: 5).state().unscaled.scaled(by: scale)
    let found = try second.snapshot(at: 5).state().unscaled
    #expect((found - expected).norm <= 1e-13 * expected.norm)
  }

  @Test func modelsWithoutSuchAFlowAreRefused() throws {
    let spherical = try SmallProblem("spherical") { $0.modelCase = .spherical }.problem()
    #expect(LinearizedSolver().refusal(of: spherical)?.contains("enter the logits") == true)
    let kernel = try SmallProblem("kernel") {
      $0.modelCase = .ntkInvariant
      $0.kernel = .kronecker
    }.problem()
    #expect(LinearizedSolver().refusal(of: kernel) != nil)
  }
}
