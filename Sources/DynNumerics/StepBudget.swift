/// How many steps an integration may take, so that no run is without end.
public struct StepBudget {
  /// Steps of an integrator's own choice: a flow is a sum of exponentials that grow by less than e^709
  /// before they overflow, and even rk4 at the tightest tolerances follows that in fewer.
  public static let adaptiveLimit = 5_000_000
  /// Fixed steps: the user asked for their number.
  public static let fixedLimit = 50_000_000

  /// Steps that may be taken; the one that does not fit ends the integration.
  public var limit: Int
  /// How many steps of the present length are left before the end of the whole run; nil where that
  /// cannot be told.
  public var stepsLeft: ((_ time: Double, _ step: Double) -> Double)?

  /// How often the rest is forecast: after steps enough for the first transient to be over, few
  /// enough to take less than a second.
  static let reviewInterval = 10_000
  /// What a forecast must exceed the limit by before it counts: steps change on their way.
  static let forecastMargin = 2.0

  /// A budget.
  public init(
    limit: Int, stepsLeft: ((_ time: Double, _ step: Double) -> Double)? = nil
  ) {
    self.limit = limit
    self.stepsLeft = stepsLeft
  }

  /// The budget that a step control has where nobody sets one.
  public init(for control: StepControl) {
    self.init(limit: Self.standardLimit(of: control))
  }

  /// The limit of a step control where nobody sets one.
  public static func standardLimit(of control: StepControl) -> Int {
    switch control {
    case .adaptive: adaptiveLimit
    case .fixed: fixedLimit
    }
  }

  /// Whether after so many steps it is plain that the end is out of reach, if all others are as long
  /// as this one.
  func isHopeless(after steps: Int, at time: Double, step: Double) -> Bool {
    guard steps > 0, steps.isMultiple(of: Self.reviewInterval), let stepsLeft else { return false }
    return Double(steps) + stepsLeft(time, step) > Self.forecastMargin * Double(limit)
  }
}
