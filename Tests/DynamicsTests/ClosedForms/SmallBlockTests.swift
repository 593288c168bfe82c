#if arch(x86_64)
  import DynNumerics
  import Foundation
  import TestSupport
  import Testing

  @testable import Dynamics

  /// What the closed form observes has errors relative to its own size, however large the rest of the
  /// state is: against the matrix exponential in 80-bit arithmetic.
  @Suite struct SmallBlockTests {
    /// A problem with its blocks scaled and all features moved by a common offset.
    struct Start: Sendable, CustomStringConvertible {
      let features: Double
      let prototypes: Double
      var offset = 0.0

      var description: String { "H * \(features) + \(offset), W * \(prototypes)" }
    }

    private static let problems = [
      SmallProblem("unbalanced"), SmallProblem("balanced") { $0.sizes = [3, 3, 3] },
      SmallProblem("regularized") {
        $0.modelCase = .regularized
        $0.decay = WeightDecay(features: 0.06, prototypes: 0.09, bias: 0)
        $0.rates = LearningRates(prototypes: ConstantSchedule(0.5), features: .proportional(2))
      },
      SmallProblem("features decay faster") {
        $0.modelCase = .regularized
        $0.decay = WeightDecay(features: 0.3, prototypes: 0.01, bias: 0)
      },
    ]
    private static let starts = [
      Start(features: 1, prototypes: 0), Start(features: 1, prototypes: 1e-6),
      Start(features: 1, prototypes: 1e-20), Start(features: 1e-8, prototypes: 1),
      Start(features: 0, prototypes: 1), Start(features: 1, prototypes: 1e-3, offset: 1e6),
      Start(features: 1e-14, prototypes: 1), Start(features: 1, prototypes: 1e150),
      Start(features: 1e-160, prototypes: 1), Start(features: 1, prototypes: 1e-160),
    ]

    private func problem(_ small: SmallProblem, _ start: Start) throws -> Problem {
      let problem = try small.problem()
      var state = problem.initialState
      state.features = Matrix(rows: state.features.rows, columns: state.features.columns) {
        start.features * state.features[$0, $1] + start.offset
      }
      state.prototypes = start.prototypes * state.prototypes
      return problem.starting(from: state)
    }

    /// The class means of the reference.
    private func means(_ features: [[Float80]], _ sizes: [Int]) -> [[Float80]] {
      features.map { row in
        var first = 0
        return sizes.map { size in
          defer { first += size }
          return row[first..<first + size].reduce(0, +) / Float80(size)
        }
      }
    }

    private func expect(
      _ own: Double, _ expected: Float80, _ tolerance: Double, _ what: String
    ) {
      let error = abs(Float80(own) - expected)
      #expect(error <= Float80(tolerance) * abs(expected), "\(what): \(own), not \(expected)")
    }

    @Test(arguments: problems, starts)
    func observablesAreRightRelativeToThemselves(small: SmallProblem, start: Start) throws {
      let problem = try problem(small, start)
      let prepared = try PreparedProblem(problem)
      for time in [0, 1e-9, 1e-3, 1, 12] {
        var flow = try prepared.exactFlow(until: time)
        let snapshot = try flow.snapshot(at: time)
        let observation = Observation(snapshot) { prepared.prediction }
        let (features, prototypes) = ExtendedPrecisionFlow(problem, time: time).state()
        func norm(_ rows: [[Float80]]) -> Float80 {
          rows.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        // The offset's own rounding in the data is part of the problem.
        let tolerance = 1e-11
        expect(observation.norm(observation.norms.features), norm(features), tolerance, "|H|")
        expect(
          observation.norm(observation.norms.prototypes), norm(prototypes), tolerance, "|W|")
        let means = means(features, problem.labels.partition.sizes)
        let geometry = snapshot.classGeometry()
        for k in 0..<problem.classCount {
          for l in 0..<k {
            let expected = means.reduce(Float80(0)) { $0 + ($1[k] - $1[l]) * ($1[k] - $1[l]) }
            let unit = Double(norm(features)) / Double(norm(prototypes) + norm(features))
            guard expected > 0, unit > 0 else { continue }
            let ratio = geometry.squaredMeanDistance(k, l) / geometry.squaredMeanDistance(1, 0)
            let reference =
              expected
              / means.reduce(Float80(0)) { $0 + ($1[1] - $1[0]) * ($1[1] - $1[0]) }
            let loss = start.offset > 0 ? 1e-8 : tolerance
            expect(ratio, reference, loss, "|mu_\(k) - mu_\(l)|^2 at t = \(time)")
          }
        }
      }
    }

    /// Without prototypes all logits are equal: nothing is right, and nothing has a direction.
    @Test(arguments: problems) func aStartWithoutPrototypesHasNoDecisions(
      small: SmallProblem
    ) throws {
      let problem = try problem(small, Start(features: 1, prototypes: 0))
      let prepared = try PreparedProblem(problem)
      var flow = try prepared.exactFlow(until: 0)
      let observation = Observation(try flow.snapshot(at: 0)) { prepared.prediction }
      func value(_ name: String) throws -> Double {
        try #require(Observables.named([name]).first).value(observation)
      }
      #expect(try value("norm_w") == 0)
      #expect(try value("accuracy") == 0)
      #expect(try value("loss") == 0)
      for name in ["nc2_etf_err_prototypes", "nc3_dual_err", "nc3_align"] {
        #expect(try value(name).isNaN, "\(name)")
      }
    }

    /// H = -W' on the growing mode: only the decaying one is there, and rounding does not wake the
    /// other up.
    @Test func aStartOnTheWeakerModeDecays() throws {
      let loss = UnhingedLoss(gamma: 1)
      let labels = try LabelOperator(
        partition: ClassPartition(sizes: [1, 1]), loss: loss, classWeights: .uniform)
      let problem = Problem(
        modelCase: .unconstrained, loss: loss, labels: labels, decay: .none,
        initialState: State(
          features: Matrix(rows: 1, columns: 2, elements: [1, -1]),
          prototypes: Matrix(rows: 1, columns: 2, elements: [-1, 1]), bias: nil),
        rates: LearningRates(prototypes: ConstantSchedule(1)))
      let prepared = try PreparedProblem(problem)
      var flow = try prepared.exactFlow(until: 2000)
      for time in [0.0, 1, 20, 40, 400, 2000] {
        let snapshot = try flow.snapshot(at: time)
        // M = ((2, 0), (0, 2))/2 - 1 1'/2 has the mode (1, -1)/sqrt 2 with singular value 1.
        let expected = log(2.0) - time
        #expect(abs(snapshot.logNorm() - expected) <= 1e-13 * max(1, time), "t = \(time)")
        let direction = try #require(prepared.prediction.direction)
        #expect(snapshot.distance(to: direction) < 1e-14)
      }
    }

    /// Two classes whose means nearly coincide far from the origin, in exact numbers.
    @Test func closeMeansAreToldApart() throws {
      let loss = UnhingedLoss.averaged(classCount: 3)
      let labels = try LabelOperator(
        partition: ClassPartition(sizes: [2, 2, 2]), loss: loss, classWeights: .uniform)
      let features = [0.999999999, 1.000000001, 1.000000009, 1.000000011, -1, -1]
      let problem = Problem(
        modelCase: .unconstrained, loss: loss, labels: labels, decay: .none,
        initialState: State(
          features: Matrix(rows: 1, columns: 6, elements: features),
          prototypes: Matrix(rows: 1, columns: 3, elements: [0.5, -0.25, 0.125]), bias: nil),
        rates: LearningRates(prototypes: ConstantSchedule(1)))
      let prepared = try PreparedProblem(problem)
      var flow = try prepared.exactFlow(until: 0)
      let cdnv = try #require(Observables.named(["nc1_cdnv"]).first)
      // Of decimals: (1e-18 + 1e-18)/(2 * 1e-16), and twice about 1e-18/8.
      let expected = (1e-2 + 1.25e-19 + 1.25e-19) / 3
      for snapshot in [
        try flow.snapshot(at: 0),
        FullSnapshot(time: 0, problem: problem, state: problem.initialState),
      ] as [any Snapshot] {
        let value = cdnv.value(Observation(snapshot) { prepared.prediction })
        #expect(abs(value - expected) <= 1e-6 * expected, "\(value), not \(expected)")
      }
    }
  }
#endif
