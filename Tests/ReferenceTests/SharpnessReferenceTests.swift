import DynIO
import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// The cases of `saddle_cases.json` on weights, margins, steps and flows.
@Suite struct SharpnessReferenceTests {
  @Test func longTailedWeightsAndLosses() throws {
    let reference = try SaddleReference.named("c01_longtail_losses")
    let expected = reference.expected
    let sizes = ClassProfile.exponential(largest: 5000, ratio: 100).sizes(classCount: 10)
    #expect(sizes.map(Double.init) == expected.numbers("counts_exp"))
    let step = ClassProfile.step(majority: 5000, ratio: 100, minorityFraction: 0.5)
    #expect(step.sizes(classCount: 10).map(Double.init) == expected.numbers("counts_step"))
    func expect(_ values: [Double], _ key: String) {
      SaddleReference.expect(values, expected.numbers(key), within: reference.tolerance)
    }
    // The file's weights sum to K.
    let weights = ClassWeights.effectiveNumber(beta: 0.9999).values(for: sizes.map(Double.init))
    expect(weights.map { 10 * $0 / weights.sum }, "drw_weights")
    let samples = zip(sizes, weights).map { Double($0) * $1 }
    #expect(abs(samples.sum / 12406 - 1) <= 1e-14)

    let logits = (0..<10).map { sin(Double($0 + 1)) }
    // The file scales by (n_max/n_k)^gamma in the denominator.
    let scales = expected.numbers("vs_Delta")
    SaddleReference.expect(
      scales, sizes.map { pow(5000 / Double($0), 0.3) }, within: reference.tolerance)
    let losses: [(String, any Loss)] = [
      ("CE", CrossEntropyLoss()),
      ("LDAM", LabelMarginLoss(largestMargin: 0.5, scale: 30, classSizes: sizes.map(Double.init))),
      (
        "VS",
        VectorScalingLoss(
          multipliers: scales.map { 1 / $0 }, offsets: expected.numbers("vs_iota"))
      ),
    ]
    for (name, loss) in losses {
      let value = loss.value(logits: logits.span, label: 9)
      #expect(abs(value - (try expected.number(name))) <= reference.tolerance * max(1, value))
      var gradient = logits
      var target = gradient.mutableSpan
      loss.gradient(logits: logits.span, label: 9, into: &target)
      expect(gradient, "d\(name)")
    }
  }

  @Test(arguments: ["rho=0.05", "rho=0.5"]) func sharpnessAwareSteps(key: String) throws {
    let reference = try SaddleReference.named("c07_sam_step")
    let expected = reference.expected.fields(key)
    let problem = try SaddleReference.layerPeeled()
    let landscape = ModelLandscape(problem)
    let rho = try #require(Double(key.dropFirst(4)))
    let start = landscape.variables(of: problem.initialState)
    let whole = Batch.whole(problem)
    let gradient = landscape.gradient(at: start, of: whole)
    let ascended = zip(start, gradient).map { $0 + rho / gradient.norm * $1 }
    let ascentGradient = landscape.gradient(at: ascended, of: whole)
    func expect(_ value: Double, _ key: String) throws {
      #expect(abs(value - (try expected.number(key))) <= reference.tolerance)
    }
    try expect(landscape.value(at: ascended, of: whole), "loss_at_ascent")
    try expect(gradient.norm, "grad_norm")
    try expect(ascentGradient.norm, "sam_grad_norm")
    try expect(
      gradient.dot(ascentGradient) / (gradient.norm * ascentGradient.norm), "cos")
    let solver = SharpnessAwareSolver(rho: rho, settings: DescentSettings(step: 0.5))
    let after = try solver.states(of: problem, at: [0.5])[0]
    try expect(objective(after, problem), "loss_after_sam")
    SaddleReference.expect(
      Array(SaddleReference.theta(after)[..<4]), expected.numbers("theta_after_first4"),
      within: reference.tolerance)
    let descent = GradientDescentSolver(step: 0.5, form: .iterated)
    try expect(
      objective(try descent.states(of: problem, at: [0.5])[0], problem), "loss_after_gd")
  }

