public import DynNumerics

/// What is known of the spectrum of a Hessian.
public struct HessianSpectrum: Sendable {
  /// How the eigenvalues were found.
  public enum Method: Sendable, Equatable {
    /// All of them, by LAPACK from the matrix.
    case dense
    /// All of them, from one feature a class: see ``CollapsedSpectrum``.
    case collapsed
    /// The extremes, by Lanczos, with the larger of their residuals and whether it met the
    /// tolerance.
    case lanczos(steps: Int, residual: Double, hasConverged: Bool)
  }

  /// Eigenvalues below minus this count as negative.
  public static let indexThreshold = 1e-10

  /// The number of eigenvalues.
  public let dimension: Int
  /// The smallest eigenvalue.
  public let smallest: Double
  /// The largest eigenvalue.
  public let largest: Double
  /// How many are below -1e-10; nil where only the extremes are known.
  public let index: Int?
  /// The exact sum of all eigenvalues.
  public let trace: Double
  /// Where the extremes come from.
  public let method: Method
  /// All eigenvalues in increasing order, where they are known.
  public let eigenvalues: [Double]?

  /// The smallest over the largest eigenvalue, a measure of non-convexity with its sign.
  public var ratio: Double { smallest / largest }

  /// The spectrum of a Hessian: by the collapsed reduction where it applies, else from the dense
  /// matrix up to `denseLimit` unknowns, else the extremes by Lanczos.
  ///
  /// - Throws: `NumericsError` for entries that are not finite, or without memory.
  /// - Complexity: O(dimension^3) dense; a product and O(dimension * steps) a Lanczos step.
  public init(
    _ hessian: any HessianOperator, settings: SpectrumSettings = SpectrumSettings()
  ) throws(NumericsError) {
    dimension = hessian.dimension
    try Self.checkMemory(hessian.dimension, settings)
    trace = hessian.trace
    if let collapsed = try hessian.collapsed() {
      (eigenvalues, method) = (collapsed.eigenvalues, .collapsed)
    } else if hessian.dimension <= settings.denseLimit {
      eigenvalues = try hessian.matrix.symmetricEigendecomposition().values
      method = .dense
    } else {
      let extremes = try ExtremeEigenvalues(
        hessian, stepLimit: settings.steps, seed: settings.seed)
      eigenvalues = nil
      method = .lanczos(
        steps: extremes.steps,
        residual: max(extremes.smallest.residual, extremes.largest.residual),
        hasConverged: extremes.hasConverged)
      (smallest, largest, index) = (extremes.smallest.value, extremes.largest.value, nil)
      return
    }
    smallest = eigenvalues?.first ?? .nan
    largest = eigenvalues?.last ?? .nan
    index = eigenvalues?.count { $0 < -Self.indexThreshold }
  }
}

extension HessianSpectrum {
  /// Before a matrix or Lanczos vectors are allocated.
  private static func checkMemory(
    _ dimension: Int, _ settings: SpectrumSettings
  ) throws(NumericsError) {
    guard dimension <= settings.denseLimit else {
      return try LanczosMemory.check(dimension: dimension, steps: settings.steps)
    }
    // The matrix with its images, eigenvectors and work space.
    let bytes = 8 * 8 * Double(dimension) * Double(dimension)
    guard bytes > Double(SystemMemory.available) else { return }
    throw .outOfMemory(
      what: "the Hessian's matrix of \(dimension) x \(dimension) (lower the dense limit)")
  }
}

/// What Lanczos iterations take.
enum LanczosMemory {
  /// Before the vectors of a factorisation and the matrix of its steps are allocated.
  ///
  /// - Throws: `NumericsError` when they do not fit into memory.
  static func check(dimension: Int, steps: Int) throws(NumericsError) {
    let (n, steps) = (Double(dimension), Double(min(steps, dimension)))
    // A vector a step and some more; the tridiagonal matrix, its eigenvectors and work space.
    let bytes = 8 * (n * (steps + 16) + 5 * steps * steps)
    guard bytes > Double(SystemMemory.available) else { return }
    throw .outOfMemory(
      what: "\(Int(steps)) Lanczos vectors of \(dimension) entries (lower the steps)")
  }
}

/// How spectra are computed.
public struct SpectrumSettings: Sendable, Equatable {
  /// Unknowns up to which the matrix is formed.
  public var denseLimit: Int
  /// Lanczos steps at most.
  public var steps: Int
  /// Rademacher probes of a density.
  public var probes: Int
  /// The seed of start vectors and probes.
  public var seed: UInt64

  /// Settings; the defaults form matrices up to 1500 unknowns.
  public init(denseLimit: Int = 1500, steps: Int = 300, probes: Int = 10, seed: UInt64 = 1) {
    self.denseLimit = denseLimit
    self.steps = steps
    self.probes = probes
    self.seed = seed
  }
}
