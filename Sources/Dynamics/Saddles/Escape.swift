public import DynNumerics
import RealModule

/// A start near a saddle in linear theory: one unstable curvature -mu, and how far the start is along
/// its eigenvectors.
///
/// A quadratic saddle whose objective falls from L_s to a threshold L_1 along them is left at the
/// distance a_1 = sqrt(2 (L_s - L_1)/mu).
public struct EscapeStart: Sendable, Equatable {
  /// mu > 0, minus the smallest eigenvalue of the Hessian.
  public let curvature: Double
  /// The number of eigenvectors with that eigenvalue.
  public let multiplicity: Int
  /// The number of variables.
  public let dimension: Int
  /// a_0, the distance of the start along these eigenvectors.
  public let distance: Double
  /// a_1, the distance at which the saddle counts as left.
  public let exit: Double

  /// A start from its numbers.
  public init(
    curvature: Double, multiplicity: Int = 1, dimension: Int = 1, distance: Double, exit: Double
  ) {
    self.curvature = curvature
    self.multiplicity = multiplicity
    self.dimension = dimension
    self.distance = distance
    self.exit = exit
  }

  /// The start of a problem near a saddle, left when the objective is below a threshold; nil where
  /// the problem has no saddle, the saddle no negative curvature, or the threshold is above it.
  ///
  /// - Throws: `NumericsError` when the decomposition fails.
  /// - Complexity: O(variables^3).
  public init?(_ problem: Problem, threshold: Double) throws(NumericsError) {
    guard let start = problem.saddle, let landscape = problem.landscape,
      landscape.dimension <= SpectrumSettings().denseLimit
    else { return nil }
    let saddle = landscape.variables(of: start.saddle)
    let spectrum = try landscape.hessian(at: saddle).matrix.symmetricEigendecomposition()
    let drop = landscape.value(at: saddle, of: .whole(problem)) - threshold
    guard let smallest = spectrum.values.first, smallest < -HessianSpectrum.indexThreshold,
      drop > 0
    else { return nil }
    let offset = zip(landscape.variables(of: problem.initialState), saddle).map { $0 - $1 }
    let unstable = spectrum.values.indices.prefix {
      spectrum.values[$0] <= smallest + 1e-9 * abs(smallest)
    }
    self.init(
      curvature: -smallest, multiplicity: unstable.count, dimension: landscape.dimension,
      distance: unstable.map { spectrum.vectors.column($0).dot(offset) }.norm,
      exit: (2 * drop / -smallest).squareRoot())
  }

  /// ln(a_1/a_0)/rate; nil when the rate is not positive or the start already outside.
  func time(atRate rate: Double) -> Double? {
    guard rate > 0, distance > 0, exit > distance else { return nil }
    return Double.log(exit / distance) / rate
  }
}

/// What linear theory says of an escape.
public struct EscapePrediction: Sendable, Equatable {
  /// The time to leave; nil for never.
  public let time: Double?
  /// The distance from the saddle within which it traps; nil where it does not.
  public let trapRadius: Double?

  /// A prediction.
  public init(time: Double?, trapRadius: Double? = nil) {
    self.time = time
    self.trapRadius = trapRadius
  }
}
