import DynNumerics
import Dynamics
import TestSupport
import Testing

/// The exact saddles of the layer-peeled model against their known spectra.
@Suite struct ExactSaddleTests {
  static func problem(
    sizes: [Int] = [20, 20, 2, 2], dimension: Int = 6, loss: any Loss = CrossEntropyLoss(),
    decay: Double = 5e-3, weights: ClassWeights = .uniform
  ) throws -> Problem {
    try LandscapeProblem.layerPeeled(
      sizes: sizes, dimension: dimension, loss: loss,
      decay: WeightDecay(features: decay, prototypes: decay, bias: 0), weights: weights, seed: 1)
  }

  static func report(_ saddle: ExactSaddle, _ problem: Problem) throws -> SpectrumReport {
    try SpectrumReport(
      ModelLandscape(problem), problem, at: try saddle.state(of: problem))
  }

  /// K_A = K_B = 2, n_A = 20, n_B = 2, p = 6, lambda = 5e-3.
  @Test func minorityCollapseIsTheKnownSaddle() throws {
    let report = try Self.report(.minorityCollapse, try Self.problem())
    #expect(report.gradientNorm <= 1e-14)
    #expect(abs(report.total.smallest + 0.0271412) <= 5e-8)
    #expect(report.total.index == 10)
    #expect(abs(report.classes[0].smallest + 0.0132522) <= 5e-8)
    #expect(abs(report.classes[3].smallest + 0.6123724) <= 5e-8)
    #expect(report.certificate?.verdict == .strictSaddle)
  }

  @Test func reweightingMakesItSteeper() throws {
    let problem = try Self.problem(weights: .list([1, 1, 5, 5]))
    let report = try Self.report(.minorityCollapse, problem)
    #expect(report.gradientNorm <= 1e-14)
    #expect(abs(report.total.smallest + 0.1557061) <= 5e-8)
    #expect(report.total.index == 11)
  }

  /// Two-minority modes lambda - w_B sqrt(n_B)/N are stable at 0.04, the mixed mode is not.
  @Test func strongDecayLeavesTheMixedMode() throws {
    let report = try Self.report(.minorityCollapse, try Self.problem(decay: 0.04))
    let values = try #require(report.total.eigenvalues)
    #expect(abs(report.total.smallest + 0.0108) <= 5e-5)
    let minority = 0.04 - 2.0.squareRoot() / 44
    #expect(values.count { abs($0 - minority) <= 1e-12 } >= 5)
  }

  /// Wherever a loss treats the majorities alike, its saddle is critical.
  @Test(arguments: LossTests.losses.indices) func minorityCollapseIsCriticalForEveryLoss(
    index: Int
  ) throws {
    let sizes = [9, 9, 9, 2]
    let losses: [any Loss] = [
      CrossEntropyLoss(), MeanSquaredErrorLoss(), UnhingedLoss(gamma: 0.3),
      ClassTemperatureLoss(multipliers: [1.5, 1.5, 1.5, 0.5]),
      LabelTemperatureLoss(multipliers: [1.5, 1.5, 1.5, 0.5]),
      VectorScalingLoss(multipliers: [1.5, 1.5, 1.5, 0.5], offsets: [0, 0, 0, -1]),
      LogitAdjustedLoss(strength: 1, classSizes: sizes.map(Double.init)),
      LabelMarginLoss(largestMargin: 0.5, scale: 3, classSizes: sizes.map(Double.init)),
      FocalLoss(exponent: 1),
    ]
    let problem = try Self.problem(sizes: sizes, loss: losses[index])
    guard problem.loss.unhinged == nil else {
      #expect(throws: Fault.self) { try ExactSaddle.minorityCollapse.state(of: problem) }
      return
    }
    let state = try ExactSaddle.minorityCollapse.state(of: problem)
    let landscape = ModelLandscape(problem)
    let gradient = landscape.gradient(at: landscape.variables(of: state), of: .whole(problem))
    // Squared error's gradient at the minorities' zero logits, -e_y, meets W only.
    #expect(gradient.norm <= 1e-14)
    #expect(state.norms.total > 0)
  }

  /// At the origin: index p #(sigma > lambda), class-wise -sqrt((1 - 1/K)/n_c), and the escape of
  /// majority and minority modes.
  @Test func theOriginHasItsKnownSpectrum() throws {
    let problem = try Self.problem()
    let report = try Self.report(.origin, problem)
    #expect(report.gradientNorm == 0)
    let sigmas = [20, 2, 11].map { Double($0).squareRoot() / 44 }
    #expect(report.total.index == 6 * sigmas.count(where: { $0 > 5e-3 }))
    #expect(abs(report.total.smallest - (5e-3 - sigmas[0])) <= 1e-14)
    for (size, spectrum) in zip([20.0, 20, 2, 2], report.classes) {
      #expect(abs(spectrum.smallest + (0.75 / size).squareRoot()) <= 1e-14)
    }
    let certificate = try #require(report.certificate)
    #expect(abs(certificate.sigma - sigmas[0]) <= 1e-15)
    #expect(abs(report.total.smallest - certificate.smallestEigenvalueBound) <= 1e-14)
  }

  /// Above sqrt(n_A)/N no mode grows: the origin is the global minimum.
  @Test func strongDecayMakesTheOriginAMinimum() throws {
    let report = try Self.report(.origin, try Self.problem(decay: 0.11))
    #expect(report.certificate?.verdict == .globalMinimum)
    #expect(report.total.index == 0)
  }

  @Test func faultsSayWhatIsMissing() throws {
    func fault(_ problem: Problem) -> String {
      do throws(Fault) {
        _ = try ExactSaddle.minorityCollapse.state(of: problem)
        return "none"
      } catch {
        return error.message
      }
    }
    #expect(fault(try Self.problem(sizes: [5, 5, 5])).contains("step profile"))
    #expect(fault(try Self.problem(sizes: [5, 1, 1])).contains("at least 2 majority classes"))
    #expect(fault(try Self.problem(decay: 0)).contains("weight_decay"))
    #expect(fault(try Self.problem(decay: 1)).contains("lower weight_decay"))
    #expect(
      fault(try Self.problem(sizes: [9, 9, 9, 9, 1], dimension: 2)).contains("at least 3, not 2"))
  }
}
