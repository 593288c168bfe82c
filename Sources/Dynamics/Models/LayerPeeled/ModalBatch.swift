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
    let kinds = coefficients.map { coefficients in
      basis.frames(
        basis.plain(coefficients, relativeTo: basis.differenceScale(coefficients))
      ).both
    }
    var shares = [Double](repeating: .nan, count: kinds.count)
    for kind in [ModeFrame.start, .spectral] {
      let positions = kinds.indices.filter { kinds[$0] == kind }
      guard !positions.isEmpty else { continue }
      guard let own = correctShares(positions.map { coefficients[$0] }, kind) else { return nil }
      for (position, share) in zip(positions, own) { shares[position] = share }
    }
    return shares
  }

  /// Those of times that are read in one frame.
  private func correctShares(_ coefficients: [ModeCoefficients], _ kind: ModeFrame) -> [Double]? {
    guard let tables = basis[kind].tables(basis),
      let own = basis[kind].logits(basis).onlyTables
    else { return nil }
    let logits = LogitTables(first: own.first, second: own.second, shifts: tables.logit)
    let times = coefficients.map { LogitFactors($0, basis, tables, kind) }
    let offsets = times.flatMap(\.offsets)
    let counts = logits.correctCounts(
      basis.rows, scales: times.map(\.scale),
      factors: Matrix(
        rows: times.count, columns: tables.logit.count, elements: times.flatMap(\.shifts)),
      offsets: offsets.isEmpty
        ? nil
        : Matrix(rows: times.count, columns: basis.problem.classCount, elements: offsets),
      threads: basis.threads)
    return counts.map { Double($0) / Double(basis.problem.sampleCount) }
  }
}

/// What the tables of the logits are multiplied by at one time, and what is added.
private struct LogitFactors {
  let scale: SIMD2<Double>
  let shifts: [Double]
  let offsets: [Double]

  init(
    _ coefficients: ModeCoefficients, _ basis: ModalBasis, _ tables: ModalTables, _ kind: ModeFrame
  ) {
    let difference = basis.differenceScale(coefficients)
    let common = basis.commonScale(coefficients, withBias: true)
    let w = basis.plain(coefficients, relativeTo: difference).pairs(kind).map(\.prototypes)
    let features = basis.plain(coefficients, relativeTo: common)
    let moved = zip(features.pairs(kind), basis.initialBlocks).map {
      $0.features - features.within * $1[kind].features
    }
    // True logits are e^exponent times the centred ones plus the bias: the larger of both keeps its
    // own scale.
    let bias = basis.bias(basis.plain(coefficients, relativeTo: 0))
    let exponent = difference + common
    let factor = bias == nil ? 1 : Double.exp(min(exponent, 0))
    scale = factor * features.within * tables.separatingBlock(w)
    shifts = tables.logitFactors(w, moved).map { factor * $0 }
    offsets = bias.map { $0.map { $0 * Double.exp(-max(exponent, 0)) } } ?? []
  }
}
