import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Weights of 1/sqrt(n_c) give classes of different sizes one singular value; their means are not
/// multiples of the modes alike.
@Suite struct TiedSizesTests {
  /// Class means that nearly agree, so that their distances are differences of vectors.
  @Test(arguments: [0.0, 0.5, 3]) func distancesOfMeansAreThoseOfTheState(time: Double) throws {
    let sample = SmallProblem("tied sizes") {
      $0.sizes = [9, 4, 4, 1]
      $0.weights = .inverseSqrtFrequency
    }
    let drawn = try sample.problem()
    var state = drawn.initialState
    // One vector for all, small beside it what tells samples apart; prototypes that pull little.
    for row in 0..<state.features.rows {
      for column in 0..<state.features.columns {
        state.features[row, column] = 1 + Double(row) + 1e-5 * state.features[row, column]
      }
    }
    state.prototypes = 1e-6 * state.prototypes
    let problem = drawn.starting(from: InitialState(state))
    var flow = try PreparedProblem(problem).exactFlow(until: time)
    let snapshot = try flow.snapshot(at: time)
    let geometry = snapshot.classGeometry()
    let means = problem.labels.classMeans(snapshot.state().unscaled.features)
    let pairs = (0..<4).flatMap { first in (first + 1..<4).map { (first, $0) } }
    let own = pairs.map { geometry.squaredMeanDistance($0, $1).squareRoot() }
    let expected = pairs.map { first, second in
      zip(means.column(first), means.column(second)).map { $0 - $1 }.norm
    }
    // The geometry has a scale of its own.
    let scale = own[0] / expected[0]
    for (found, reference) in zip(own, expected) {
      #expect(abs(found / (scale * reference) - 1) <= 1e-9)
    }
  }
}
