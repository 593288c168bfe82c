/// Source A, Theorem 7: under its step-size condition every step of spherical descent turns every
/// feature towards its target, and no norm shrinks.
struct SphericalDescentCheck: Check {
  private let name = "Theorem 7: cosines rise under its condition"
  private static let stepLimit = 2000

  func results(for verification: Verification) -> [CheckResult] {
    guard let basis = (verification.prepared.solution as? SphericalSolution)?.basis else {
      return []
    }
    return verification.descents.map { solver, descent in
      if let reason = verification.comparisonRefusal {
        return .notApplicable(reason, check: name, solver: solver)
      }
      guard let rates = verification.problem.rates.constantRates else {
        return .notApplicable(
          "the condition is checked for constant rates", check: name, solver: solver)
      }
      guard descent.settings.momentum == .none else {
        return .notApplicable(
          "the theorem is about plain descent", check: name, solver: solver)
      }
      let size = descent.step * rates.features
      let worst = basis.largestStepRatio(size: size)
      guard worst <= 1 else {
        return .notApplicable(
          "the condition does not hold: eta |v|/(n |h|^2) reaches \(worst)", check: name,
          solver: solver)
      }
      let time = verification.end - verification.begin
      let steps = Int(min(time / descent.step, Double(Self.stepLimit)))
      return .atMost(1e-14, largestFall(basis, size, steps), check: name, solver: solver)
    }
  }

  /// The largest fall of a cosine, or relative fall of a norm, over the steps.
  private func largestFall(_ basis: SphericalBasis, _ size: Double, _ steps: Int) -> Double {
    var points = basis.initialPoints
    var largest = 0.0
    for _ in 0..<steps {
      for sample in points.indices {
        let before = points[sample]
        points[sample].descend(
          size: size, speed: basis.speeds[basis.labels[sample]],
          rescales: basis.rescalesLearningRate)
        let after = points[sample]
        largest = max(
          largest, before.x / before.radius - after.x / after.radius,
          1 - after.radius / before.radius)
      }
    }
    return largest
  }
}

extension SphericalBasis {
  /// The largest over the samples of eta |v|/(n |h|^2), or of eta |v|/(n |h|) with the rescaled
  /// learning rate.
  func largestStepRatio(size: Double) -> Double {
    labels.indices.map { stepRatio(sample: $0, size: size) }.max() ?? 0
  }

  private func stepRatio(sample: Int, size: Double) -> Double {
    let radius = radii[sample]
    return size * (speeds[labels[sample]] / radius)
      / (rescalesLearningRate ? 1 : radius)
  }
}
