import DynNumerics
import RealModule

extension Problem {
  /// The problem with its state divided by a power of two, so that squares of its entries are
  /// numbers, and the logarithm of that power; the problem itself where it needs none. The flow is
  /// linear in (H, W): nothing else changes.
  func inRangeOfSquares(_ rows: ClassRows, threads: Int) -> (problem: Problem, logUnit: Double) {
    let prototypes = start.prototypes
    let largest = max(
      rows.largestMagnitude(start.features, threads: threads),
      prototypes.elements.span.largestMagnitude)
    guard let unit = ScaledMatrix.unit(largest) else { return (self, 0) }
    return (dividingState(by: unit), Double.log(unit))
  }

  /// The problem with features and prototypes divided by a number.
  func dividingState(by unit: Double) -> Problem {
    starting(
      from: InitialState(
        State(
          features: start.features.divided(by: unit),
          prototypes: start.prototypes.divided(by: unit),
          bias: start.bias)),
      reducedScatter: reducedScatter.map { $0.map { $0 / unit / unit } })
  }
}
