import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

#if arch(x86_64)
  /// States that have become many orders of magnitude smaller than their start, and those whose
  /// leading part was tiny: features and prototypes each with an error relative to itself, against the
  /// matrix exponential in 80-bit arithmetic.
  @Suite struct SmallStateTests {
    private static func regularized(
      _ name: String, _ decay: (Double, Double), ratio: Double = 1,
      _ change: (inout SmallProblem) -> Void = { _ in }
    ) -> SmallProblem {
      SmallProblem(name) {
        $0.modelCase = .regularized
        $0.decay = WeightDecay(features: decay.0, prototypes: decay.1, bias: 0)
        $0.rates = LearningRates(
          prototypes: ConstantSchedule(0.5), features: .proportional(ratio))
        change(&$0)
      }
    }

    /// Times at which they are about 1e-8, 1e-15 and 1e-25 of their start.
    static let decaying: [(SmallProblem, [Double])] = [
      (regularized("equal decays", (0.9, 0.9)), [50, 96, 162]),
      (
        regularized("unbalanced, p = C", (0.8, 1.1), ratio: 1.5) {
          $0.sizes = [9, 4, 2, 1]
          $0.dimension = 4
        }, [39, 76, 127]
      ),
      (
        regularized("weighted, p < C", (1.4, 0.7), ratio: 0.4) {
          $0.weights = .list([0.5, 1, 1.5, 2])
          $0.dimension = 2
        }, [85, 160, 266]
      ),
      (
        regularized("balanced, averaged margin", (0.9, 0.9)) {
          $0.sizes = [3, 3, 3, 3]
          $0.gamma = 1.0 / 3
        }, [50, 95, 160]
      ),
    ]

    /// The error of rounding, by as many e-folds as the flow takes.
    private func expect(
      _ state: State, _ flow: ExtendedPrecisionFlow, rounding: Double, _ what: String
    ) {
      let (features, prototypes) = flow.blocks(of: state)
      for (name, block) in [("H", features), ("W", prototypes)] {
        #expect(
          block.error <= rounding * block.condition,
          "\(what): \(name) of size \(block.size), condition \(block.condition)")
      }
    }

    @Test(arguments: decaying) func decayKeepsRelativeAccuracy(
      small: SmallProblem, times: [Double]
    ) throws {
      let problem = try small.problem()
      var exact = try PreparedProblem(problem).exactFlow(until: times[2])
      for (time, size) in zip(times, [1e-8, 1e-15, 1e-25]) {
        let state = try exact.snapshot(at: time).state().unscaled
        let flow = ExtendedPrecisionFlow(problem, time: time)
        let share = state.norm / problem.initialState.norm
        #expect(share < 10 * size && share > 0.1 * size, "\(share) at \(time)")
        expect(state, flow, rounding: 4e-16 * -log(size), "t = \(time)")
      }
    }

    /// Rates that are constant between jumps of the features' and not proportional, in one leg from
    /// the start and output by output.
    @Test(arguments: decaying, [true, false]) func integrationKeepsRelativeAccuracy(
      entry: (SmallProblem, [Double]), isDirect: Bool
    ) throws {
      var small = entry.0
      small.rates = LearningRates(
        prototypes: ConstantSchedule(0.5),
        features: .schedule(StepSchedule(value: 0.7, factor: 0.7, every: 20)))
      let problem = try small.problem()
      let ends = [0, 20, 40, 60, 80.0]
      for index in isDirect ? [4] : [2, 4] {
        var exact = try PreparedProblem(problem).exactFlow(until: ends[index])
        var state = problem.initialState
        for end in isDirect ? ends.suffix(1) : ends[1...index] {
          state = try exact.snapshot(at: end).state().unscaled
        }
        let pieces = (0..<index).map { piece in
          RatePair(features: 14 * pow(0.7, Double(piece)), prototypes: 10)
        }
        // Steps of the integrator have a relative tolerance of 1e-13.
        expect(
          state, ExtendedPrecisionFlow(problem, pieces: pieces), rounding: 1e-12,
          "until \(ends[index])")
      }
    }

    /// H and W on the falling modes, but for a share of the growing ones, which wins later.
    @Test(arguments: [1e-3, 1e-7, 1e-11], [2, 4])
    func aTinyLeadingPartTakesOver(share: Double, dimension: Int) throws {
      let small = SmallProblem("balanced") {
        $0.sizes = [3, 3, 3, 3]
        $0.dimension = dimension
      }
      let problem = try small.problem()
      var random = RandomNumbers(3)
      let prototypes = random.matrix(dimension, 4)
      let noise = random.matrix(dimension, 12)
      let start = State(
        // Columns of -W/sqrt(N): (a, w) = (-1, 1) in every mode.
        features: Matrix(rows: dimension, columns: 12) {
          -prototypes[$0, $1 / 3] / 3.0.squareRoot() + share * noise[$0, $1]
        }, prototypes: prototypes)
      let tiny = Problem(
        modelCase: problem.modelCase, loss: problem.loss, labels: problem.labels, decay: .none,
        initialState: start, rates: problem.rates)
      var exact = try PreparedProblem(tiny).exactFlow(until: 300)
      for time in [0, 20, 60, 200.0] {
        let state = try exact.snapshot(at: time).state().unscaled
        // Up to twenty e-folds, and sums over C = 4 classes of three samples.
        expect(
          state, ExtendedPrecisionFlow(tiny, time: time), rounding: 4e-15, "t = \(time)")
      }
    }

    /// As many coordinates as classes, or fewer, and a state that grows.
    @Test(arguments: [1, 4], [[4, 3, 3, 2], [3, 3, 3, 3], [9, 1, 1, 1]])
    func fewCoordinates(dimension: Int, sizes: [Int]) throws {
      let small = SmallProblem("p = \(dimension)") {
        $0.dimension = dimension
        $0.sizes = sizes
      }
      let problem = try small.problem()
      var exact = try PreparedProblem(problem).exactFlow(until: 60)
      for time in [1e-6, 60] {
        let state = try exact.snapshot(at: time).state().unscaled
        expect(
          state, ExtendedPrecisionFlow(problem, time: time), rounding: 4e-15, "t = \(time)")
      }
    }
  }
#endif
