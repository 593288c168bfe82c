import DynNumerics

/// The most steps that an integration of this task may take, below the limits of `StepBudget`.
///
/// Found by whatever integrates, so that a check bounds its exact flow and its solvers alike without
/// their handing it on.
struct StepLimit: Sendable {
  /// Steps of explicit methods and of descent.
  let explicit: Int
  /// Steps of methods that factorise a matrix in each.
  let implicit: Int

  /// The limit that holds here; nil leaves that of the step control.
  @TaskLocal static var current: StepLimit?

  /// The limit of a method here.
  static func limit(of method: OdeMethod, _ control: StepControl) -> Int {
    let own = method.needsJacobian ? current?.implicit : current?.explicit
    return min(StepBudget.standardLimit(of: control), own ?? .max)
  }
}

extension StepBudget {
  /// The budget of an integration up to `end`: the rest is forecast in the integrals of the learning
  /// rates, in which steps of a linear flow stay as long as they are.
  init(_ rates: LearningRates, until end: Double, method: OdeMethod, control: StepControl) {
    let total = rates.integrals(to: end)
    self.init(limit: StepLimit.limit(of: method, control)) { time, step in
      let passed = rates.integrals(to: time)
      let pace = rates.rates(at: time)
      // A rate that is zero says nothing: its variables stand still.
      return [
        (total.features - passed.features) / (pace.features * step),
        (total.prototypes - passed.prototypes) / (pace.prototypes * step),
      ].filter { !$0.isNaN }.min() ?? 0
    }
  }
}
