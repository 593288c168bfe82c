/// The spectral measure of a symmetric operator as a few nodes with weights that sum to 1: all
/// eigenvalues with equal weights, or the Gauss quadratures of random probes.
///
/// For probes this is stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017): each probe's m
/// nodes integrate polynomials up to degree 2m - 1 exactly against that probe's measure, and the
/// mean over Rademacher probes is unbiased.
public struct SpectralQuadrature: Sendable {
  /// Nodes and weights of one probe.
  public struct Rule: Sendable {
    /// The Ritz values, increasing.
    public let nodes: [Double]
    /// Squared first components of the Ritz vectors; they sum to 1.
    public let weights: [Double]

    /// Nodes with their weights.
    public init(nodes: [Double], weights: [Double]) {
      self.nodes = nodes
      self.weights = weights
    }

    /// The sum of weight times f(node).
    public func integral(_ f: (Double) -> Double) -> Double {
      zip(nodes, weights).map { $1 * f($0) }.sum
    }
  }

  /// The dimension of the operator.
  public let dimension: Int
  /// One rule a probe; a single one for a whole spectrum.
  public let rules: [Rule]

  /// The measure of a spectrum that is known completely.
  public init(eigenvalues: [Double]) {
    dimension = eigenvalues.count
    let weights = [Double](repeating: 1 / Double(eigenvalues.count), count: eigenvalues.count)
    rules = [Rule(nodes: eigenvalues, weights: weights)]
  }

  /// The quadrature of given probes.
  ///
  /// - Throws: `NumericsError.noConvergence` when a product is not finite.
  /// - Complexity: probes times (`steps` products and O(dimension * steps^2)).
  public init(
    _ target: any SymmetricOperator, probes: [[Double]], steps: Int
  ) throws(NumericsError) {
    dimension = target.dimension
    rules = try probes.map { probe throws(NumericsError) in
      try Self.rule(target, probe: probe, steps: steps)
    }
  }

  private static func rule(
    _ target: any SymmetricOperator, probe: [Double], steps: Int
  ) throws(NumericsError) -> Rule {
    var lanczos = LanczosFactorization(target, start: probe)
    lanczos.extend(to: steps)
    let ritz = try lanczos.ritzDecomposition()
    return Rule(
      nodes: ritz.values,
      weights: ritz.values.indices.map { ritz.vectors[0, $0] * ritz.vectors[0, $0] })
  }

  /// The quadrature of Rademacher probes (entries 1 or -1 with equal chances) of one seed.
  ///
  /// - Throws: `NumericsError` when a product is not finite or there is no generator.
  public init(
    _ target: any SymmetricOperator, probeCount: Int, steps: Int, seed: UInt64
  ) throws(NumericsError) {
    dimension = target.dimension
    var generator = try RandomNormals(seed: seed)
    var rules: [Rule] = []
    // One probe after the other: together they would take a vector each.
    for _ in 0..<probeCount {
      let probe = generator.next(target.dimension).map { $0 < 0 ? -1.0 : 1.0 }
      rules.append(try Self.rule(target, probe: probe, steps: steps))
    }
    self.rules = rules
  }

  /// The mean over the probes of the integral of f, with its standard error (nan for one probe).
  public func mean(_ f: (Double) -> Double) -> (value: Double, standardError: Double) {
    let values = rules.map { $0.integral(f) }
    let count = Double(values.count)
    let mean = values.sum / count
    let variance = values.map { ($0 - mean) * ($0 - mean) }.sum / (count - 1)
    return (mean, (variance / count).squareRoot())
  }

  /// The estimated trace: `dimension` times the mean.
  public var trace: Double { Double(dimension) * mean { $0 }.value }
}