  @Test func anUnnormalisedStep() throws {
    let reference = try SaddleReference.named("c07_sam_step")
    let problem = try SaddleReference.layerPeeled()
    let solver = SharpnessAwareSolver(
      rho: 0.5, isNormalized: false, settings: DescentSettings(step: 0.5))
    let value = objective(try solver.states(of: problem, at: [0.5])[0], problem)
    let expected = try reference.expected.fields("unnormalised rho=0.5").number("loss_after_usam")
    #expect(abs(value - expected) <= reference.tolerance)
  }

  /// The file's flow has no smoothing; with delta far below the gradient it makes no difference. Its
  /// numbers are those of classical Runge-Kutta steps of 0.1, which GSL halves.
  @Test(arguments: [0, 0.05]) func flows(rho: Double) throws {
    let reference = try SaddleReference.named("c07_sam_step")
    let expected = try reference.expected.fields("flow t=2 (RK4 h=0.1)").number(
      rho == 0 ? "loss_gf" : "loss_samflow_rho0_05")
    let problem = try SaddleReference.layerPeeled()
    let landscape = ModelLandscape(problem)
    let solver = SharpnessAwareFlowSolver(rho: rho, smoothing: 1e-6)
    let end = rungeKutta(
      SmoothedAscent(landscape, problem, solver: solver),
      from: landscape.variables(of: problem.initialState), step: 0.1, count: 20)
    #expect(abs(landscape.value(at: end, of: .whole(problem)) - expected) <= reference.tolerance)
    let flow = objective(try solver.states(of: problem, at: [2])[0], problem)
    #expect(abs(flow - expected) <= 1e-6)
  }

  /// One unstable and one stable mode: the normalisation couples them.
  @Test(arguments: [0, 0.1]) func flowsNearASaddleOfTwoModes(rho: Double) throws {
    let reference = try SaddleReference.named("c08_quadratic_saddle")
    let landscape = QuadraticLandscape(curvatures: reference.inputs.numbers("H_2d"))
    let solver = SharpnessAwareFlowSolver(rho: rho, smoothing: 1e-7)
    let end = rungeKutta(
      SmoothedAscent(landscape, try SaddleReference.layerPeeled(), solver: solver),
      from: reference.inputs.numbers("x0_2d"), step: 0.01, count: 200)
    SaddleReference.expect(
      end, reference.expected.numbers(rho == 0 ? "gf_2d_t2" : "normalised_sam_2d_t2"),
      within: reference.tolerance)
  }

  private func rungeKutta(
    _ field: SmoothedAscent, from start: [Double], step: Double, count: Int
  ) -> [Double] {
    func slope(_ variables: [Double]) -> [Double] {
      var derivative = variables
      var target = derivative.mutableSpan
      field.write(
        variables.span, RatePair(features: 1, prototypes: 1), into: &target)
      return derivative
    }
    func moved(_ variables: [Double], _ time: Double, _ slope: [Double]) -> [Double] {
      zip(variables, slope).map { $0 + time * $1 }
    }
    return (0..<count).reduce(start) { state, _ in
      let first = slope(state)
      let second = slope(moved(state, step / 2, first))
      let third = slope(moved(state, step / 2, second))
      let fourth = slope(moved(state, step, third))
      let mean = first.indices.map {
        (first[$0] + 2 * second[$0] + 2 * third[$0] + fourth[$0]) / 6
      }
      return moved(state, step, mean)
    }
  }

  private func objective(_ state: State, _ problem: Problem) -> Double {
    FullSnapshot(time: 0, problem: problem, state: state).objective().objective
  }

