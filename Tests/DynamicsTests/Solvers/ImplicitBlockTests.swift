import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Implicit methods, which factorise one block's Jacobian.
@Suite struct ImplicitBlockTests {
  @Test(arguments: SmallProblem.everyCase) func jacobiansOfBlocksAreTheirDerivatives(
    small: SmallProblem
  ) throws {
    guard let flow = try small.problem().flow as? any SeparableFlow else { return }
    var random = RandomNumbers(51)
    let rates = RatePair(features: 0.7, prototypes: 1.3)
    for block in 0..<flow.blocks.totalCount {
      let dimension = flow.blocks.dimension(of: block)
      let point = random.matrix(1, dimension).elements
      func derivative(_ point: [Double]) -> [Double] {
        var result = [Double](repeating: .nan, count: dimension)
        var target = result.mutableSpan
        flow.derivative(ofBlock: block, of: point.span, rates: rates, into: &target)
        return result
      }
      // What is not written must be seen.
      var entries = [Double](repeating: .nan, count: dimension * dimension)
      var matrix = entries.mutableSpan
      flow.jacobian(ofBlock: block, of: point.span, rates: rates, into: &matrix)
      for column in 0..<dimension {
        func shifted(_ step: Double) -> [Double] {
          var moved = point
          moved[column] += step
          return derivative(moved)
        }
        // Central differences of order four.
        let h = 1e-3
        let (a, b, c, d) = (shifted(-2 * h), shifted(-h), shifted(h), shifted(2 * h))
        for row in 0..<dimension {
          let slope = (a[row] - 8 * b[row] + 8 * c[row] - d[row]) / (12 * h)
          #expect(abs(entries[row * dimension + column] - slope) <= 1e-7)
        }
      }
    }
  }

  /// The limit is on what is factorised: a block, not the state.
  @Test(arguments: [OdeMethod.msbdf, .bsimp]) func theLimitIsThatOfABlock(
    method: OdeMethod
  ) throws {
    let solver = OdeSolver(method: method, control: .adaptive(relative: 1e-8, absolute: 1e-10))
    let wide = try SmallProblem("many rows") {
      $0.sizes = [4, 4]
      $0.dimension = 300
      $0.end = 1
    }.problem()
    #expect(solver.refusal(of: wide) == nil)
    let prepared = try PreparedProblem(wide, threads: 2)
    var exact = try prepared.exactFlow(until: 1)
    var cost = SolverCost()
    var error = Double.nan
    try solver.follow(prepared, at: [1], cost: &cost) { snapshot in
      if let reference = try? exact.snapshot(at: snapshot.time) {
        error = snapshot.relativeError(against: reference)
      }
      return true
    }
    #expect(error <= 1e-5)
    let long = try SmallProblem("long rows") {
      $0.sizes = [500, 499]
      $0.dimension = 1
    }.problem()
    #expect(try #require(solver.refusal(of: long)).contains("1001 x 1001"))
  }
}
