import DynNumerics

/// Means and standard deviations over random starts, for the linear flow (<doc:RandomStarts>).
///
/// The state is linear in its start: its mean is the flow of the mean start, and deviations from it
/// are two numbers per mode, alike in all coordinates. No start is drawn.
struct StartMoments {
  private let problem: Problem
  /// What the flow makes of any pair (a_0, w_0) of each mode.
  private var propagation: any ModalPropagation
  /// The flow of the mean start.
  private var meanFlow: any Evaluator
  /// |E a_0|^2 and |E w_0|^2, summed over the modes of each distinct singular value.
  private let meanSquares: [(features: ExtendedNumber, prototypes: ExtendedNumber)]
  private let counts: [PairCount]

  /// O(p n + p C^2), as the closed form.
  ///
  /// - Throws: `NumericsError` when there is no memory for an integration of the modes.
  init(_ problem: Problem, until end: Double, threads: Int) throws(NumericsError) {
    self.problem = problem
    let probe = ModalBasis(problem.probingModes)
    if problem.hasClosedForm {
      propagation = ClosedFormPropagation(basis: probe)
    } else {
      propagation = try IntegratedPropagation(basis: probe, until: end)
    }
    let rows = ClassRows(sizes: problem.labels.partition.sizes)
    let (mean, logUnit) = problem.meanStart.inRangeOfSquares(rows, threads: threads)
    let basis = ModalBasis(mean, logUnit: logUnit, threads: threads)
    meanFlow = try ModalSolution(basis: basis).flow(until: end)
    let unit = ExtendedNumber(1, logScale: logUnit).squared
    meanSquares = basis.start.products.map { ($0.first * unit, $0.second * unit) }
    counts = problem.labels.modes.pairCounts(dimension: problem.featureDimension)
  }

  /// The moments at a time not before the last one asked for. O(distinct singular values).
  ///
  /// - Throws: `SolverFailure` when modes are integrated and cannot be up to that time.
  mutating func values(at time: Double) throws(SolverFailure) -> ExpectedValues {
    let coefficients = try propagation.coefficients(at: time)
    let mean = try meanFlow.snapshot(at: time)
    let central = centralMoments(coefficients)
    let (objective, norms) = (mean.objective(), mean.norms())
    func square(_ norm: Double) -> ExtendedNumber {
      ExtendedNumber(norm, logScale: mean.logScale).squared
    }
    let (features, prototypes) = (square(norms.features), square(norms.prototypes))
    return ExpectedValues(
      time: time,
      [
        (.loss, objective.loss + central.loss.mean.value),
        (.objective, objective.objective + central.objective(problem.decay).value),
        (.squaredNormFeatures, (features + central.features.mean).value),
        (.squaredNormPrototypes, (prototypes + central.prototypes.mean).value),
        (.squaredNormState, (features + prototypes + central.state.mean).value),
        (.lossDeviation, central.loss.deviation),
        (.squaredNormFeaturesDeviation, central.features.deviation),
        (.squaredNormPrototypesDeviation, central.prototypes.deviation),
        (.squaredNormStateDeviation, central.state.deviation),
      ])
  }

  /// The observables whose means it reports, with those of their standard deviations.
  static let moments: [(mean: Observable, deviation: Observable?)] = [
    (.loss, .lossDeviation), (.objective, nil),
    (.squaredNormFeatures, .squaredNormFeaturesDeviation),
    (.squaredNormPrototypes, .squaredNormPrototypesDeviation),
    (.squaredNormState, .squaredNormStateDeviation),
  ]

  /// Moments of deviations from the mean state; variances are those of the whole.
  private func centralMoments(_ coefficients: ModeCoefficients) -> CentralMoments {
    var central = CentralMoments()
    for (value, block) in coefficients.blocks.enumerated() {
      central.add(
        pair(value, block), singularValue: problem.labels.modes.distinctValues[value])
    }
    let within = coefficients.within
    central.add(
      withinClasses: .sumOfSquares(
        deviationsWithinClasses,
        variance: (problem.distribution.features.deviation
          * ExtendedNumber(within.value, logScale: within.logScale)).squared))
    if problem.start.bias != nil {
      let deviation =
        ExtendedNumber(problem.distribution.bias.deviation)
        * ExtendedNumber(coefficients.biasDecay)
      central.add(
        biasVariance: deviation.squared, drive: ExtendedNumber(problem.labels.biasDrive.norm),
        classCount: Double(problem.classCount))
    }
    return central
  }

  private func pair(_ value: Int, _ block: ModeBlock) -> PairMoments {
    let distribution = problem.distribution
    return PairMoments(
      covariance: PairMatrix(
        features: ExtendedNumber(distribution.features.deviation).squared,
        prototypes: ExtendedNumber(distribution.prototypes.deviation).squared, through: block),
      mean: PairMatrix(
        features: meanSquares[value].features, prototypes: meanSquares[value].prototypes,
        through: block),
      count: counts[value])
  }

  /// The dimension p (n - K) of H_perp.
  private var deviationsWithinClasses: Double {
    Double(problem.featureDimension)
      * Double(problem.sampleCount - problem.labels.partition.sizes.count)
  }
}
