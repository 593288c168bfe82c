import DynNumerics
import RealModule

extension ModalBasis {
  /// The predicted limit of the direction Z/|Z| (<doc:ConvergenceRates>): the
  /// spectral projection of the initial state on the fastest-growing modes of any kind.
  ///
  /// - Parameter stepSize: of gradient descent at a constant rate, whose factor 1 + e kappa a step
  ///   replaces e^(e kappa); nil for the flow.
  func prediction(stepSize: Double? = nil) -> LimitPrediction {
    let movesPrototypes = problem.movesPrototypes
    guard problem.hasClosedForm else { return unpredicted() }
    let components =
      ((movesPrototypes ? modeComponents() : anchoredComponents()) + [withinComponent()])
      .map { $0.discretized(stepSize) }
    // What is rounding was left out of the components.
    let leading = components.leadingGrowth(stateNorm: 0)
    let limit = leading?.parts.reduce(zeroCoefficients, +)
    return LimitPrediction(
      direction: limit.map { direction($0) }, alignedDirection: alignedDirection(),
      projection: projection(),
      approach: leading?.approach ?? .unknown("the state is zero"),
      clock: movesPrototypes ? .prototypes : .features, growthExponent: leading?.exponent ?? 0,
      settledFrom: leading?.settledFrom)
  }

  private func unpredicted() -> LimitPrediction {
    LimitPrediction(
      direction: nil, alignedDirection: nil, projection: projection(),
      approach: .unknown("the learning rates are not proportional"), clock: .prototypes,
      growthExponent: problem.labels.modes.largestValue, settledFrom: nil)
  }

  private func direction(_ coefficients: ModeCoefficients) -> LimitDirection {
    LimitDirection(.modal(self, coefficients.limit))
  }

  private func basisNorm(_ coefficients: ModeCoefficients) -> Double {
    norms(coefficients.limit).withoutBias
  }

  private func component(
    _ exponent: Double, degree: Int = 0, _ change: (inout ModeCoefficients) -> Void
  ) -> GrowthComponent<ModeCoefficients> {
    var part = zeroCoefficients
    change(&part)
    return GrowthComponent(
      exponent: exponent, degree: degree, amplitude: basisNorm(part), part: part)
  }

  private func modeComponents() -> [GrowthComponent<ModeCoefficients>] {
    orientations.enumerated().flatMap { index, orientation in
      var components: [GrowthComponent<ModeCoefficients>] = []
      if isGrowing[index] {
        components.append(
          component(orientation.upper) {
            $0.blocks[index] = orientation.block(first: 1, second: 0)
          })
      }
      if isFalling[index] {
        components.append(
          component(orientation.lower) {
            $0.blocks[index] = orientation.block(first: 0, second: 1)
          })
      }
      return components
    }
  }

  /// With decay: a_0 - sigma w/lambda falls, sigma w/lambda and w stay. Without: a_0 and w stay,
  /// sigma w grows linearly. Parts that are rounding of their terms are absent.
  private func anchoredComponents() -> [GrowthComponent<ModeCoefficients>] {
    let decay = problem.decay.features
    let (a, w) = (classPart.elements.norm, problem.start.prototypes.elements.norm)
    return problem.labels.modes.distinctValues.enumerated().flatMap { index, sigma in
      func part(
        _ exponent: Double, degree: Int = 0, _ block: ModeBlock, terms: Double
      ) -> [GrowthComponent<ModeCoefficients>] {
        let part = component(exponent, degree: degree) { $0.blocks[index] = block }
        return part.amplitude > Self.absentShare * terms ? [part] : []
      }
      guard decay > 0 else {
        return part(0, anchored([1, 0], [0, 1]), terms: 0)
          + part(0, degree: 1, anchored([0, sigma], .zero), terms: sigma * w)
      }
      let pulled = sigma / decay
      return part(
        -decay, anchored([1, -pulled], .zero), terms: Double.hypot(a, pulled * w))
        + part(0, anchored([0, pulled], [0, 1]), terms: Double.hypot(pulled, 1) * w)
    }
  }

  private func anchored(_ features: SIMD2<Double>, _ prototypes: SIMD2<Double>) -> ModeBlock {
    ModeBlock(start: ModePair(features: features, prototypes: prototypes))
  }

  /// None where the deviations are rounding of the features.
  private func withinComponent() -> GrowthComponent<ModeCoefficients> {
    let ratio = problem.movesPrototypes ? problem.rates.ratio ?? 1 : 1
    let features = norms(initialCoefficients.limit).features
    let isPresent = totalScatter.squareRoot() > Self.absentShare * features
    return component(-ratio * problem.decay.features) { $0.within.value = isPresent ? 1 : 0 }
  }

  /// Zbar of <doc:UnconstrainedFlow>: the growing part of the modes that tell classes apart.
  private func alignedDirection() -> LimitDirection? {
    guard problem.labels.isBalancedAndUnweighted, !orientations.isEmpty, problem.classCount > 1
    else { return nil }
    var part = zeroCoefficients
    part.blocks[0] = orientations[0].block(first: 1, second: 0)
    return basisNorm(part) > 0 ? direction(part) : nil
  }
}

extension ModalBasis {
  /// (H_1^+, W_1^+): both blocks of the modes that tell classes apart are (a + w)/2.
  private func projection() -> LimitDirection? {
    guard problem.labels.isBalancedAndUnweighted, problem.movesPrototypes,
      problem.classCount > 1
    else { return nil }
    var part = zeroCoefficients
    part.blocks[0] = block(
      ModePair(features: [0.5, 0.5], prototypes: [0.5, 0.5]), ofValue: 0)
    return direction(part)
  }
}

extension ModeCoefficients {
  /// The coefficients of a direction: no scale, and no trace of the initial state's own bits.
  var limit: PlainCoefficients {
    PlainCoefficients(
      blocks: blocks, within: within.value, biasDecay: biasDecay, biasDrive: biasDrive, unit: 0)
  }
}