  @Test func escapesOfOneMode() throws {
    let reference = try SaddleReference.named("c08_quadratic_saddle")
    let expected = reference.expected
    let start = EscapeStart(curvature: 0.5, distance: 0.2, exit: 1)
    func expect(_ prediction: EscapePrediction?, _ key: String) throws {
      let time = try #require(prediction?.time)
      #expect(abs(time - (try expected.number(key))) <= reference.tolerance)
    }
    let flow = OdeSolver(method: .rk8pd, control: .fixed(1))
    try expect(flow.escape(from: start, rate: 1), "T_gf_0.2_to_1")
    let normalised = SharpnessAwareFlowSolver(rho: 0.1)
    try expect(normalised.escape(from: start, rate: 1), "T_sam_0.2_to_1")
    try expect(
      SharpnessAwareFlowSolver(rho: 1, isNormalized: false).escape(from: start, rate: 1),
      "T_usam_rho1_0.2_to_1")
    let inside = EscapeStart(curvature: 0.5, distance: 0.05, exit: 1)
    #expect(normalised.escape(from: inside, rate: 1)?.time == nil)
    #expect(normalised.escape(from: inside, rate: 1)?.trapRadius == 0.1)
  }

  @Test func noisyModes() throws {
    let reference = try SaddleReference.named("c08_quadratic_saddle")
    let cases = reference.expected.list("recursion").map(Fields.init)
    #expect(cases.count == 8)
    for fields in cases {
      let mode = NoisyMode(
        curvature: try fields.number("lam"), step: try fields.number("eta"),
        rho: try fields.number("rho"), noise: 1e-3)
      func expect(_ value: Double, _ key: String) throws {
        let known = try fields.number(key)
        #expect(abs(value - known) <= reference.tolerance * max(abs(known), 1e-300))
      }
      try expect(mode.amplification, "second_moment_factor")
      try expect(mode.multiplier, "multiplier")
      try expect(mode.decisiveRho, "rho_needed_to_beat_sgd")
      #expect(
        mode.escapeStep().map(Double.init).map(Value.number) ?? .null == fields["escape_step"])
      if fields["stationary_second_moment"] == .null {
        #expect(mode.stationarySecondMoment == nil)
      } else {
        try expect(try #require(mode.stationarySecondMoment), "stationary_second_moment")
      }
    }
  }
}

/// L(x) = 1/2 sum lambda_i x_i^2.
private struct QuadraticLandscape: Landscape {
  let curvatures: [Double]

  var dimension: Int { curvatures.count }
  var featureVariableCount: Int { 0 }
  var blocks: [VariableBlock] {
    let row = MatrixShape(rows: 1, columns: dimension)
    return [VariableBlock(shape: row, start: 0, stride: dimension, decay: 0)]
  }
  func variables(of state: State) -> [Double] { state.prototypes.elements }
  func state(of variables: [Double]) -> State {
    let vector = Matrix(rows: 1, columns: variables.count, elements: variables)
    return State(features: Matrix(rows: 1, columns: 0), prototypes: vector)
  }
  func value(at variables: [Double], of batch: Batch) -> Double {
    zip(curvatures, variables).map { $0 * $1 * $1 / 2 }.sum
  }
  func gradient(at variables: [Double], of batch: Batch) -> [Double] {
    zip(curvatures, variables).map { $0 * $1 }
  }
  func logitGradient(at variables: [Double], of batch: Batch) -> Matrix {
    Matrix(rows: 0, columns: 0)
  }
  func hessian(at variables: [Double]) -> any HessianOperator { Diagonal(entries: curvatures) }
  func hessian(at variables: [Double], ofClass label: Int) -> any HessianOperator {
    hessian(at: variables)
  }
  func classBatch(_ label: Int) -> Batch {
    Batch(samples: [], weights: [], includesDecay: false)
  }

  struct Diagonal: HessianOperator {
    let entries: [Double]
    var dimension: Int { entries.count }
    var trace: Double { entries.sum }
    func image(of vector: [Double]) -> [Double] { zip(entries, vector).map { $0 * $1 } }
  }
}
