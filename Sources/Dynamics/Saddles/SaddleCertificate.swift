/// Tells global minima of the regularised layer-peeled model from its strict saddles.
///
/// Where p > C and the loss is convex in the logits, a critical point is a global minimum if and
/// only if sigma_max(grad_Z L) <= sqrt(lambda_1 lambda_2); otherwise it is a strict saddle (cf. Zhu
/// et al., NeurIPS 2021). Everywhere
///
///     lambda_min >= (lambda_1 + lambda_2)/2 - sqrt(((lambda_1 - lambda_2)/2)^2 + sigma_max^2)
///
/// with equality where p exceeds the rank of (W, H).
public struct SaddleCertificate: Sendable, Equatable {
  /// What follows for the state.
  public enum Verdict: Sendable, Equatable {
    /// A critical point below the bound.
    case globalMinimum
    /// A critical point above the bound.
    case strictSaddle
    /// The gradient is not zero.
    case notCritical
    /// The theorem's conditions do not hold; the reason in words.
    case undecided(String)
  }

  /// Gradient norms up to this count as critical.
  public static let criticalGradient = 1e-6

  /// sigma_max(grad_Z L).
  public let sigma: Double
  /// sqrt(lambda_1 lambda_2).
  public let bound: Double
  /// The lower bound on the smallest eigenvalue of the whole Hessian (for models without bias).
  public let smallestEigenvalueBound: Double
  /// What follows.
  public let verdict: Verdict

  /// The certificate of a state with a given sigma and gradient norm.
  public init(sigma: Double, gradientNorm: Double, _ problem: Problem) {
    let (first, second) = (problem.decay.features, problem.decay.prototypes)
    self.sigma = sigma
    bound = (first * second).squareRoot()
    let half = (first - second) / 2
    smallestEigenvalueBound = (first + second) / 2 - (half * half + sigma * sigma).squareRoot()
    verdict = Self.verdict(sigma, bound, gradientNorm, problem)
  }

  private static func verdict(
    _ sigma: Double, _ bound: Double, _ gradientNorm: Double, _ problem: Problem
  ) -> Verdict {
    guard gradientNorm <= criticalGradient else { return .notCritical }
    if !problem.loss.isConvex { return .undecided("the loss is not convex in the logits") }
    // Rounding and the rest of the gradient move sigma by a little.
    if sigma <= bound * (1 + 1e-9) + gradientNorm { return .globalMinimum }
    return problem.featureDimension > problem.classCount
      ? .strictSaddle : .undecided("feature_dimension is not above classes")
  }
}
