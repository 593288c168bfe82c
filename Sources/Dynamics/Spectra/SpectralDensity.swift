public import DynNumerics
import RealModule

extension SpectralQuadrature {
  /// The density at a point, every node widened to a normal density of a given variance.
  public func density(at point: Double, variance: Double) -> Double {
    let height = 1 / (2 * Double.pi * variance).squareRoot()
    return mean { node in
      height * Double.exp(-(point - node) * (point - node) / (2 * variance))
    }.value
  }

  /// The lowest and the highest node.
  public var range: (lowest: Double, highest: Double) {
    let nodes = rules.flatMap(\.nodes)
    return (nodes.min() ?? .nan, nodes.max() ?? .nan)
  }
}
