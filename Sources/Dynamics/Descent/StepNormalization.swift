/// How the step of gradient descent is scaled.
public enum StepNormalization: String, Sendable, CaseIterable {
  /// Not at all.
  case none
  /// By the loss and the squared norm of the state (<doc:NormalisedDescent>).
  case loss
}
