import Dynamics

/// How fast the noise of batches grows, and how long steps may be, for people.
struct NoiseLines {
  private let name: String
  private let solver: BatchMomentsSolver
  private let growth: NoiseGrowth
  private let sampleCount: Int

  init(
    _ name: String, _ solver: BatchMomentsSolver, _ growth: NoiseGrowth, sampleCount: Int
  ) {
    self.name = name
    self.solver = solver
    self.growth = growth
    self.sampleCount = sampleCount
  }

  /// Two lines: rates, and steps.
  var lines: [String] {
    let draw = "noise of \(name), \(solver.batch) of \(sampleCount) samples a step"
    let mean = "exp(\(growth.meanRate.brief()) t)"
    guard let rate = growth.rate, let step = growth.largestStep else {
      return ["\(draw): too many groups for its growth; |E Z|^2 grows like \(mean)"]
    }
    return [
      "\(draw): grows like exp(\(rate.brief()) t), |E Z|^2 like \(mean)",
      "largest stable step of \(name): \(Self.text(step)); of full batches: "
        + Self.text(growth.largestFullBatchStep),
    ]
  }

  private static func text(_ bound: NoiseGrowth.StepBound) -> String {
    switch bound {
    case .atMost(let step): step.brief()
    case .noStep: "none, noise outgrows what does not decay"
    case .everyStep: "any"
    }
  }
}
