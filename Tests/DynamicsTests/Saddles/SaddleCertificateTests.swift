import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// What certificates say at the bound, above it, and of points that are none of what they certify.
@Suite struct SaddleCertificateTests {
  private static let decay = (features: 0.04, prototypes: 0.01)
  /// sqrt(0.04 * 0.01).
  private static let bound = 0.02

  private func problem(
    dimension: Int = 6, loss: any Loss = CrossEntropyLoss(), state: State? = nil
  ) throws -> Problem {
    let decay = WeightDecay(
      features: Self.decay.features, prototypes: Self.decay.prototypes, bias: 0)
    guard let state else {
      return try LandscapeProblem.layerPeeled(
        sizes: [3, 2, 1], dimension: dimension, loss: loss, decay: decay, seed: 4)
    }
    return try LandscapeProblem.layerPeeled(
      sizes: [3, 2, 1], loss: loss, decay: decay, state: state)
  }

  /// sigma in units of the bound, the gradient's norm, and what follows.
  private static let verdicts: [(Double, Double, SaddleCertificate.Verdict)] = {
    let (minimum, saddle) = (
      SaddleCertificate.Verdict.globalMinimum, SaddleCertificate.Verdict.strictSaddle
    )
    return [
      (1.0, 0.0, minimum), (0.999, 0, minimum), (1.0000000001, 0, minimum),
      (1.0000001, 0, saddle), (2, 0, saddle),
      // What is left of the gradient may have moved sigma by as much.
      (1.000001, 1e-7, minimum), (1.00001, 1e-7, saddle), (0.5, 0.9e-6, minimum),
      (2, 0.9e-6, saddle),
      // No critical point, however small sigma is.
      (0.5, 1.1e-6, .notCritical), (0, 1e-3, .notCritical), (2, .nan, .notCritical),
    ]
  }()

  @Test(arguments: verdicts) func theVerdictIsThatOfTheBound(
    share: Double, gradient: Double, verdict: SaddleCertificate.Verdict
  ) throws {
    let certificate = SaddleCertificate(
      sigma: share * Self.bound, gradientNorm: gradient, try problem())
    #expect(abs(certificate.bound - Self.bound) <= 1e-17)
    #expect(certificate.verdict == verdict)
  }

  /// The theorem wants p > C for saddles, and a convex loss.
  @Test func whereNothingIsDecided() throws {
    func verdict(_ share: Double, _ problem: Problem) -> SaddleCertificate.Verdict {
      SaddleCertificate(sigma: share * Self.bound, gradientNorm: 0, problem).verdict
    }
    func isUndecided(_ verdict: SaddleCertificate.Verdict, _ word: String) -> Bool {
      if case .undecided(let reason) = verdict { reason.contains(word) } else { false }
    }
    for dimension in [2, 3] {
      #expect(isUndecided(verdict(1.1, try problem(dimension: dimension)), "feature_dimension"))
      #expect(verdict(0.9, try problem(dimension: dimension)) == .globalMinimum)
    }
    #expect(verdict(1.1, try problem(dimension: 4)) == .strictSaddle)
    for share in [0.9, 1.1] {
      #expect(isUndecided(verdict(share, try problem(loss: FocalLoss(exponent: 1))), "convex"))
    }
  }

  /// x = the smaller root of (lambda_1 - x)(lambda_2 - x) = sigma^2.
  @Test(arguments: [0, 0.01, 0.02, 0.3, 5]) func theBoundIsARoot(sigma: Double) throws {
    let x = SaddleCertificate(sigma: sigma, gradientNorm: 1, try problem()).smallestEigenvalueBound
    let (first, second) = Self.decay
    #expect(abs((first - x) * (second - x) - sigma * sigma) <= 1e-15 * max(1, sigma * sigma))
    #expect(x <= second + 1e-17)
  }

  /// At any state with a coordinate that neither features nor prototypes use, the smallest eigenvalue
  /// of the Hessian is the bound itself; with all coordinates in use it is above.
  @Test(arguments: 1...4) func theBoundIsAttainedBesideTheState(seed: UInt64) throws {
    var random = RandomNumbers(seed)
    for free in [0, 1, 3] {
      let used = 5 - free
      func padded(_ matrix: Matrix) -> Matrix {
        Matrix(rows: 5, columns: matrix.columns) { $0 < used ? matrix[$0, $1] : 0 }
      }
      let state = State(
        features: padded(random.matrix(5, 6)), prototypes: padded(random.matrix(5, 3)))
      let problem = try problem(state: state)
      let report = try SpectrumReport(ModelLandscape(problem), problem, at: state)
      let certificate = try #require(report.certificate)
      #expect(certificate.verdict == .notCritical && report.gradientNorm > 1e-2)
      let distance = report.total.smallest - certificate.smallestEigenvalueBound
      #expect(free > 0 ? abs(distance) <= 1e-14 : distance > 1e-6, "\(distance)")
    }
  }
}
