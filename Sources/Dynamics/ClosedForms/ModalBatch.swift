import DynNumerics
import RealModule

/// Several times of one modal trajectory, whose accuracies are found together: the tables of the
/// logits are then read once for all of them.
final class ModalBatch: Sendable {
  private let basis: ModalBasis
  private let coefficients: [ModeCoefficients]
  private let shares = Once<[Double]?>()

  /// Times that are taken together.
  static let size = 64

  init(basis: ModalBasis, coefficients: [ModeCoefficients]) {
    self.basis = basis
    self.coefficients = coefficients
  }

  /// The share of samples whose own logit is the largest at one of the times; nil where there are no
  /// tables to find it from. O(C n) a time.
  func correctShare(at position: Int) -> Double? { shares.value { correctShares() }?[position] }

  private func correctShares() -> [Double]? {
    guard let tables = basis.tables, let logits = basis.logits.tables(ofValues: 1).first
    else { return nil }
    let times = coefficients.map { TimeFactors($0, basis, tables) }
    let counts = basis.rows.correctCounts(
      first: logits.first, second: logits.second, factors: times.map(\.table),
      shifts: times.map(\.shift), threads: basis.threads)
    return counts.map { Double($0) / Double(basis.problem.sampleCount) }
  }
}

/// What the tables of the logits are multiplied by at one time, and what is added.
private struct TimeFactors {
  let table: (Double, Double)
  let shift: Matrix

  init(_ coefficients: ModeCoefficients, _ basis: ModalBasis, _ tables: ModalTables) {
    let scale = basis.differenceScale(coefficients)
    let common = basis.commonScale(coefficients, withBias: true)
    let prototypes = coefficients.plain(relativeTo: scale)
    let features = coefficients.plain(relativeTo: common)
    let w = prototypes.blocks.map(\.prototypes)
    let moved = zip(features.blocks, basis.initialBlocks).map {
      $0.features - features.within * $1.features
    }
    // True logits are e^(scale + common) times the centred ones plus the bias: the larger of both
    // keeps its own scale.
    let bias = basis.bias(coefficients.plain(relativeTo: 0))
    let exponent = scale + common
    let factor = bias == nil ? 1 : Double.exp(min(exponent, 0))
    let own = basis.logits.separatingBlock(w)
    table = (factor * features.within * own.x, factor * features.within * own.y)
    var shift = Matrix.combination(
      tables.logitFactors(w, moved).map { factor * $0 }, of: tables.logit)
    if let bias {
      let offsets = bias.map { $0 * Double.exp(-max(exponent, 0)) }
      for row in 0..<shift.rows {
        for (column, offset) in offsets.enumerated() { shift[row, column] += offset }
      }
    }
    self.shift = shift
  }
}
