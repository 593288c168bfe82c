import DynNumerics

/// Logits of all samples at any time of a modal trajectory, without forming states.
///
/// With H = f H_0 + B Q, centred logits are f (W P)'H_0 + ((W P)'B) Q. The first part is a
/// combination of fixed C x n tables, two for every distinct singular value that tells classes
/// apart; the second is C x C. With few distinct values (balanced data have one that counts) a time
/// costs O(C n) instead of O(p n C); with many, the tables of all modes are combined by a product.
final class ModalLogits: Sendable {
  private unowned let basis: ModalBasis
  private unowned let frame: ModalFrame
  private let kind: ModeFrame
  /// Distinct values whose modes move prototypes apart.
  private let values: [Int]
  /// v_1'H_0 and v_2'H_0 for the vectors of the frame: summed over each value's modes and mapped to
  /// classes when `values` are few, else one row per mode.
  private let tables: [(first: Matrix, second: Matrix)]
  private static let fewValues = 4

  /// O(p n C).
  init(_ basis: ModalBasis, _ frame: ModalFrame) {
    self.basis = basis
    self.frame = frame
    kind = frame === basis.start ? .start : .spectral
    let modes = basis.problem.labels.modes
    let map = basis.maps.centredPrototypes
    let first = frame.first.transposedTimes(basis.problem.start.features)
    let second = frame.second.transposedTimes(basis.problem.start.features)
    let relevant = modes.distinctValues.indices.filter { value in
      modes.index.indices.contains { mode in
        modes.index[mode] == value && map.column(mode).contains { $0 != 0 }
      }
    }
    values = relevant
    guard relevant.count <= Self.fewValues else {
      tables = [(first, second)]
      return
    }
    tables = relevant.map { value in
      let own = map.scalingColumns(by: modes.index.map { $0 == value ? 1 : 0 })
      return (own.times(first), own.times(second))
    }
  }

  /// The tables where only one value tells classes apart.
  var onlyTables: (first: Matrix, second: Matrix)? { values.count == 1 ? tables.first : nil }

  /// The logits less each sample's mean (C x n), for prototypes and features in two scales.
  func centred(
    prototypes: PlainCoefficients, features: PlainCoefficients
  ) -> Matrix {
    let labels = basis.problem.labels
    let shift = classLogits(prototypes: prototypes, features: features)
    var result = initialPart(prototypes)
    let offsets = labels.partition.offsets
    for row in 0..<result.rows {
      let start = row * result.columns
      for label in 0..<shift.columns {
        let offset = shift[row, label]
        for index in start + offsets[label]..<start + offsets[label + 1] {
          result.elements[index] = features.within * result.elements[index] + offset
        }
      }
    }
    return result
  }

  /// (W P)'H_0.
  private func initialPart(_ coefficients: PlainCoefficients) -> Matrix {
    guard values.count <= Self.fewValues else {
      let blocks = basis.perMode(coefficients.pairs(kind)).map(\.prototypes)
      let (first, second) = tables[0]
      let rows = Matrix(rows: first.rows, columns: first.columns) {
        blocks[$0].x * first[$0, $1] + blocks[$0].y * second[$0, $1]
      }
      return basis.maps.centredPrototypes.times(rows)
    }
    var sum = Matrix(
      rows: basis.problem.classCount, columns: basis.problem.sampleCount)
    for (value, table) in zip(values, tables) {
      let block = coefficients.blocks[value][kind].prototypes
      for index in sum.elements.indices {
        sum.elements[index] +=
          block.x * table.first.elements[index] + block.y * table.second.elements[index]
      }
    }
    return sum
  }

  /// (W P)'B for H = f H_0 + B Q (C x C): class-level logits of what moved, from Gram matrices.
  private func classLogits(
    prototypes: PlainCoefficients, features: PlainCoefficients
  ) -> Matrix {
    let modes = basis.problem.labels.modes
    let w = basis.perMode(prototypes.pairs(kind)).map(\.prototypes)
    // B X = a - f a_0 per mode, then divided by sqrt(n_c) per class.
    let a = zip(basis.perMode(features.pairs(kind)), basis.perMode(basis.initialBlocks)).map {
      $0.features - features.within * $1[kind].features
    }
    let roots = basis.problem.labels.partition.sizes.map { 1 / Double($0).squareRoot() }
    return basis.maps.centredPrototypes.times(frame.gram.products(w, a))
      .timesTransposed(modes.right).scalingColumns(by: roots)
  }
}
