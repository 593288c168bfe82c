/// Expectations of gradient descent over independent batches of b samples, drawn without replacement:
/// first and second moments of the state, exact and without sampling (<doc:BatchNoise>).
///
/// The expected state is that of full-batch descent. Do not use it for a single run: what it reports
/// is the mean over all runs, which rare ones may decide.
public struct BatchMomentsSolver: ExpectationSolver, SteppedSolver {
  static let kind = Kind<any Solver>(
    "batch_moments",
    "expectations of gradient descent over independent batches, exactly: E|H|^2, E|W|^2, E loss and "
      + "the noise's share, without sampling",
    parameters: [
      .required("batch", .integer(.atLeast(1)), "samples a step, drawn without replacement"),
      .optional(
        "step", .number(.positive), "time per step; the step size is step times the rate",
        default: .number(1)),
    ]
  ) { fields throws(Fault) in
    BatchMomentsSolver(
      batch: try fields.integer("batch"), step: try fields.number("step", default: 1))
  }

  /// b.
  public let batch: Int
  /// The time that a step takes.
  public let step: Double

  /// A solver.
  public init(batch: Int, step: Double) {
    self.batch = batch
    self.step = step
  }

  /// Loss, objective and squared norms, and the share of noise.
  public var knownObservables: [Observable] { BatchExpectations.observables }

  /// Three sets of moments and the products of a step, of 20 matrices; the first set alone where seven
  /// numbers are enough.
  public func workSpace(_ sizes: StateSizes) -> Double {
    (sizes.hasEqualClasses ? 5 : 20) * sizes.classPairs
  }

  /// Moments close for steps that are linear in the state, and batches are not larger than the data.
  public func refusal(of problem: Problem) -> String? {
    if let part = problem.model.partWithoutMoments {
      return
        "expectations over batches are exact for the unhinged loss of free features and one matrix "
        + "of prototypes only, and the model has \(part): use gradient_descent over several seeds"
    }
    guard batch <= problem.sampleCount else {
      return "a batch of \(batch) cannot be drawn without replacement of \(problem.sampleCount) "
        + "samples: lower \"batch\" to at most \(problem.sampleCount)"
    }
    return nil
  }

  /// Moves the moments from output to output, beside the exact descent of the expected state.
  ///
  /// O(1) a step where no renumbering of the classes changes the problem, else O(K C (K + C)) for K
  /// groups and C classes.
  public func followExpectations(
    _ prepared: PreparedProblem, at times: [Double], cost: inout SolverCost,
    visit: (ExpectedValues) -> Bool
  ) throws(SolverFailure) {
    // The moments take the time, so that they tell how far it is.
    let descent = ProgressMeter.$current.withValue(nil) { prepared.exactDescent(step: step) }
    guard var mean = descent, var moments = recursion(prepared) else {
      throw SolverFailure(refusal(of: prepared.problem) ?? "there are no exact moments")
    }
    defer { cost.steps = moments.stepsTaken }
    for time in times {
      try moments.advance(to: time)
      let expectations = BatchExpectations(of: try mean.snapshot(at: time), moments)
      guard visit(expectations.values) else { return }
    }
  }

  /// The moments of the initial state, ready to be moved; nil for a model without modes.
  func recursion(_ prepared: PreparedProblem) -> (any MomentRecursion)? {
    guard let basis = (prepared.solution as? ModalSolution)?.basis else { return nil }
    let draw = BatchDraw(prepared.problem, batch: batch, logUnit: basis.logUnit)
    let map = GroupMomentMap(basis)
    guard let balanced = BalancedMomentMap(map) else {
      return MomentTrajectory(map, draw, step: step)
    }
    return MomentTrajectory(balanced, draw, step: step)
  }

  /// How fast noise and expected state grow by themselves, and how long steps may be; nil where no
  /// rates are known.
  public func noiseGrowth(_ prepared: PreparedProblem) -> NoiseGrowth? {
    guard let basis = (prepared.solution as? ModalSolution)?.basis,
      let rates = prepared.problem.rates.constantRates
    else { return nil }
    let map = GroupMomentMap(basis)
    let draw = BatchDraw(prepared.problem, batch: batch)
    guard let balanced = BalancedMomentMap(map) else {
      return NoiseGrowth(map, draw, prepared.problem.labels, rates: rates, step: step)
    }
    return NoiseGrowth(balanced, draw, prepared.problem.labels, rates: rates, step: step)
  }
}

extension Model {
  /// The first part that keeps moments over batches from closing; nil where they do.
  fileprivate var partWithoutMoments: String? {
    if features.kernel != nil { return "a tangent kernel" }
    if features.network != nil { return "a network" }
    if entry.normalizes { return "normalised features" }
    if !prototypes.areOneMatrix { return "linear layers" }
    return loss.isLinear ? nil : "another loss"
  }
}

extension GroupMomentMap {
  /// The map of a problem that has been decomposed, from its initial state.
  init(_ basis: ModalBasis) {
    let labels = basis.problem.labels
    let sizes = labels.partition.sizes
    self.init(
      start: GroupMoments(
        groupParts: basis.classPart, scatter: basis.scatter,
        prototypes: basis.problem.start.prototypes, sizes: sizes),
      columns: labels.columns, sizes: sizes)
  }
}
