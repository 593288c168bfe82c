import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Single steps along steepest directions are what defines them, for every composition of a model; steps
/// that are not are found.
@Suite struct SteepestStepCheckTests {
  static let directions: [any SteepestDirection] = [SpectralDirection(), SignDirection()]
  static let losses: [any Loss] = [
    UnhingedLoss(gamma: 0.4), CrossEntropyLoss(), MeanSquaredErrorLoss(), FocalLoss(exponent: 1.5),
  ]

  private func results(
    _ direction: any SteepestDirection, _ problem: Problem,
    _ settings: DescentSettings = DescentSettings(step: 0.1), end: Double = 2
  ) throws -> [CheckResult] {
    let solver = SteepestDescentSolver(direction: direction, settings: settings)
    let verification = Verification(
      try PreparedProblem(problem), solvers: [NamedSolver(name: "steepest", solver: solver)],
      end: end)
    return SteepestStepCheck().results(for: verification)
  }

  @Test(arguments: ModelProblem.all, directions.indices)
  func everyCompositionPasses(model: ModelProblem, direction: Int) throws {
    for loss in Self.losses {
      let results = try results(Self.directions[direction], try model.problem(loss))
      guard !model.modelCase.hasKernel else {
        #expect(results.count == 1)
        continue
      }
      #expect(results.count == 2)
      #expect(results.allSatisfy { $0.verdict == .pass }, "\(model): \(results)")
    }
  }

  @Test(
    arguments: SmallProblem.everyCase.filter { $0.kernel == nil && $0.decay == .none },
    [1e-150, 1, 1e150])
  func scaledProblemsPass(small: SmallProblem, scale: Double) throws {
    var small = small
    small.scale = scale
    small.rates = LearningRates(prototypes: ConstantSchedule(scale))
    for direction in Self.directions {
      let results = try results(direction, try small.problem())
      #expect(results.count == 2 && results.allSatisfy { $0.verdict == .pass }, "\(results)")
    }
  }

  /// Only the first step of momentum is seen; batches are refused.
  @Test func momentumAndBatches() throws {
    let problem = try LandscapeProblem.layerPeeled(sizes: [4, 2], dimension: 3, seed: 1)
    let inert = DescentSettings(step: 0.1, momentum: Momentum(factor: 0.9, isNesterov: true))
    #expect(
      try results(SpectralDirection(), problem, inert).map(\.verdict) == [.pass, .pass])
    let batches = DescentSettings(
      step: 0.1, sampling: BatchSampling(size: 2, seed: 1, reweightFrom: nil))
    for (settings, end, words) in [
      (batches, 2.0, "steps on batches"), (DescentSettings(step: 5), 2, "before one step"),
      (DescentSettings(step: 1e-15), 1e-14, "lost in the rounding"),
    ] {
      let verdicts = try results(SpectralDirection(), problem, settings, end: end).map(\.verdict)
      guard case .notApplicable(let reason)? = verdicts.first else {
        Issue.record("\(verdicts)")
        continue
      }
      #expect(verdicts.count == 1 && reason.contains(words))
    }
  }

  /// Ways to step that are not along U V'.
  enum Mistake: CaseIterable {
    case longer, gradient, withoutTheLeast, polynomial, transposedSign
  }

  private struct Mistaken: SteepestDirection {
    let mistake: Mistake

    func direction(of gradient: Matrix) throws(NumericsError) -> Matrix {
      let exact = try SpectralDirection().direction(of: gradient)
      switch mistake {
      case .longer: return (1 + 1e-6) * exact
      case .gradient: return gradient.divided(by: gradient.elements.norm)
      case .withoutTheLeast:
        return try gradient.polarFactor(above: 0.9)
      case .polynomial:
        // Muon's five steps of the quintic iteration.
        var x = gradient.divided(by: gradient.elements.norm)
        for _ in 0..<5 {
          let square = x.timesTransposed(x)
          let cubic = square.times(x)
          x = 3.4445 * x - 4.775 * cubic + 2.0315 * square.times(cubic)
        }
        return x
      case .transposedSign: return -1 * exact
      }
    }

    func dualNorm(
      of gradient: Matrix
    ) throws(NumericsError) -> (value: Double, rounding: Double) {
      try SpectralDirection().dualNorm(of: gradient)
    }

    func defect(
      of direction: Matrix, for gradient: Matrix, accuracy: Double
    ) throws(NumericsError) -> Double {
      try SpectralDirection().defect(of: direction, for: gradient, accuracy: accuracy)
    }
  }

  @Test(arguments: Mistake.allCases) func mistakesAreFound(mistake: Mistake) throws {
    let problem = try LandscapeProblem.layerPeeled(sizes: [6, 4, 2], dimension: 5, seed: 2)
    let results = try results(Mistaken(mistake: mistake), problem)
    #expect(results.first?.isFailure == true, "\(results)")
  }

  /// The sum of singular values by eigenvalues of the Gram matrix, against that of a decomposition.
  @Test(arguments: [(3, 7), (7, 3), (4, 4)]) func dualNormsAreSums(rows: Int, columns: Int) throws {
    var random = RandomNumbers(41)
    for scale in [1e-300, 1, 1e300] {
      let matrix = scale * random.matrix(rows, columns)
      let values = try matrix.singularValueDecomposition().values
      let (own, rounding) = try SpectralDirection().dualNorm(of: matrix)
      let expected = values.map { $0 / scale }.sum
      #expect(abs(own / scale - expected) <= rounding * expected)
    }
  }
}
