import DynNumerics
import Dynamics
import TestSupport
import Testing

/// Derivatives of both landscapes under every loss, against differences and identities.
@Suite struct LandscapeTests {
  static let decay = WeightDecay(features: 0.1, prototypes: 0.2, bias: 0.3)

  static func problems(_ index: Int) throws -> [Problem] {
    let (sizes, loss) = (LossTests.sizes, LossTests.losses[index])
    return [
      try LandscapeProblem.layerPeeled(
        sizes: sizes, dimension: 3, loss: loss, decay: decay, weights: .list([0.5, 1, 1.5, 2]),
        hasBias: true, scale: 0.7, seed: 3),
      try LandscapeProblem.network(
        sizes: sizes, inputDimension: 3, hidden: [5], loss: loss, decay: decay, jitter: 0.2, seed: 4
      ),
    ]
  }

  /// Central differences with steps h and h/2, extrapolated: error of order h^4.
  static func derivative(_ f: (Double) -> [Double], _ h: Double = 2e-3) -> [Double] {
    func central(_ step: Double) -> [Double] {
      zip(f(step), f(-step)).map { ($0 - $1) / (2 * step) }
    }
    return zip(central(h / 2), central(h)).map { (4 * $0 - $1) / 3 }
  }

  static func moved(_ start: [Double], by step: Double, along direction: [Double]) -> [Double] {
    zip(start, direction).map { $0 + step * $1 }
  }

  @Test(arguments: LossTests.losses.indices) func gradientsAreDerivatives(index: Int) throws {
    for problem in try Self.problems(index) {
      let landscape = try #require(problem.landscape)
      let start = landscape.variables(of: problem.initialState)
      var random = RandomNumbers(11)
      let direction = random.matrix(1, start.count).elements
      for batch in [.whole(problem), landscape.classBatch(1), Batch([0, 5, 9], of: problem)] {
        let slope = landscape.gradient(at: start, of: batch).dot(direction)
        let difference = Self.derivative {
          [landscape.value(at: Self.moved(start, by: $0, along: direction), of: batch)]
        }
        #expect(abs(difference[0] - slope) <= 1e-8 * max(1, abs(slope)))
      }
    }
  }

  /// |difference - H v| within 1e-8 |H v|, the whole objective's Hessian.
  @Test(arguments: LossTests.losses.indices) func hessiansAreSecondDerivatives(index: Int) throws {
    for problem in try Self.problems(index) {
      let landscape = try #require(problem.landscape)
      let start = landscape.variables(of: problem.initialState)
      var random = RandomNumbers(12)
      let numbers = random.matrix(1, start.count).elements
      let direction = numbers.map { $0 / numbers.norm }
      let image = landscape.hessian(at: start).image(of: direction)
      let difference = Self.derivative {
        landscape.gradient(
          at: Self.moved(start, by: $0, along: direction), of: .whole(problem))
      }
      #expect(zip(difference, image).map { $0 - $1 }.norm <= 1e-8 * max(1, image.norm))
    }
  }

  /// The class's Hessian acts on W and the class's own columns of H, or on all weights of a network.
  @Test(arguments: LossTests.losses.indices) func classHessiansAreSecondDerivatives(
    index: Int
  ) throws {
    for problem in try Self.problems(index) {
      let landscape = try #require(problem.landscape)
      let start = landscape.variables(of: problem.initialState)
      let active = Self.activeVariables(problem, ofClass: 2)
      let hessian = landscape.hessian(at: start, ofClass: 2)
      #expect(hessian.dimension == active.count)
      var random = RandomNumbers(13)
      let direction = random.matrix(1, active.count).elements
      var whole = [Double](repeating: 0, count: start.count)
      for (entry, variable) in active.enumerated() { whole[variable] = direction[entry] }
      let image = hessian.image(of: direction)
      let difference = Self.derivative { step in
        let gradient = landscape.gradient(
          at: Self.moved(start, by: step, along: whole), of: landscape.classBatch(2))
        return active.map { gradient[$0] }
      }
      #expect(zip(difference, image).map { $0 - $1 }.norm <= 1e-8 * max(1, image.norm))
    }
  }

  @Test(arguments: LossTests.losses.indices) func hessiansAreSymmetric(index: Int) throws {
    for problem in try Self.problems(index) {
      let landscape = try #require(problem.landscape)
      let start = landscape.variables(of: problem.initialState)
      let hessians =
        [landscape.hessian(at: start)]
        + (0..<4).map {
          landscape.hessian(at: start, ofClass: $0)
        }
      for hessian in hessians {
        var random = RandomNumbers(14)
        let (a, b) = (
          random.matrix(1, hessian.dimension).elements, random.matrix(1, hessian.dimension).elements
        )
        let (left, right) = (hessian.image(of: a).dot(b), hessian.image(of: b).dot(a))
        #expect(abs(left - right) <= 1e-12 * max(1, abs(left)))
        let matrix = hessian.matrix
        let trace = (0..<matrix.rows).map { matrix[$0, $0] }.sum
        #expect(abs(hessian.trace - trace) <= 1e-12 * max(1, matrix.elements.norm))
      }
    }
  }

  /// The landscape's gradient is minus the derivative of the flow that integrators use.
  @Test(arguments: LossTests.losses.indices) func landscapesAgreeWithFlows(index: Int) throws {
    for problem in try Self.problems(index) {
      let landscape = try #require(problem.landscape)
      let flow = problem.flow
      let start = flow.vector(of: problem.initialState)
      #expect(start == landscape.variables(of: problem.initialState))
      var derivative = start
      var target = derivative.mutableSpan
      flow.derivative(
        of: start.span, rates: RatePair(features: 1, prototypes: 1), into: &target)
      let gradient = landscape.gradient(at: start, of: .whole(problem))
      #expect(zip(derivative, gradient).map { $0 + $1 }.norm <= 1e-13 * gradient.norm)
      let state = landscape.state(of: start)
      let objective = FullSnapshot(time: 0, problem: problem, state: state).objective().objective
      let value = landscape.value(at: start, of: .whole(problem))
      #expect(abs(objective - value) <= 1e-13 * max(1, abs(value)))
    }
  }

  private static func activeVariables(_ problem: Problem, ofClass label: Int) -> [Int] {
    let state = problem.initialState
    guard state.hidden.isEmpty else {
      return Array(0..<(problem.landscape?.dimension ?? 0))
    }
    let (rows, samples) = (state.features.rows, state.features.columns)
    let own = problem.labels.partition.range(ofClass: label)
    return (0..<rows).flatMap { row in own.map { row * samples + $0 } }
      + Array(rows * samples..<rows * samples + state.prototypes.elements.count)
  }
}
