import DynNumerics
import Dynamics
import TestSupport
import Testing

#if arch(x86_64)
  /// The closed form near the places where its textbook formulas cancel, against the exponential
  /// of the full system matrix in 80-bit arithmetic.
  @Suite struct ClosedFormAccuracyTests {
    /// The averaged margin for four classes: the common mode has singular value zero.
    static let averaged = 1.0 / 3

    static let nearAveragedMargin: [SmallProblem] =
      [0, 1e-15, -1e-15, 1e-12, 1e-8, -1e-8, 1e-4].map { shift in
        SmallProblem("gamma = 1/3 + \(shift)") {
          $0.gamma = averaged + shift
          $0.sizes = [3, 3, 3, 3]
        }
      }

    static let nearEqualDecays: [SmallProblem] = [0, 1e-16, 1e-12, 1e-8, 1e-4].map { shift in
      SmallProblem("lambda_2 = lambda_1 + \(shift)") {
        $0.modelCase = .regularized
        $0.decay = WeightDecay(features: 0.07, prototypes: 0.07 + shift, bias: 0)
      }
    }

    static let nearCriticalDecay: [SmallProblem] =
      [0, 1e-16, -1e-16, 1e-13, -1e-10, 1e-6].map { shift in
        SmallProblem("lambda = critical + \(shift)") {
          $0.modelCase = .regularized
          $0.sizes = [3, 3, 3, 3]
          // (1 + gamma)/(C sqrt N)
          let critical = 1.3 / (4 * 3.0.squareRoot())
          $0.decay = WeightDecay(
            features: critical + shift, prototypes: critical + shift, bias: 0)
        }
      }

    /// Unequal decays whose product is the square of the singular value: a fixed point again.
    static let unequalCritical: [SmallProblem] = [0.5, 0.9, 2, 7].map { factor in
      SmallProblem("critical with decays in ratio \(factor * factor)") {
        $0.modelCase = .regularized
        $0.sizes = [3, 3, 3, 3]
        let critical = 1.3 / (4 * 3.0.squareRoot())
        $0.decay = WeightDecay(
          features: critical * factor, prototypes: critical / factor, bias: 0)
        $0.rates = LearningRates(
          prototypes: ConstantSchedule(0.5), features: .proportional(0.4))
      }
    }

    static let imbalance: [SmallProblem] = [[1, 1, 2, 9], [7, 1, 1, 1], [5, 5, 1, 1]].map { sizes in
      SmallProblem("sizes \(sizes)") { $0.sizes = sizes }
    }

    static let all =
      nearAveragedMargin + nearEqualDecays + nearCriticalDecay + unequalCritical + imbalance

    @Test(arguments: all, [0.0, 1e-9, 1e-3, 1, 20, 60])
    func agreesWithTheMatrixExponential(small: SmallProblem, time: Double) throws {
      let problem = try small.problem()
      var flow = try PreparedProblem(problem).exactFlow(until: time)
      let state = try flow.snapshot(at: time).state().unscaled
      let reference = ExtendedPrecisionFlow(problem, time: time)
      let growth = max(1, 0.5 * time * problem.labels.modes.largestValue)
      #expect(reference.relativeError(of: state) <= 2e-15 * growth)
    }

    /// A long time at the critical decay: the fixed point stays to rounding, where the difference
    /// m + d would have drifted by seven digits.
    @Test(arguments: nearCriticalDecay.prefix(1) + unequalCritical)
    func criticalDecayHoldsForLongTimes(small: SmallProblem) throws {
      let prepared = try PreparedProblem(try small.problem())
      var flow = try prepared.exactFlow(until: .infinity)
      let early = try flow.snapshot(at: 1e4)
      let late = try flow.snapshot(at: 1e9)
      #expect(late.relativeError(against: early) <= 1e-6)
      #expect(late.logScale == 0)
    }
  }
#endif
