import DynNumerics
import Dynamics
import TestSupport
import Testing

@Suite struct FlowTests {
  private let rates = RatePair(features: 0.7, prototypes: 1.3)

  @Test(arguments: SmallProblem.everyCase) func flowsFollowMinusTheGradient(
    _ sample: SmallProblem
  ) throws {
    let problem = try sample.problem()
    let (flow, state) = (problem.flow, problem.initialState)
    let model = ExplicitModel(problem)
    let expected = flow.vector(of: model.derivative(state, problem, rates))
    let found = flow.derivative(flow.vector(of: state), rates)
    let scale = max(1, expected.map { abs($0) }.max() ?? 1)
    #expect(gap(found, expected) <= 2e-14 * scale * Double(problem.featureDimension))
  }

  @Test(arguments: SmallProblem.everyCase) func derivativesAreLinearInTheRates(
    _ sample: SmallProblem
  ) throws {
    let problem = try sample.problem()
    let flow = problem.flow
    let vector = flow.vector(of: problem.initialState)
    let one = flow.derivative(vector, RatePair(features: 1, prototypes: 0))
    let other = flow.derivative(vector, RatePair(features: 0, prototypes: 1))
    let sum = zip(one, other).map { rates.features * $0 + rates.prototypes * $1 }
    #expect(gap(flow.derivative(vector, rates), sum) <= 1e-14)
    let still = flow.derivative(vector, RatePair(features: 0, prototypes: 0))
    #expect(still.allSatisfy { $0 == 0 })
  }

  @Test(arguments: SmallProblem.everyCase) func jacobiansAreTheDerivativesDerivatives(
    _ sample: SmallProblem
  ) throws {
    let problem = try sample.problem()
    let flow = problem.flow
    let vector = flow.vector(of: problem.initialState)
    let jacobian = flow.jacobian(vector, rates)
    let columns = vector.indices.map { index in differences(flow, vector, index) }
    let expected = Matrix(rows: vector.count, columns: vector.count) { columns[$1][$0] }
    #expect(jacobian.gap(to: expected) <= 1e-12)
  }

  /// One column of the Jacobian by eighth-order differences.
  private func differences(_ flow: any Flow, _ vector: [Double], _ index: Int) -> [Double] {
    let weights = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280]
    let step = 0.01
    var column = [Double](repeating: 0, count: vector.count)
    for (order, weight) in weights.enumerated() {
      var (up, down) = (vector, vector)
      up[index] += step * Double(order + 1)
      down[index] -= step * Double(order + 1)
      let difference = zip(flow.derivative(up, rates), flow.derivative(down, rates)).map { $0 - $1 }
      for row in column.indices { column[row] += weight * difference[row] / step }
    }
    return column
  }

  @Test(arguments: SmallProblem.everyCase) func vectorsAndStatesAreTheSameThing(
    _ sample: SmallProblem
  ) throws {
    let problem = try sample.problem()
    let (flow, state) = (problem.flow, problem.initialState)
    let vector = flow.vector(of: state)
    #expect(vector.count == flow.dimension)
    #expect(flow.state(of: vector) == state)
    let changed = vector.enumerated().map { Double($0.offset) }
    #expect(flow.vector(of: flow.state(of: changed)) == changed)
  }

  @Test(arguments: SmallProblem.everyCase) func dimensionsCountTheMovingVariables(
    _ sample: SmallProblem
  ) throws {
    let problem = try sample.problem()
    let features = problem.featureDimension * problem.sampleCount
    let prototypes = problem.featureDimension * problem.classCount
    let others = prototypes + (problem.initialState.bias?.count ?? 0)
    // Fixed prototypes are part of a row all the same.
    let expected = features + (problem.modelCase == .spherical ? 0 : others)
    #expect(problem.flow.dimension == expected)
  }

  @Test(arguments: SmallProblem.everyCase.filter { $0.modelCase == .unconstrained })
  func differenceOfGramMatricesIsConserved(_ sample: SmallProblem) throws {
    let problem = try sample.problem()
    let (flow, state) = (problem.flow, problem.initialState)
    let s = rates.features / rates.prototypes
    let rate = flow.state(of: flow.derivative(flow.vector(of: state), rates))
    let change =
      state.features.looped(rate.features.transposed)
      - s * state.prototypes.looped(rate.prototypes.transposed)
    #expect((change + change.transposed).largestEntry <= 1e-14 * state.norm * state.norm)
    #expect(change.largestEntry > 0.01)
  }

  @Test(arguments: SmallProblem.everyCase.filter { $0.modelCase == .spherical })
  func radiiOfSphericalFeaturesAreConserved(_ sample: SmallProblem) throws {
    let problem = try sample.problem()
    let (flow, state) = (problem.flow, problem.initialState)
    let rate = flow.state(of: flow.derivative(flow.vector(of: state), rates))
    #expect(rate.prototypes == state.prototypes)
    for index in 0..<problem.sampleCount {
      let product = zip(state.features.column(index), rate.features.column(index))
      #expect(abs(product.reduce(0) { $0 + $1.0 * $1.1 }) <= 1e-15)
    }
  }

  @Test func sphericalFeaturesWithoutTargetStay() throws {
    var sample = SmallProblem("zero prototypes")
    sample.modelCase = .spherical
    let full = try sample.problem()
    let zeros = Matrix(rows: full.featureDimension, columns: full.classCount)
    let problem = Problem(
      modelCase: .spherical, loss: full.loss, labels: full.labels,
      initialState: State(features: full.initialState.features, prototypes: zeros),
      rates: full.rates)
    let flow = problem.flow
    let rate = flow.derivative(flow.vector(of: problem.initialState), rates)
    #expect(rate.allSatisfy { $0 == 0 })
  }
}
