import DynNumerics

extension KernelBasis {
  /// The predicted limit of the direction: the growing part of the fastest modes.
  ///
  /// - Parameter stepSize: of gradient descent at a constant rate; nil for the flow.
  func prediction(stepSize: Double? = nil) -> LimitPrediction {
    guard let ratio = problem.rates.ratio else {
      return LimitPrediction(
        direction: nil, alignedDirection: nil, projection: nil,
        approach: .unknown("the learning rates are not proportional"), clock: .prototypes,
        growthExponent: 0, settledFrom: nil)
    }
    let leading = components(ratio).map { $0.discretized(stepSize) }.leadingGrowth(
      stateNorm: problem.initialState.norm)
    return LimitPrediction(
      direction: leading.map { LimitDirection(.state(limit($0.parts, ratio))) },
      alignedDirection: nil, projection: nil,
      approach: leading?.approach ?? .unknown("the state is zero"),
      clock: .prototypes, growthExponent: leading?.exponent ?? 0,
      settledFrom: leading?.settledFrom)
  }

  /// What a component does to one mode.
  private enum Part {
    case growing(mode: Int, amplitude: Double)
    case falling(mode: Int, amplitude: Double)
    /// W of modes that the kernel does not see grows linearly by H M'.
    case linear(mode: Int, amplitude: Double)
    case constant
  }

  private func components(_ ratio: Double) -> [GrowthComponent<Part>] {
    var components: [GrowthComponent<Part>] = []
    for (mode, kappa) in spectrum.eigenvalues.elements.enumerated() {
      let rate = (ratio * kappa).squareRoot()
      let (x, y) = (initial.x[mode], initial.y[mode])
      guard rate > 0 else {
        components.append(
          GrowthComponent(
            exponent: 0, degree: 1, amplitude: abs(y), part: .linear(mode: mode, amplitude: y)))
        continue
      }
      let (up, down) = ((x + y / rate) / 2, (x - y / rate) / 2)
      components.append(
        GrowthComponent(
          exponent: rate, amplitude: abs(up), part: .growing(mode: mode, amplitude: up)))
      components.append(
        GrowthComponent(
          exponent: -rate, amplitude: abs(down), part: .falling(mode: mode, amplitude: down)))
    }
    let constant = constantState(ratio).norm
    return components + [GrowthComponent(exponent: 0, amplitude: constant, part: .constant)]
  }

  /// What neither grows nor falls: W of modes that the kernel does not see, and H_0 less the
  /// image of s y_0/k^2.
  private func constantState(_ ratio: Double) -> State {
    var coefficients = initial
    for (mode, kappa) in spectrum.eigenvalues.elements.enumerated() {
      coefficients.integral[mode] = kappa > 0 ? -initial.y[mode] / kappa : 0
      if kappa > 0 { coefficients.x[mode] = 0 }
    }
    return state(coefficients)
  }

  private func limit(_ parts: [Part], _ ratio: Double) -> State {
    var coefficients = initial
    coefficients.x = initial.x.map { _ in 0 }
    coefficients.unit = 0
    var hasConstant = false
    for part in parts {
      switch part {
      case .growing(let mode, let amplitude), .falling(let mode, let amplitude):
        var rate = (ratio * spectrum.eigenvalues.elements[mode]).squareRoot()
        if case .falling = part { rate = -rate }
        coefficients.x[mode] += amplitude
        coefficients.integral[mode] += ratio * amplitude / rate
      case .linear(let mode, let amplitude): coefficients.x[mode] += amplitude
      case .constant: hasConstant = true
      }
    }
    let moving = state(coefficients)
    guard hasConstant else { return moving }
    let constant = constantState(ratio)
    return State(
      features: moving.features + constant.features,
      prototypes: moving.prototypes + constant.prototypes)
  }
}
