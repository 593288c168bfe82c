import RealModule

extension OdeSolver {
  /// a' = mu a.
  public func escape(from start: EscapeStart, rate: Double) -> EscapePrediction? {
    EscapePrediction(time: start.time(atRate: rate * start.curvature))
  }
}

extension SharpnessAwareFlowSolver {
  /// Normalised, a' = mu (a - rho): trapped within rho, else ln((a_1 - rho)/(a_0 - rho))/mu. Without
  /// normalisation a' = mu (1 - rho mu) a, trapped everywhere where rho mu >= 1.
  public func escape(from start: EscapeStart, rate: Double) -> EscapePrediction? {
    let speed = rate * start.curvature
    guard isNormalized else {
      let factor = 1 - rho * start.curvature
      return EscapePrediction(
        time: start.time(atRate: speed * factor), trapRadius: factor <= 0 ? .infinity : nil)
    }
    guard start.distance > rho, start.exit > start.distance else {
      return EscapePrediction(time: nil, trapRadius: rho)
    }
    return EscapePrediction(
      time: Double.log((start.exit - rho) / (start.distance - rho)) / speed, trapRadius: rho)
  }
}

extension GradientDescentSolver {
  /// a <- (1 + e mu) a a step.
  public func escape(from start: EscapeStart, rate: Double) -> EscapePrediction? {
    guard settings.momentum.factor == 0, normalization == .none else { return nil }
    return EscapePrediction(
      time: start.time(atRate: Double.log(onePlus: step * rate * start.curvature) / step))
  }
}

extension SharpnessAwareSolver {
  /// Normalised, a <- a + e mu (a - rho); within rho the steps overshoot the saddle and stay.
  /// Without normalisation a <- q a with q = 1 + e mu (1 - rho mu), which traps where |q| <= 1.
  public func escape(from start: EscapeStart, rate: Double) -> EscapePrediction? {
    // A batch's gradient has another norm than the whole one.
    guard settings.momentum.factor == 0, settings.sampling.size == nil else { return nil }
    let step = settings.step
    let growth = step * rate * start.curvature
    guard isNormalized else {
      let q = 1 + growth * (1 - rho * start.curvature)
      return EscapePrediction(
        time: start.time(atRate: Double.log(abs(q)) / step),
        trapRadius: abs(q) <= 1 ? .infinity : nil)
    }
    guard start.distance > rho, start.exit > start.distance else {
      return EscapePrediction(time: nil, trapRadius: rho)
    }
    let ratio = (start.exit - rho) / (start.distance - rho)
    return EscapePrediction(
      time: step * Double.log(ratio) / Double.log(onePlus: growth), trapRadius: rho)
  }
}

extension PerturbedDescentSolver {
  /// The mean square distance along m unstable of d directions: E <- q^2 (E + m r^2/d) a step with
  /// q = 1 + e mu, from a_0^2.
  public func escape(from start: EscapeStart, rate: Double) -> EscapePrediction? {
    guard settings.momentum.factor == 0 else { return nil }
    let logFactor = 2 * Double.log(onePlus: settings.step * rate * start.curvature)
    let share = Double(start.multiplicity) / Double(start.dimension) * radius * radius
    // The recursion's fixed point is -q^2 share/(q^2 - 1): distances from it grow by q^2 a step.
    let offset = share * Double.exp(logFactor) / Double.expMinusOne(logFactor)
    let (from, to) = (start.distance * start.distance, start.exit * start.exit)
    guard to > from, from + offset > 0 else { return EscapePrediction(time: nil) }
    return EscapePrediction(
      time: settings.step * Double.log((to + offset) / (from + offset)) / logFactor)
  }
}
