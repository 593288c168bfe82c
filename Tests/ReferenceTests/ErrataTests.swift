import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Statements of Zhou et al. (JMLR 24, 2023, 376) that are wrong as printed, each against numbers.
/// Inputs are fixed, so that the same numbers stand in the article on errata.
@Suite struct ErrataTests {
  private static let integrator = OdeSolver(
    method: .rk8pd, control: .adaptive(relative: 1e-12, absolute: 1e-14))

  private func snapshots(
    _ problem: Problem, _ solver: any Solver, at times: [Double]
  ) throws -> [any Snapshot] {
    var found: [any Snapshot] = []
    var cost = SolverCost()
    try solver.follow(try PreparedProblem(problem), at: times, cost: &cost) { snapshot in
      found.append(snapshot)
      return true
    }
    return found
  }

  private func states(
    _ problem: Problem, _ solver: any Solver, at times: [Double]
  ) throws -> [State] {
    try snapshots(problem, solver, at: times).map { $0.state().unscaled }
  }

  // MARK: Theorem 4, eq. 14 and 72

  /// b = e^(-lambda zeta) (b_0 + psi c): psi integrates eta e^(lambda zeta), not zeta e^(lambda zeta).
  @Test(arguments: [false, true]) func theorem4IntegratesTheRate(isCosine: Bool) throws {
    let schedule: any Schedule =
      isCosine
      ? CosineSchedule(value: 0.5, final: 0.1, period: 30) : ConstantSchedule(0.5)
    let (lambda, end) = (0.05, 20.0)
    let small = SmallProblem("bias") {
      $0.modelCase = .regularized
      $0.sizes = [2, 2, 2]
      $0.gamma = 0.2
      $0.decay = WeightDecay(features: lambda, prototypes: lambda, bias: lambda)
      $0.hasBias = true
      $0.rates = LearningRates(prototypes: schedule)
    }
    let problem = try small.problem()
    let bias = try #require(try states(problem, Self.integrator, at: [end])[0].bias)
    let start = try #require(problem.initialState.bias)
    let zeta = schedule.integral(to: end)
    // c = (1 + gamma - gamma C)/C = 0.2 in every class.
    let drive = (1 + 0.2 - 0.2 * 3) / 3
    let correct = expm1(lambda * zeta) / lambda
    let integrand = { (time: Double) in exp(lambda * schedule.integral(to: time)) }
    let printed = simpson(end) { schedule.integral(to: $0) * integrand($0) }
    #expect(abs(simpson(end) { schedule.rate(at: $0) * integrand($0) } / correct - 1) <= 1e-10)
    for label in bias.indices {
      let value = exp(-lambda * zeta) * (start[label] + correct * drive)
      #expect(abs(bias[label] - value) <= 1e-10)
      let asPrinted = exp(-lambda * zeta) * (start[label] + printed * drive)
      #expect(abs(bias[label] - asPrinted) > 5)
    }
    if !isCosine {
      #expect(abs(correct - 12.974) <= 5e-4)
      #expect(abs(printed - 140.51) <= 5e-3)
    }
  }

  private func simpson(_ end: Double, _ integrand: (Double) -> Double) -> Double {
    let count = 2000
    let width = end / Double(count)
    var sum = integrand(0) + integrand(end)
    for index in 1..<count {
      sum += (index.isMultiple(of: 2) ? 2 : 4) * integrand(Double(index) * width)
    }
    return sum * width / 3
  }

  // MARK: Theorem 8, eq. 24

  /// U_A is p x p and U_B is C x C, so U_B^-1 U_A^-1 is no product unless p = C. With a kernel on
  /// vec(H), W = U x P' with x = cosh(k zeta) x_0 + sinh(k zeta)/k y_0 is what integration finds.
  @Test func theorem8NeedsAKernelOnAllFeatures() throws {
    let small = SmallProblem("kernel") {
      $0.modelCase = .ntkInvariant
      $0.sizes = [2, 2, 2, 2]
      $0.dimension = 6
    }
    let plain = try small.problem()
    var random = RandomNumbers(3)
    let (coordinates, samples) = (random.kernel(6), random.kernel(8))
    let ratio = 0.7
    let problem = Problem(
      modelCase: .ntkInvariant, loss: plain.loss, labels: plain.labels,
      features: KernelFeatures(KroneckerKernel(coordinates: coordinates, samples: samples)),
      initialState: plain.initialState,
      rates: LearningRates(prototypes: ConstantSchedule(0.5), features: .proportional(ratio)))
    // M written out: C x n.
    let labels = problem.labels.partition.sortedLabels
    let operatorMatrix = Matrix(rows: 4, columns: 8) { row, column in
      ((labels[column] == row ? 1 + small.gamma : 0) - small.gamma) / 8
    }
    let left = try coordinates.symmetricEigendecomposition()
    let right = try operatorMatrix.times(samples).timesTransposed(operatorMatrix)
      .symmetricEigendecomposition()
    #expect(left.vectors.rows == 6 && left.vectors.columns == 6)
    #expect(right.vectors.rows == 4 && right.vectors.columns == 4)

    let time = 20.0
    let x = left.vectors.transposedTimes(problem.initialState.prototypes).times(right.vectors)
    let y = left.vectors.transposedTimes(
      problem.initialState.features.timesTransposed(operatorMatrix)
    ).times(right.vectors)
    let moved = Matrix(rows: 6, columns: 4) { row, column in
      let k = (ratio * left.values[row] * max(right.values[column], 0)).squareRoot()
      let growth = k == 0 ? 0.5 * time : sinh(k * 0.5 * time) / k
      return cosh(k * 0.5 * time) * x[row, column] + growth * y[row, column]
    }
    let expected = left.vectors.times(moved).timesTransposed(right.vectors)
    for solver in [Self.integrator, ClosedFormSolver()] as [any Solver] {
      let prototypes = try states(problem, solver, at: [time])[0].prototypes
      let error = (prototypes - expected).elements.norm / expected.elements.norm
      #expect(error <= 1e-10)
    }
  }

