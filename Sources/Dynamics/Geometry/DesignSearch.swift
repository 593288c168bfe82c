import DynNumerics
import RealModule

extension PredictedGeometry {
  /// Powers beyond this are not looked at.
  private static let largestPower = 4.0
  private static let powerSteps = 400

  /// The multipliers n_c^g of a loss cdt or ldt, or the weight decay, that reach a goal.
  ///
  /// Roots nearest to g = 0 are taken, and found by bisection to rounding. O(C^3) a trial, some
  /// hundreds of them.
  ///
  /// - Throws: `Fault` for another loss, or where no parameter reaches the goal.
  public func solving(_ goal: DesignGoal) throws(Fault) -> DesignSolution {
    if goal == .minorityCollapse { return try minorityCollapse() }
    guard loss is ClassTemperatureLoss || loss is LabelTemperatureLoss else {
      throw Fault(
        "model.loss",
        "\(goal.rawValue) is solved for the multipliers of a loss cdt or ldt: give one of them")
    }
    guard decay.features == 0, decay.prototypes == 0 else {
      throw Fault(
        "model.weight_decay", "\(goal.rawValue) is solved without weight decay: set it to 0")
    }
    let power = try goal == .simplexETF ? leastDistancePower() : root(goal)
    let own = multipliers(power)
    return DesignSolution(
      goal: goal, power: power, multipliers: own, weightDecay: nil,
      question: replacing(loss: multiplied(by: own)))
  }

  private func minorityCollapse() throws(Fault) -> DesignSolution {
    guard let loss = loss as? any VanishingLoss else {
      throw Fault("model.loss", "minority_collapse needs a loss of the cross-entropy family")
    }
    let positive = WeightDecay(features: 1, prototypes: 1, bias: 0)
    let problem = try replacing(decay: positive).ridgeProblem(loss)
    guard sizes.indices.allSatisfy({ problem.coincidenceStrength(ofClass: $0) != nil }) else {
      throw Fault("model.loss", "this loss has no closed threshold: give cdt, ldt or vs")
    }
    guard let value = problem.minorityThreshold else {
      throw Fault(
        "model.samples_per_class",
        "minority_collapse is the decay from which on the smallest classes coincide, and these sizes "
          + "and weights have no two smallest classes that are alike: give some")
    }
    return DesignSolution(
      goal: .minorityCollapse, power: nil, multipliers: nil, weightDecay: value,
      question: replacing(decay: WeightDecay(features: value, prototypes: value, bias: 0)))
  }

  private func root(_ goal: DesignGoal) throws(Fault) -> Double {
    let values = powers.map { residual(goal, $0) }
    let brackets = values.indices.dropLast().filter {
      values[$0] == 0 || values[$0] * values[$0 + 1] < 0
    }
    let nearest = brackets.min { abs(powers[$0]) < abs(powers[$1]) }
    guard let start = nearest else {
      throw Fault(
        "model.loss.delta",
        "no power between -4 and 4 reaches \(goal.rawValue) for these class sizes"
          + (values.allSatisfy(\.isNaN)
            ? ": it needs majorities and minorities, two of each for angles" : ""))
    }
    return bisection(from: powers[start], to: powers[start + 1]) {
      residual(goal, $0) * values[start] > 0
    }.middle
  }

  private var powers: [Double] {
    (0...Self.powerSteps).map {
      Self.largestPower * (2 * Double($0) / Double(Self.powerSteps) - 1)
    }
  }

  /// What is zero at the goal.
  private func residual(_ goal: DesignGoal, _ power: Double) -> Double {
    guard let gram = gram(power) else { return .nan }
    let own = GroupGeometry(gram: gram, groups: groups)
    switch goal {
    case .equalNorms: return Double.log(own.squaredNormRatio)
    case .orthogonalMinorities: return own.minorityCosine
    case .simplexETF, .minorityCollapse: return gram.distanceToSimplexETF
    }
  }

  /// The power with the least distance to an ETF: golden sections around the best of a grid.
  private func leastDistancePower() -> Double {
    let values = powers.map { residual(.simplexETF, $0) }
    let best = values.indices.min { values[$0] < values[$1] } ?? 0
    var low = powers[max(best - 1, 0)]
    var high = powers[min(best + 1, powers.count - 1)]
    let section = (5.0.squareRoot() - 1) / 2
    for _ in 0..<80 {
      let (left, right) = (high - section * (high - low), low + section * (high - low))
      if residual(.simplexETF, left) < residual(.simplexETF, right) {
        high = right
      } else {
        low = left
      }
    }
    return (low + high) / 2
  }

  private func gram(_ power: Double) -> Matrix? {
    guard let loss = multiplied(by: multipliers(power)) as? any VanishingLoss else { return nil }
    return try? MaxMarginGeometry(loss: loss, sizes: sizes).solution().gramPrototypes
  }

  /// n_c^g, scaled to sum C.
  private func multipliers(_ power: Double) -> [Double] {
    let powers = sizes.map { Double.pow(Double($0), power) }
    return powers.map { Double(sizes.count) * $0 / powers.sum }
  }

  private func multiplied(by multipliers: [Double]) -> any Loss {
    loss is LabelTemperatureLoss
      ? LabelTemperatureLoss(multipliers: multipliers)
      : ClassTemperatureLoss(multipliers: multipliers)
  }

  private func replacing(loss: (any Loss)? = nil, decay: WeightDecay? = nil) -> PredictedGeometry {
    PredictedGeometry(
      sizes: sizes, loss: loss ?? self.loss, classWeights: classWeights,
      decay: decay ?? self.decay, hasBias: hasBias, width: width)
  }
}
