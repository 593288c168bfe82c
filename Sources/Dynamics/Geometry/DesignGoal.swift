/// A property that a loss or a decay can be chosen for.
public enum DesignGoal: String, Sendable, CaseIterable {
  /// Majority and minority prototypes of equal norms.
  case equalNorms = "equal_norms"
  /// Minority prototypes at right angles.
  case orthogonalMinorities = "orthogonal_minorities"
  /// Prototypes as near to a simplex ETF as they come.
  case simplexETF = "etf"
  /// Minority prototypes that just coincide.
  case minorityCollapse = "minority_collapse"
}

/// The parameter that reaches a goal.
public struct DesignSolution: Sendable {
  /// The goal.
  public let goal: DesignGoal
  /// g of the multipliers n_c^g.
  public let power: Double?
  /// The multipliers, scaled to sum C (C).
  public let multipliers: [Double]?
  /// The geometric mean of the decays of features and prototypes.
  public let weightDecay: Double?
  /// The question with the parameter in place.
  public let question: PredictedGeometry
}
