import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Every composition of model parts with every loss: derivatives against differences, two integrators
/// against each other, the order of descent, and what is refused.
@Suite struct CompositionTests {
  static let losses: [any Loss] = [
    UnhingedLoss(gamma: 0.4), CrossEntropyLoss(), MeanSquaredErrorLoss(),
    ClassTemperatureLoss(multipliers: [1.5, 1, 0.5]),
    LabelTemperatureLoss(multipliers: [1.5, 1, 0.5]),
    VectorScalingLoss(multipliers: [1.5, 1, 0.5], offsets: [0.3, 0, -0.4]),
    LogitAdjustedLoss(strength: 1.2, classSizes: ModelProblem.sizes.map(Double.init)),
    LabelMarginLoss(largestMargin: 0.5, scale: 2, classSizes: ModelProblem.sizes.map(Double.init)),
    FocalLoss(exponent: 1.5),
  ]

  @Test func everyLossIsCovered() {
    #expect(
      Losses.kinds(classSizes: ModelProblem.sizes.map(Double.init)).count == Self.losses.count)
  }

  /// The flow is minus the objective's gradient by differences, each sample's part multiplied by its
  /// norm where learning rates are rescaled; a kernel's flow is tested on its own.
  @Test(arguments: ModelProblem.all.filter { !$0.modelCase.hasKernel }, losses.indices)
  func flowsDescendTheObjective(model: ModelProblem, index: Int) throws {
    let problem = try model.problem(Self.losses[index])
    guard !model.rescales else { return }
    let flow = problem.flow
    let start = flow.vector(of: problem.initialState)
    var derivative = [Double](repeating: 0, count: start.count)
    var target = derivative.mutableSpan
    flow.derivative(of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
    func objective(_ vector: [Double]) -> Double {
      let state = flow.state(of: vector)
      return FullSnapshot(time: 0, problem: problem, state: state).objective().objective
    }
    let moving = model.modelCase.movesPrototypes ? start.count : flow.featureVariableCount
    for entry in 0..<moving {
      let difference = LandscapeTests.derivative({ step in
        var moved = start
        moved[entry] += step
        return [objective(moved)]
      })[0]
      #expect(abs(difference + derivative[entry]) <= 1e-9, "entry \(entry)")
    }
    #expect(derivative[moving...].allSatisfy { $0 == 0 })
  }

  /// Rescaled, every free feature moves |h| times as fast, and nothing else does.
  @Test(arguments: [ModelCase.spherical, .normalized], losses.indices)
  func rescalingMultipliesByNorms(modelCase: ModelCase, index: Int) throws {
    let models = ModelProblem.all.filter {
      $0.modelCase == modelCase && !$0.hasNetwork && !$0.hasLayers
    }
    let slopes = try models.map { model -> (rescales: Bool, state: State) in
      let problem = try model.problem(Self.losses[index])
      let flow = problem.flow
      let start = flow.vector(of: problem.initialState)
      var derivative = start
      var target = derivative.mutableSpan
      flow.derivative(of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
      return (model.rescales, flow.state(of: derivative))
    }
    let plain = try #require(slopes.first { !$0.rescales }).state
    let rescaled = try #require(slopes.first { $0.rescales }).state
    let features = try models[0].problem(Self.losses[index]).initialState.features
    let expected = plain.features.scalingColumns(
      by: (0..<features.columns).map { features.column($0).norm })
    #expect((rescaled.features - expected).elements.norm <= 1e-14 * expected.elements.norm)
    if modelCase.movesPrototypes { #expect(rescaled.prototypes == plain.prototypes) }
  }

  /// Hessians against differences of gradients, their traces against their matrices, class by class.
  @Test(
    arguments: ModelProblem.all.filter { !$0.modelCase.hasKernel && !$0.rescales }, losses.indices)
  func hessiansAreSecondDerivatives(model: ModelProblem, index: Int) throws {
    let problem = try model.problem(Self.losses[index])
    let landscape = try #require(problem.landscape)
    let start = landscape.variables(of: problem.initialState)
    var random = RandomNumbers(12)
    let numbers = random.matrix(1, start.count).elements
    let direction = numbers.map { $0 / numbers.norm }
    let hessian = landscape.hessian(at: start)
    let image = hessian.image(of: direction)
    let difference = LandscapeTests.derivative {
      landscape.gradient(
        at: LandscapeTests.moved(start, by: $0, along: direction), of: .whole(problem))
    }
    #expect(zip(difference, image).map { $0 - $1 }.norm <= 1e-8 * max(1, image.norm))
    for operation in [hessian, landscape.hessian(at: start, ofClass: 1)] {
      let matrix = operation.matrix
      let trace = (0..<matrix.rows).map { matrix[$0, $0] }.sum
      #expect(abs(operation.trace - trace) <= 1e-12 * max(1, matrix.elements.norm))
    }
  }

  /// GSL's rk8pd and the project's own dop853 agree, and descent approaches them with order 1.
  @Test(arguments: ModelProblem.all, losses.indices)
  func integratorsAgreeAndDescentApproaches(model: ModelProblem, index: Int) throws {
    let problem = try model.problem(Self.losses[index])
    let control = StepControl.adaptive(relative: 1e-11, absolute: 1e-13)
    let end = 0.8
    let states = try [OdeMethod.rk8pd, .dop853].map {
      try OdeSolver(method: $0, control: control).states(of: problem, at: [end])[0]
    }
    let size = states[0].norm
    #expect((states[0] - states[1]).norm <= 1e-9 * size)
    let errors = try [0.01, 0.005, 0.0025].map { step -> Double in
      let solver = GradientDescentSolver(step: step, form: .iterated)
      let state = try #require(try solver.states(of: problem, at: [end]).last)
      return (state - states[0]).norm
    }
    // A straight path has no error.
    guard errors[0] > 1e-9 * size else { return }
    let orders = [log2(errors[0] / errors[1]), log2(errors[1] / errors[2])]
    #expect(abs(2 * orders[1] - orders[0] - 1) <= 0.02, "\(orders)")
  }

  /// Every solver runs or says why not; what runs ends in a finite state that has moved.
  @Test(arguments: ModelProblem.all, losses.indices)
  func everySolverRunsOrRefuses(model: ModelProblem, index: Int) throws {
    let problem = try model.problem(Self.losses[index])
    let settings = DescentSettings(step: 0.05)
    let batches = BatchSampling(size: 3, seed: 1, reweightFrom: nil)
    let solvers: [(any Solver, refuses: Bool)] = [
      (ClosedFormSolver(), !problem.hasExactFlow),
      (GradientDescentSolver(step: 0.05, form: .exact), !problem.hasExactFlow),
      (OdeSolver(method: .rkf45, control: .adaptive(relative: 1e-6, absolute: 1e-8)), false),
      (GradientDescentSolver(step: 0.05, form: .iterated), false),
      (
        GradientDescentSolver(step: 0.05, form: .iterated, sampling: batches),
        model.modelCase.hasKernel
      ),
      (SharpnessAwareSolver(rho: 0.05, settings: settings), model.modelCase.hasKernel),
      (SharpnessAwareFlowSolver(rho: 0.05), model.modelCase.hasKernel),
      (PerturbedDescentSolver(radius: 0.01, settings: settings), model.modelCase.hasKernel),
      (
        SteepestDescentSolver(direction: SpectralDirection(), settings: settings),
        model.modelCase.hasKernel
      ),
      (
        SteepestDescentSolver(direction: SignDirection(), settings: settings),
        model.modelCase.hasKernel
      ),
    ]
    for (solver, refuses) in solvers {
      let refusal = solver.refusal(of: problem)
      #expect((refusal != nil) == refuses, "\(type(of: solver)): \(refusal ?? "runs")")
      guard refusal == nil else { continue }
      let state = try #require(try solver.states(of: problem, at: [0.5]).last)
      #expect(state.norm.isFinite && (state - problem.initialState).norm > 0)
    }
  }

  /// Which compositions have an exact flow: the unhinged loss of free features or a kernel where both
  /// blocks are bilinear or only the features move, and squared error with fixed prototypes.
  @Test func exactFlowsAreThoseOfTheTheory() throws {
    for model in ModelProblem.all {
      for loss in Self.losses {
        let problem = try model.problem(loss)
        let isFree = !model.hasNetwork && !model.hasLayers
        let expected =
          loss.unhinged != nil
          ? isFree && model.modelCase != .normalized
          : loss is MeanSquaredErrorLoss && isFree && model.modelCase == .anchored
        #expect(problem.hasExactFlow == expected, "\(model)")
        #expect((problem.model.exactRefusal == nil) == expected, "\(model)")
      }
    }
  }

  /// All checks that apply pass, for a loss that is linear, one that is not, and a quadratic one.
  @Test(arguments: ModelProblem.all, 0..<3)
  func verificationPasses(model: ModelProblem, index: Int) throws {
    let problem = try model.problem(Self.losses[index])
    let solvers: [NamedSolver] = [
      NamedSolver(
        name: "ode",
        solver: OdeSolver(
          method: .rk8pd, control: .adaptive(relative: 1e-9, absolute: 1e-11))),
      NamedSolver(name: "gd", solver: GradientDescentSolver(step: 0.01, form: .iterated)),
    ]
    let results = Verification(try PreparedProblem(problem), solvers: solvers, end: 1).run()
    #expect(results.filter(\.isFailure).map(\.check) == [])
    #expect(results.contains { $0.check.hasSuffix("against ode") && $0.verdict == .pass })
  }
}
