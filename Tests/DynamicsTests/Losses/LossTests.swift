import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Values and gradients of all losses, and the flow that they drive.
@Suite struct LossTests {
  static let sizes = [4, 3, 3, 2]
  static let losses: [any Loss] = [
    UnhingedLoss(gamma: 0.3), CrossEntropyLoss(), MeanSquaredErrorLoss(),
    ClassTemperatureLoss(multipliers: [2, 1.5, 0.5, 0.7]),
    LabelTemperatureLoss(multipliers: [2, 1.5, 0.5, 0.7]),
    VectorScalingLoss(multipliers: [2, 1.5, 0.5, 0.7], offsets: [0.3, 0, -1, 0.4]),
    LogitAdjustedLoss(strength: 1.5, classSizes: sizes.map(Double.init)),
    LabelMarginLoss(largestMargin: 0.5, scale: 3, classSizes: sizes.map(Double.init)),
    FocalLoss(exponent: 1.5),
  ]

  @Test func everyLossIsCovered() {
    #expect(Losses.kinds(classSizes: Self.sizes.map(Double.init)).count == Self.losses.count)
  }

  /// Gradients against central differences.
  @Test(arguments: losses.indices, [0, 2])
  func gradientsAreDerivatives(index: Int, label: Int) {
    let loss = Self.losses[index]
    let logits = [0.3, -1.2, 2.1, 0.7]
    var gradient = [Double](repeating: 0, count: 4)
    var target = gradient.mutableSpan
    loss.gradient(logits: logits.span, label: label, into: &target)
    for entry in logits.indices {
      var (above, below) = (logits, logits)
      above[entry] += 1e-5
      below[entry] -= 1e-5
      let difference =
        (loss.value(logits: above.span, label: label)
          - loss.value(logits: below.span, label: label)) / 2e-5
      #expect(abs(difference - gradient[entry]) <= 1e-9)
    }
  }

  /// Hessian-vector products against central differences of the gradient.
  @Test(arguments: losses.indices, [0, 2])
  func curvaturesAreSecondDerivatives(index: Int, label: Int) {
    let loss = Self.losses[index]
    let (logits, direction) = ([0.3, -1.2, 2.1, 0.7], [0.4, -0.6, 1, 0.2])
    func gradient(_ shift: Double) -> [Double] {
      let moved = zip(logits, direction).map { $0 + shift * $1 }
      var gradient = [Double](repeating: 0, count: 4)
      var target = gradient.mutableSpan
      loss.gradient(logits: moved.span, label: label, into: &target)
      return gradient
    }
    var product = [Double](repeating: 0, count: 4)
    var target = product.mutableSpan
    loss.curvature(
      logits: logits.span, label: label, along: direction.span, into: &target)
    for (entry, (above, below)) in zip(gradient(1e-5), gradient(-1e-5)).enumerated() {
      #expect(abs((above - below) / 2e-5 - product[entry]) <= 1e-8)
    }
  }

  /// Where 1 - p underflows, -log p is p's distance from 1: e^-800 is 0, e^-700 is not.
  @Test(arguments: [40.0, 300, 700]) func crossEntropyIsExactWhereItUnderflows(gap: Double) {
    let logits = [gap, 0, 0]
    let value = CrossEntropyLoss().value(logits: logits.span, label: 0)
    let expected = 2 * exp(-gap)
    #expect(abs(value / expected - 1) <= 1e-14)
    var gradient = [0.0, 0, 0]
    var target = gradient.mutableSpan
    CrossEntropyLoss().gradient(logits: logits.span, label: 0, into: &target)
    #expect(abs(gradient[0] / -expected - 1) <= 1e-14)
    #expect(abs(CrossEntropyLoss().value(logits: logits.span, label: 1) - gap) <= 1e-12)
  }

  /// The general flow under the unhinged loss is the unhinged flow, and under any loss the
  /// derivative is minus the gradient of the objective.
  @Test(arguments: losses.indices)
  func theFlowDescendsTheObjective(index: Int) throws {
    var problem = try SmallProblem("general") {
      $0.modelCase = .regularized
      $0.decay = WeightDecay(features: 0.1, prototypes: 0.2, bias: 0.3)
      $0.hasBias = true
    }.problem()
    problem = Problem(
      modelCase: problem.modelCase, loss: Self.losses[index], labels: problem.labels,
      decay: problem.decay, initialState: problem.initialState, rates: problem.rates)
    let flow = LogitFlow(problem)
    let start = flow.vector(of: problem.initialState)
    var derivative = [Double](repeating: 0, count: start.count)
    var target = derivative.mutableSpan
    flow.derivative(
      of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
    func objective(_ vector: [Double]) -> Double {
      FullSnapshot(time: 0, problem: problem, state: flow.state(of: vector)).objective().objective
    }
    for entry in stride(from: 0, to: start.count, by: 7) {
      var (above, below) = (start, start)
      above[entry] += 1e-5
      below[entry] -= 1e-5
      let difference = (objective(above) - objective(below)) / 2e-5
      #expect(abs(difference + derivative[entry]) <= 1e-8)
    }
    guard Self.losses[index].unhinged != nil else { return }
    var expected = derivative
    var other = expected.mutableSpan
    LayerPeeledFlow(problem).derivative(
      of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &other)
    #expect(zip(derivative, expected).allSatisfy { abs($0 - $1) <= 1e-14 })
  }

  /// With decay on balanced data both losses collapse to a simplex ETF (known global minimiser).
  @Test(arguments: [1, 2]) func decayedFlowsCollapse(index: Int) throws {
    let base = try SmallProblem("collapse") { $0.sizes = [3, 3, 3] }.problem()
    let problem = Problem(
      modelCase: .regularized, loss: Self.losses[index], labels: base.labels,
      decay: WeightDecay(features: 0.02, prototypes: 0.02, bias: 0),
      initialState: base.initialState, rates: LearningRates(prototypes: ConstantSchedule(1)))
    let simulation = Simulation(
      prepared: try PreparedProblem(problem),
      solvers: [
        NamedSolver(
          name: "ode",
          solver: OdeSolver(method: .rk8pd, control: .adaptive(relative: 1e-8, absolute: 1e-10))),
        NamedSolver(
          name: "descent", solver: GradientDescentSolver(step: 0.1, form: .iterated)),
        NamedSolver(
          name: "halved", solver: GradientDescentSolver(step: 0.05, form: .iterated)),
      ],
      times: [0, 2000],
      observables: Observables.named(["nc1_quot", "nc2_etf_err_features"]))
    let trajectories = simulation.run()
    for trajectory in trajectories {
      #expect(trajectory.failure == nil)
      let last = try #require(trajectory.rows.last)
      #expect(last.values[0] <= 1e-12)
      // Squared error without bias has equal singular values: an orthogonal frame, centred an ETF.
      #expect(last.values[1] <= 1e-6)
    }
    // The first solver is the reference of the others.
    #expect(trajectories[0].rows.allSatisfy { $0.relativeError == 0 })
    // Descent ends at another rotation of the minimiser, first order in its step away.
    let errors = try trajectories.dropFirst().map { try #require($0.rows.last).relativeError }
    #expect(abs(errors[0] / errors[1] - 2) <= 0.2)
  }
}
