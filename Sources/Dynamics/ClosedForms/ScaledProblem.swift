import DynNumerics
import RealModule

extension Problem {
  /// Entries outside this range have squares that overflow or lose digits.
  private static let rangeOfSquares = 1e-100...1e100

  /// The problem with its state divided by a power of two, so that squares of its entries are
  /// numbers, and the logarithm of that power; the problem itself where it needs none. The flow is
  /// linear in (H, W): nothing else changes.
  func inRangeOfSquares(_ rows: ClassRows, threads: Int) -> (problem: Problem, logUnit: Double) {
    let prototypes = start.prototypes
    let largest = max(
      rows.largestMagnitude(start.features, threads: threads),
      prototypes.elements.span.largestMagnitude)
    guard largest > 0, largest.isFinite, !Self.rangeOfSquares.contains(largest) else {
      return (self, 0)
    }
    let unit = Double(sign: .plus, exponent: largest.exponent, significand: 1)
    return (dividingState(by: unit), Double.log(unit))
  }

  private func dividingState(by unit: Double) -> Problem {
    func divided(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { $0 / unit })
    }
    return Problem(
      modelCase: modelCase, loss: loss, labels: labels, decay: decay,
      rescalesLearningRate: rescalesLearningRate, kernel: kernel, seed: seed,
      start: InitialState(
        State(
          features: divided(start.features), prototypes: divided(start.prototypes),
          bias: start.bias)),
      reducedScatter: reducedScatter.map { $0.map { $0 / unit / unit } }, rates: rates)
  }
}
