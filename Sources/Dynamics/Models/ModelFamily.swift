import DynNumerics

/// Models that share a flow, and where they have one its exact solution.
protocol ModelFamily: Sendable {
  /// Whether a model is one of the family.
  func includes(_ model: Model) -> Bool
  /// The gradient flow of a problem, by several threads where its variables do not fall into blocks.
  func flow(of problem: Problem, threads: Int) -> any Flow
  /// Whether the flow of a model of the family has an exact solution, whatever the start.
  func hasExactFlow(_ model: Model) -> Bool
  /// Why the flow of a problem has no exact solution; nil where it has one.
  func exactRefusal(of problem: Problem) -> String?
  /// Whether the exact solution knows states up to a rotation of the feature space only.
  var solvesUpToRotation: Bool { get }
  /// Why a solver could not follow a state beyond a time, for flows whose growth explains it.
  func growthCause(of prepared: PreparedProblem, at state: State, time: Double) -> String?
  /// Whether the flow moves class means and deviations from them on their own.
  var reducesToClassMeans: Bool { get }
  /// The exact solution of the flow.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  func solution(of problem: Problem, threads: Int) throws(NumericsError) -> (any ExactSolution)?
  /// Why gradient descent has no exact form; nil where it has one.
  func descentRefusal(of problem: Problem, _ momentum: Momentum) -> String?
  /// What the variables that are integrated and iterated one by one belong to; nil where all depend
  /// on each other.
  var blockKind: BlockLayout.Kind? { get }
}

extension ModelFamily {
  func hasExactFlow(_ model: Model) -> Bool { false }

  func exactRefusal(of problem: Problem) -> String? { problem.model.exactRefusal }

  var solvesUpToRotation: Bool { false }

  func growthCause(of prepared: PreparedProblem, at state: State, time: Double) -> String? {
    nil
  }

  var reducesToClassMeans: Bool { false }

  func solution(of problem: Problem, threads: Int) throws(NumericsError) -> (any ExactSolution)? {
    nil
  }

  func descentRefusal(of problem: Problem, _ momentum: Momentum) -> String? {
    problem.model.exactDescentRefusal
  }

  var blockKind: BlockLayout.Kind? { nil }
}

/// The families, from the most special to the most general.
enum ModelFamilies {
  /// Every family; a new one needs its file and a line here.
  static let all: [any ModelFamily] = [
    LinearFamily(), SphericalFamily(), KernelFamily(), RegressionFamily(), LayeredLinearFamily(),
    SampleFamily(), BalancedRegressionFamily(), LogitFamily(), GradientFamily(),
  ]

  /// The first one that includes a model.
  static func of(_ model: Model) -> any ModelFamily {
    all.first { $0.includes(model) } ?? GradientFamily()
  }
}

/// The exact solution of a flow, and of gradient descent on it.
protocol ExactSolution: Sendable {
  /// Where the direction of the flow goes.
  var prediction: LimitPrediction { get }
  /// The flow up to an end, up to rounding.
  ///
  /// - Throws: `NumericsError` when there is no memory for an integration.
  func flow(until end: Double) throws(NumericsError) -> any Evaluator
  /// Gradient descent with a given step; nil where it has no exact form.
  func descent(step: Double, momentum: Momentum) -> (any Evaluator)?
  /// Whether that continues where the state outgrows a double.
  var descentIsScaled: Bool { get }
  /// Where gradient descent with a given step takes the direction, and how fast.
  func descentPrediction(step: Double, until end: Double) -> LimitPrediction
  /// Whether the flow is linear in features and prototypes, so that a scaled start scales them.
  var isLinear: Bool { get }
  /// How much errors grow on the way to a time, beyond the growth of the state itself.
  func sensitivity(until end: Double) -> Double
  /// The fastest rate at which a part of the state decays, or a feature turns, at given learning
  /// rates: descent is unstable at steps beyond twice its inverse.
  func fastestRate(_ rates: RatePair) -> Double
  /// Why no other solver can be held to this one in double precision; nil where it can.
  var comparisonRefusal: String? { get }
}

extension ExactSolution {
  var descentIsScaled: Bool { true }
  var isLinear: Bool { false }
  func sensitivity(until end: Double) -> Double { 1 }
  var comparisonRefusal: String? { nil }
}
