/// A number that is followed over a trajectory.
public struct Observable: Sendable {
  /// The name in scenarios and CSV headers.
  public let name: String
  /// How formulas and figures write it.
  public let symbol: String
  /// What it is, in one line.
  public let summary: String
  /// Whether it is cheap enough to be measured when the scenario does not say what to measure.
  public let isCheap: @Sendable (Problem) -> Bool
  /// Whether it means anything for a problem.
  public let applies: @Sendable (Problem) -> Bool
  /// Whether it needs the samples themselves, which the reduced representation does not keep.
  public let needsSamples: Bool
  /// Whether it needs every group of samples to be of a class; else it is nan.
  public let needsClasses: Bool
  /// Its value; nan where it is undefined.
  public let value: @Sendable (Observation) -> Double

  /// An observable; by default it means something for every problem, is measured where the scenario
  /// does not say, and does without the samples and without classes.
  public init(
    _ name: String, symbol: String, _ summary: String,
    isCheap: @escaping @Sendable (Problem) -> Bool = { _ in true },
    applies: @escaping @Sendable (Problem) -> Bool = { _ in true },
    needsSamples: Bool = false, needsClasses: Bool = false,
    value: @escaping @Sendable (Observation) -> Double
  ) {
    self.name = name
    self.symbol = symbol
    self.summary = summary
    self.isCheap = isCheap
    self.applies = applies
    self.needsSamples = needsSamples
    self.needsClasses = needsClasses
    self.value = { observation in
      let isDefined = !needsClasses || observation.problem.labels.targets.trueClasses != nil
      return isDefined ? value(observation) : .nan
    }
  }
}

extension Observable {
  /// For observables that are measured only when they are asked for.
  static let onRequest: @Sendable (Problem) -> Bool = { _ in false }
}

/// The observables that scenarios can name.
public enum Observables {
  /// Every observable in the order of default columns; a new one needs its file and a line here.
  public static let all: [Observable] =
    [
      .loss, .objective, .accuracy, .normFeatures, .normPrototypes, .normState, .logNormState,
      .directionDistance, .alignedDistance, .alignment, .alignmentDistance, .nc1Pinv, .nc1Quot,
      .nc1Cdnv, .nc2Features, .nc2Prototypes, .nc3Dual, .nc3Align, .nc4Agree,
      .normRatio, .projectionDistanceFeatures, .projectionDistancePrototypes,
      .limitDistanceFeatures, .limitDistancePrototypes, .effectiveRankFeatures,
      .effectiveRankPrototypes,
    ] + Observable.leadingSingularValues + Observable.geometryDistances + Observable.groupGeometry
    + [.margin, .testAccuracy, .testAccuracyHead, .testAccuracyMedium, .testAccuracyTail]
    + [.accuracyGiven, .memorized, .errorBound]
    + [.squaredNormFeatures, .squaredNormPrototypes, .squaredNormState]
    + Observable.deviations + [.noiseShare]
    + [.timeToBlowUp]

  /// The observables with given names, in their order; names that do not exist are passed over.
  public static func named(_ names: [String]) -> [Observable] {
    names.compactMap { name in all.first { $0.name == name } }
  }

  /// What is measured when the scenario does not say.
  public static func defaults(for problem: Problem) -> [Observable] {
    all.filter { observable in
      observable.isCheap(problem) && observable.applies(problem)
        && !(problem.isReduced && observable.needsSamples)
        && !(observable.needsClasses && problem.labels.targets.trueClasses == nil)
    }
  }

  /// The same for given solvers: what those with expectations know, and where another solver follows
  /// a state all that is measured of it.
  public static func defaults(for problem: Problem, solvers: [any Solver]) -> [Observable] {
    let expectations = solvers.compactMap(\.expectations)
    let known = Set(expectations.flatMap(\.knownObservables).map(\.name))
    let measured = Set(
      expectations.count == solvers.count ? [] : defaults(for: problem).map(\.name))
    return all.filter { observable in
      measured.contains(observable.name)
        || known.contains(observable.name) && observable.applies(problem)
    }
  }
}
