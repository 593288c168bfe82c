/// A system y' = f(t, y) of ordinary differential equations.
public struct OdeSystem {
  /// Writes f(t, y) into its last argument.
  public typealias Derivative = (
    _ time: Double, _ state: Span<Double>, _ derivative: inout MutableSpan<Double>
  ) -> Void
  /// Writes the row-major matrix df/dy and the vector df/dt into its last two arguments.
  public typealias Jacobian = (
    _ time: Double, _ state: Span<Double>, _ byState: inout MutableSpan<Double>,
    _ byTime: inout MutableSpan<Double>
  ) -> Void

  /// The number of unknowns.
  public let dimension: Int
  /// The right-hand side.
  public let derivative: Derivative
  /// Its derivatives, which the implicit methods need.
  public let jacobian: Jacobian?

  /// The same right-hand side where it is that of rows: pairs with compiled steps use it.
  let rows: RowRates?

  /// A system from its right-hand side.
  public init(
    dimension: Int, jacobian: Jacobian? = nil, rows: RowRates? = nil,
    derivative: @escaping Derivative
  ) {
    self.dimension = dimension
    self.derivative = derivative
    self.jacobian = jacobian
    self.rows = rows
  }

  /// A system of rows with its learning rates in time.
  public struct RowRates {
    let system: RowSystem
    let rates: (_ time: Double) -> (features: Double, prototypes: Double)

    /// The pair of them.
    public init(
      system: RowSystem, rates: @escaping (_ time: Double) -> (features: Double, prototypes: Double)
    ) {
      self.system = system
      self.rates = rates
    }
  }
}

/// How an integrator chooses its steps.
public enum StepControl: Sendable, Equatable {
  /// Steps whose estimated error in every component is at most
  /// `absolute + relative * |component|`.
  case adaptive(relative: Double, absolute: Double)
  /// Steps of one length; the last one before an output is shortened to end there.
  case fixed(Double)
}

/// What an integration has cost so far.
public struct OdeStatistics: Sendable, Equatable {
  /// Calls of the right-hand side.
  public var evaluations = 0
  /// Calls of the Jacobian.
  public var jacobianEvaluations = 0
  /// Accepted steps.
  public var steps = 0
  /// Rejected steps.
  public var rejectedSteps = 0

  /// Nothing done yet.
  public init() {}

  /// Adds what another integration has cost.
  public static func += (left: inout OdeStatistics, right: OdeStatistics) {
    left.evaluations += right.evaluations
    left.jacobianEvaluations += right.jacobianEvaluations
    left.steps += right.steps
    left.rejectedSteps += right.rejectedSteps
  }
}

/// Why an integration stopped before its end.
public enum OdeFailure: Error, Sendable, Equatable {
  /// A component became infinite or NaN in the step that began at `time`; `largest` is the
  /// largest component at that time.
  case blowUp(time: Double, step: Double, largest: Double)
  /// The step control asked for steps that no longer move the time.
  case stepUnderflow(time: Double, step: Double, largest: Double)
  /// The budget of steps is too small: `taken` were taken when it was used up or sure to be, of the
  /// length `step`. The system is stiff where that is shorter than accuracy needs.
  case tooManySteps(time: Double, step: Double, taken: Int, isStiff: Bool)
  /// Another status of GSL, with its own text.
  case library(time: Double, text: String)
}
