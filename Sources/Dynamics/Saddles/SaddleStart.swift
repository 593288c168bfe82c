public import DynNumerics

/// A known saddle and a start near it.
public struct SaddleStart: Sendable {
  /// Which way the start lies.
  public enum Direction: String, Sendable, CaseIterable {
    /// Any direction with equal chances.
    case random
    /// The eigenvector of the smallest eigenvalue of the Hessian.
    case mostNegative = "most_negative"
  }

  /// The name of the saddle.
  public let name: String
  /// The saddle itself.
  public let saddle: State
  /// The distance of the start.
  public let offset: Double
  /// Which way it lies.
  public let direction: Direction

  /// A start near a saddle.
  public init(name: String, saddle: State, offset: Double, direction: Direction) {
    self.name = name
    self.saddle = saddle
    self.offset = offset
    self.direction = direction
  }

  /// The start: the saddle plus `offset` times a unit vector by all variables.
  ///
  /// `seed` is that of a random direction. The sign of an eigenvector is chosen so that its largest
  /// entry is positive.
  ///
  /// - Throws: `NumericsError` when a decomposition fails.
  public func state(
    _ landscape: any Landscape, seed: UInt64
  ) throws(NumericsError) -> State {
    var variables = landscape.variables(of: saddle)
    guard offset > 0 else { return saddle }
    let direction = try unitVector(landscape, at: variables, seed: seed)
    for index in variables.indices { variables[index] += offset * direction[index] }
    return landscape.state(of: variables)
  }

  private func unitVector(
    _ landscape: any Landscape, at variables: [Double], seed: UInt64
  ) throws(NumericsError) -> [Double] {
    switch direction {
    case .random: return try .randomDirection(landscape.dimension, seed: seed)
    case .mostNegative:
      let vector = try ExtremeEigenvalues(
        landscape.hessian(at: variables), tolerance: 1e-12, seed: seed
      ).smallest.vector
      let largest = vector.max { abs($0) < abs($1) } ?? 1
      let factor = (largest < 0 ? -1 : 1) / vector.norm
      return vector.map { factor * $0 }
    }
  }
}

extension Problem {
  /// The same problem from a start near a saddle.
  public func starting(near saddle: SaddleStart, at state: State) -> Problem {
    starting(from: InitialState(state), near: saddle)
  }
}

extension Array where Element == Double {
  /// A unit vector of any direction with equal chances.
  static func randomDirection(_ count: Int, seed: UInt64) throws(NumericsError) -> [Double] {
    var generator = try RandomNormals(seed: seed, stream: RandomStream.saddleDirection)
    return generator.nextDirection(count)
  }
}

extension RandomNormals {
  /// A unit vector of any direction with equal chances.
  mutating func nextDirection(_ count: Int) -> [Double] {
    let vector = next(count)
    let factor = 1 / vector.norm
    return vector.map { factor * $0 }
  }
}
