import DynNumerics

extension Problem {
  /// The problem with the loss's tangent at zero logits (<doc:LinearizedFlow>): a member of the linear
  /// family for free features that enter as they are.
  ///
  /// - Throws: `NumericsError` when the decomposition of the label operator fails.
  func linearized() throws(NumericsError) -> Problem {
    let tangent = LinearizedLoss(
      loss, classCount: classCount, labelCount: labels.groupCount)
    let groups = GroupedTargets(
      partition: labels.partition, targets: labels.targets, weights: labels.groupWeights)
    return Problem(
      model: Model(
        modelCase, features: model.features, loss: tangent,
        rescalesLearningRate: model.entry.rescalesLearningRate),
      labels: try LabelOperator(groups, mixing: tangent.mixing), decay: decay, seed: seed,
      start: start, reducedScatter: reducedScatter, rates: rates)
  }
}

/// The linearised flow in modes, seen as states of the problem itself, with a bound on its error.
struct LinearizedEvaluator: Evaluator {
  private let problem: Problem
  private let prepared: PreparedProblem
  private var flow: any Evaluator
  private(set) var bound: LinearizationBound

  init(_ problem: Problem, until end: Double, threads: Int) throws(NumericsError) {
    self.problem = problem
    prepared = try PreparedProblem(try problem.linearized(), threads: threads)
    flow = try prepared.exactFlow(until: end)
    bound = try LinearizationBound(problem, prepared, until: end)
  }

  mutating func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    let state = try flow.snapshot(at: time).state()
    return LinearizedSnapshot(
      full: FullSnapshot(time: time, problem: problem, state: state),
      errorBound: try bound.relative(at: time, to: state.unscaled.norm))
  }
}

/// A state of the linearised flow with the bound on its distance from the flow itself.
struct LinearizedSnapshot: Snapshot {
  let full: FullSnapshot
  /// On |Z - Z_true|/|Z|; infinite where there is none.
  let errorBound: Double?

  var time: Double { full.time }
  var problem: Problem { full.problem }
  var logScale: Double { full.logScale }
  func state() -> ScaledState { full.state() }
}
