public import DynNumerics

/// A saddle as a critical point: how flat, how unstable, and which way it is left.
public struct SaddleReport: Sendable {
  /// The norm of the gradient of the whole objective.
  public let gradientNorm: Double
  /// The spectrum of the Hessian of the whole objective.
  public let spectrum: HessianSpectrum
  /// The objective there.
  public let objective: Double

  /// The report of a start's saddle.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  public init(
    _ start: SaddleStart, _ landscape: any Landscape, _ problem: Problem
  ) throws(NumericsError) {
    let variables = landscape.variables(of: start.saddle)
    gradientNorm = landscape.gradient(at: variables, of: .whole(problem)).norm
    objective = landscape.value(at: variables, of: .whole(problem))
    spectrum = try HessianSpectrum(landscape.hessian(at: variables))
  }
}
