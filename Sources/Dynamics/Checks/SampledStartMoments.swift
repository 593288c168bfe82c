import DynNumerics

/// Moments over starts from draws that the closed form follows to the horizon.
struct SampledStartMoments {
  static let draws = 400

  private let values: [String: [Double]]

  /// - Throws: `SolverFailure` when a draw cannot be followed.
  init(_ verification: Verification) throws(SolverFailure) {
    let problem = verification.problem
    let given = problem.classParts
    var values: [String: [Double]] = [:]
    for draw in 0..<Self.draws {
      let drawn = try Self.drawing(problem, given, seed: UInt64(draw))
      let prepared = try PreparedProblem.orFailure(drawn)
      let snapshot = try verification.replacing(prepared).exactSnapshot(at: verification.horizon)
      let observation = Observation(snapshot) { prepared.prediction }
      for (observable, _) in StartMoments.moments {
        values[observable.name, default: []].append(observable.value(observation))
      }
    }
    self.values = values
  }

  /// The values of an observable.
  func sample(of observable: Observable) -> MomentSample {
    MomentSample(values[observable.name] ?? [])
  }

  /// The problem from another start: class parts A have the entries' own deviation, and squared
  /// deviations from class means are chi-squared.
  private static func drawing(
    _ problem: Problem, _ given: (parts: Matrix, scatter: [Double]), seed: UInt64
  ) throws(SolverFailure) -> Problem {
    let distribution = problem.distribution
    let p = problem.featureDimension
    do throws(NumericsError) {
      func normals(_ count: Int, _ deviation: Double, _ stream: RandomStream)
        throws(NumericsError) -> [Double]
      {
        var generator = try RandomNormals(seed: seed, stream: stream)
        return generator.next(count, scale: deviation)
      }
      var (parts, scatter) = given
      if distribution.features != .given {
        let deviation = distribution.features.deviation
        parts.elements = try normals(parts.elements.count, deviation, .features)
        var generator = try RandomNormals(seed: seed, stream: .scatter)
        for (index, size) in problem.labels.partition.sizes.enumerated() {
          scatter[index] =
            deviation * deviation * generator.nextChiSquared(degrees: Double(p * (size - 1)))
        }
      }
      var prototypes = problem.start.prototypes
      if distribution.prototypes != .given {
        prototypes.elements = try normals(
          prototypes.elements.count, distribution.prototypes.deviation, .prototypes)
      }
      var bias = problem.start.bias
      if distribution.bias != .given, let count = bias?.count {
        bias = try normals(count, distribution.bias.deviation, .bias)
      }
      return problem.starting(
        from: InitialState(State(features: parts, prototypes: prototypes, bias: bias)),
        reducedScatter: scatter)
    } catch {
      throw SolverFailure(error)
    }
  }
}

extension Problem {
  /// The features at time 0 as class parts A = H Q' and squared deviations from class means.
  fileprivate var classParts: (parts: Matrix, scatter: [Double]) {
    if let reducedScatter { return (start.features, reducedScatter) }
    let features = start.features
    let parts = labels.project(features)
    return (parts, labels.withinClassScatter(features, classPart: parts))
  }
}

/// Independent values of one number, and how far its moments are from given ones.
struct MomentSample {
  private let values: [Double]
  private let mean: Double
  private let variance: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.sum / count
    self.values = values
    self.mean = mean
    variance = values.map { $0 - mean }.sumOfSquares / (count - 1)
  }

  /// Numbers that are alike up to rounding have no spread.
  private static let rounding = 1e-12

  /// How many standard errors the mean is away.
  func errors(ofMean expected: Double) -> Double {
    let difference = abs(mean - expected)
    guard difference > Self.rounding * abs(mean) else { return 0 }
    return difference / (variance / Double(values.count)).squareRoot()
  }

  /// The same of the standard deviation; the standard error of a variance follows from the fourth
  /// moment.
  func errors(ofDeviation expected: Double) -> Double {
    let unit = variance.squareRoot()
    guard max(unit, expected) > Self.rounding * abs(mean) else { return 0 }
    let fourth = values.map { ($0 - mean) / unit }.map { $0 * $0 * $0 * $0 }.sum
    let count = Double(values.count)
    let ratio = expected / unit
    return abs(1 - ratio * ratio) / (max(0, fourth / count - 1) / count).squareRoot()
  }
}
