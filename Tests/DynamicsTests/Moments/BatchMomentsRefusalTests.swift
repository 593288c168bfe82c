import Dynamics
import TestSupport
import Testing

/// Models whose moments over batches do not close are refused by the name of the part.
@Suite struct BatchMomentsRefusalTests {
  private let solver = BatchMomentsSolver(batch: 3, step: 1)

  @Test(arguments: ModelProblem.all) func partsThatDoNotCloseAreNamed(
    model: ModelProblem
  ) throws {
    let refusal = solver.refusal(of: try model.problem(UnhingedLoss(gamma: 0.4)))
    let isLinear =
      !model.hasNetwork && !model.hasLayers && !model.modelCase.hasKernel
      && !model.modelCase.normalizesFeatures
    #expect((refusal == nil) == isLinear)
    guard let refusal else { return }
    let parts = [
      (model.modelCase.hasKernel, "a tangent kernel"), (model.hasNetwork, "a network"),
      (model.modelCase.normalizesFeatures, "normalised features"),
      (model.hasLayers, "linear layers"),
    ]
    #expect(parts.contains { $0.0 && refusal.contains("has \($0.1):") }, "\(refusal)")
  }

  @Test func otherLossesAreRefused() throws {
    let problem = try LandscapeProblem.layerPeeled(sizes: [3, 2], dimension: 3, seed: 1)
    let refusal = try #require(solver.refusal(of: problem))
    #expect(refusal.contains("the model has another loss: use gradient_descent over several seeds"))
  }

  @Test func batchesLargerThanTheDataAreRefused() throws {
    let problem = try SmallProblem("twelve samples").problem()
    let large = BatchMomentsSolver(batch: 13, step: 1)
    let refusal = try #require(large.refusal(of: problem))
    #expect(
      refusal
        == "a batch of 13 cannot be drawn without replacement of 12 samples: lower \"batch\" to at "
        + "most 12")
    #expect(BatchMomentsSolver(batch: 12, step: 1).refusal(of: problem) == nil)
  }

  @Test func independentDrawsRefuseTheSame() throws {
    let problem = try SmallProblem("twelve samples").problem()
    func refusal(_ order: BatchSampling.Order) -> String? {
      let sampling = BatchSampling(size: 13, order: order, seed: nil, reweightFrom: nil)
      return GradientDescentSolver(step: 1, form: .iterated, sampling: sampling)
        .refusal(of: problem)
    }
    #expect(refusal(.epoch) == nil)
    #expect(refusal(.independent)?.contains("of 12 samples") == true)
  }
}