  // MARK: Corollary 5

  /// omega_2 = m + d is negative above the critical decay and positive below; the proof says the
  /// opposite.
  @Test(arguments: [0.8, 0.95, 1.05, 1.2], [1, 0.5])
  func corollary5HasTheOppositeSign(share: Double, ratio: Double) throws {
    let sigma = 1.2 / (3 * 2.0.squareRoot())
    let lambda = share * sigma
    let small = SmallProblem("decay") {
      $0.modelCase = .regularized
      $0.sizes = [2, 2, 2]
      $0.gamma = 0.2
      $0.decay = WeightDecay(features: lambda, prototypes: lambda, bias: lambda)
      $0.rates = LearningRates(prototypes: ConstantSchedule(1), features: .proportional(ratio))
    }
    let problem = try small.problem()
    #expect(abs(problem.labels.criticalDecay / sigma - 1) <= 1e-15)
    let mean = -(1 + ratio) * lambda / 2
    let difference = (ratio - 1) * lambda / 2
    let exponent = mean + (difference * difference + ratio * sigma * sigma).squareRoot()
    let found = try snapshots(problem, Self.integrator, at: [60, 90])
    let measured = (found[1].logNorm() - found[0].logNorm()) / 30
    #expect(abs(measured - exponent) <= 1e-6)
    #expect(share > 1 ? measured < 0 : measured > 0)
  }

  // MARK: Theorem 7 and Lemma 10

  /// beta before and after a step from the angle 0.1, eta |v|/n = `speed`.
  private func sphericalStep(
    radius: Double, speed: Double
  ) throws -> (before: Double, after: Double) {
    let loss = UnhingedLoss(gamma: 1)
    let labels = try LabelOperator(partition: ClassPartition(sizes: [1, 1]), loss: loss)
    let start = State(
      features: Matrix(
        rows: 2, columns: 2, elements: [radius * cos(0.1), 0, radius * sin(0.1), 1]),
      prototypes: Matrix(rows: 2, columns: 2, elements: [1, -1, 0, 0]))
    // v/n = (1 + gamma) w/n = (1 - (-1))/2 along the first axis: |v|/n = 1.
    let problem = Problem(
      modelCase: .spherical, loss: loss, labels: labels, initialState: start,
      rates: LearningRates(prototypes: ConstantSchedule(speed)))
    let found = try states(
      problem, GradientDescentSolver(step: 1, form: .iterated), at: [0, 1])
    let cosines = found.map { $0.features[0, 0] / $0.features.column(0).norm }
    return (cosines[0], cosines[1])
  }

  /// eta |v|/(n |h|) = 0.5 <= 1 holds and beta falls; eta |v|/(n |h|^2) = 5 says so.
  @Test func theorem7NeedsTheSquaredNorm() throws {
    let step = try sphericalStep(radius: 0.1, speed: 0.05)
    #expect(abs(step.before - cos(0.1)) <= 1e-15)
    // The step turns by atan(5 sin 0.1), past the target.
    #expect(abs(step.after - cos(0.1 - atan(5 * sin(0.1)))) <= 1e-14)
    #expect(step.after < step.before - 0.05)
  }

  /// beta after a step depends on eta |v|/(n |h|^2) alone; the printed quantity varies with |h|.
  @Test func theorem7ScalesWithTheSquaredNorm() throws {
    let reference = try sphericalStep(radius: 1, speed: 0.9).after
    for radius in [1e-3, 0.1, 30, 1e4] {
      let step = try sphericalStep(radius: radius, speed: 0.9 * radius * radius)
      #expect(abs(step.after - reference) <= 1e-14)
      #expect(step.after > step.before)
    }
  }

  // MARK: Figure 1(b), gamma above 2/(C - 2)

  /// The exact accuracy stays 1/C; iterated prototypes lose their differences to rounding.
  @Test func figure1ShowsRoundingLate() throws {
    let small = SmallProblem("common mode") {
      $0.sizes = [Int](repeating: 2, count: 10)
      $0.dimension = 16
      $0.gamma = 0.5
      $0.rates = LearningRates(prototypes: ConstantSchedule(1))
    }
    let problem = try small.problem()
    let times = Array(stride(from: 150.0, through: 700, by: 25))
    let accuracy = try #require(Observables.named(["accuracy"]).first)
    let prepared = try PreparedProblem(problem)
    for solver in [
      ClosedFormSolver(), GradientDescentSolver(step: 1, form: .exact),
    ] as [any Solver] {
      let simulation = Simulation(
        prepared: prepared, solvers: [NamedSolver(name: "exact", solver: solver)], times: times,
        observables: [accuracy])
      for row in simulation.run()[0].rows { #expect(row.values == [0.1]) }
    }
    let iterated = try states(
      problem, GradientDescentSolver(step: 1, form: .iterated), at: times)
    let found = iterated.map { strictAccuracy($0, labels: problem.labels.partition.sortedLabels) }
    #expect(found[0] == 0.1)
    #expect(found.contains { $0 != 0.1 })
    #expect(found.last != 0.1)
  }

  /// The share of samples whose own logit exceeds all others, from the logits as they are.
  private func strictAccuracy(_ state: State, labels: [Int]) -> Double {
    let logits = state.prototypes.transposedTimes(state.features)
    let right = labels.indices.count { sample in
      (0..<logits.rows).allSatisfy {
        $0 == labels[sample] || logits[$0, sample] < logits[labels[sample], sample]
      }
    }
    return Double(right) / Double(labels.count)
  }
}
