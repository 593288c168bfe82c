import DynNumerics

extension SolverFailure {
  /// The sentence for a failed integration.
  ///
  /// - Parameters:
  ///   - problem: the problem whose flow it is, which decides what else is offered; nil where nothing
  ///     is.
  ///   - growth: what explains it, where the flow's growth does.
  init(
    _ failure: OdeFailure, method: OdeMethod, of problem: Problem? = nil, growth: String? = nil
  ) {
    switch failure {
    case .blowUp(let time, let step, let largest):
      let start =
        "\(method.name) overflowed at t = \(time) (step \(step), largest entry \(largest))"
      self.init(
        growth.map { "\(start): \($0); end earlier" }
          ?? "\(start): the state outgrows a double; end earlier"
          + (problem?.hasExactFlow == true
            ? ", lower the learning rate, or use closed_form, which continues in scaled form"
            : " or lower the learning rate"))
    case .stepUnderflow(let time, let step, let largest):
      let start =
        "\(method.name) needs steps below rounding at t = \(time) (step \(step), largest entry "
        + "\(largest))"
      self.init(
        growth.map { "\(start): \($0); end earlier" }
          ?? "\(start): the tolerances are too tight or the state is near overflow; loosen them "
          + "or end earlier")
    case .tooManySteps(let time, let step, let taken, let isStiff):
      let start = "\(method.name) reached only t = \(time) in \(taken) steps (the last \(step))"
      if let growth {
        self.init("\(start): \(growth); end earlier", cause: .tooManySteps)
        return
      }
      let implicit = (problem.map(method.implicitAlternatives) ?? []).joined(separator: " or ")
      let remedy =
        implicit.isEmpty ? "end earlier" : "use an implicit method, \(implicit), or end earlier"
      self.init(
        isStiff
          ? "\(start): the system is stiff, stability keeps the steps shorter than accuracy "
            + "needs; \(remedy)"
          : "\(start): loosen the tolerances, lengthen the step or end earlier",
        cause: .tooManySteps)
    case .library(let time, let text):
      self.init("\(method.name) stopped at t = \(time): \(text)")
    }
  }

  /// The sentence for a numerical routine that failed.
  init(_ error: NumericsError) { self.init(error.description) }
}

extension OdeMethod {
  /// The names of the implicit methods that a problem accepts, for one that an explicit method cannot
  /// finish; none where this method is implicit itself.
  func implicitAlternatives(for problem: Problem) -> [String] {
    guard !needsJacobian else { return [] }
    let control = StepControl.adaptive(relative: 1, absolute: 0)
    return [OdeMethod.bsimp, .msbdf].filter {
      OdeSolver(method: $0, control: control).refusal(of: problem) == nil
    }.map(\.name)
  }
}

extension OdeFailure {
  /// The time that was reached.
  var time: Double {
    switch self {
    case .blowUp(let time, _, _), .stepUnderflow(let time, _, _), .tooManySteps(let time, _, _, _),
      .library(let time, _):
      time
    }
  }
}
