import DynNumerics

/// The map of second moments for groups of any sizes, weights and targets.
///
/// With the columns m_k of n M and x_i the weight of sample i in the batch (`MomentStep`):
///
///     alpha_k  <- f_1^2 alpha_k + 2 f_1 (e_1/n) (kappa m)_kk + e_1^2 same (m'Omega m)_kk
///     beta     <- f_1^2 beta + f_1 (e_1/n) (kappa m + its transpose) + e_1^2 pair m'Omega m
///     kappa    <- f_1 f_2 kappa + D m' + f_2 (e_1/n) m'Omega
///     Omega    <- f_2^2 Omega + f_2 (e_2/n) (m diag(n_k) kappa + its transpose) + m E m'
///
/// D and E gather what a prototype receives of the sample itself and of the others. Seven products of
/// K x C matrices: O(K C (K + C)), whatever n and p.
struct GroupMomentMap: MomentMap {
  let start: GroupMoments
  /// m (C x K).
  let columns: Matrix
  /// n_k.
  let counts: [Double]

  init(start: GroupMoments, columns: Matrix, sizes: [Int]) {
    self.start = start
    self.columns = columns
    counts = sizes.map { Double($0) }
  }

  /// n_l, or n_k - 1: the other samples of group l, seen from one of group k.
  private func others(_ group: Int, _ other: Int) -> Double {
    counts[other] - (group == other ? 1 : 0)
  }

  func image(of moments: GroupMoments, _ step: MomentStep) -> GroupMoments {
    let pulled = moments.mixed.times(columns)
    let forces = columns.transposedTimes(moments.prototypes)
    let forcePairs = forces.times(columns)
    return GroupMoments(
      squares: squares(moments, step, pulled, forcePairs),
      pairs: pairs(moments, step, pulled, forcePairs),
      mixed: mixed(moments, step, pulled, forces),
      prototypes: prototypes(moments, step))
  }

  private func squares(
    _ moments: GroupMoments, _ step: MomentStep, _ pulled: Matrix, _ forcePairs: Matrix
  ) -> [Double] {
    counts.indices.map { group in
      step.features * moments.squares[group] + 2 * step.featurePull * pulled[group, group]
        + step.featureNoise.same * forcePairs[group, group]
    }
  }

  private func pairs(
    _ moments: GroupMoments, _ step: MomentStep, _ pulled: Matrix, _ forcePairs: Matrix
  ) -> Matrix {
    Matrix(rows: counts.count, columns: counts.count) { row, column in
      guard row != column || counts[row] > 1 else { return 0 }
      return step.features * moments.pairs[row, column]
        + step.featurePull * (pulled[row, column] + pulled[column, row])
        + step.featureNoise.pair * forcePairs[row, column]
    }
  }

  private func mixed(
    _ moments: GroupMoments, _ step: MomentStep, _ pulled: Matrix, _ forces: Matrix
  ) -> Matrix {
    let received = Matrix(rows: counts.count, columns: counts.count) { row, column in
      let others = others(row, column)
      let apart =
        others
        * (step.mixedPush * moments.pairs[row, column]
          + step.mixedNoise.pair * pulled[column, row])
      guard row == column else { return apart }
      return apart + step.mixedPush * moments.squares[row] + step.mixedNoise.same * pulled[row, row]
    }
    let pushed = received.timesTransposed(columns)
    return Matrix(rows: counts.count, columns: columns.rows) { row, column in
      step.mixed * moments.mixed[row, column] + step.mixedPull * forces[row, column]
        + pushed[row, column]
    }
  }

  private func prototypes(_ moments: GroupMoments, _ step: MomentStep) -> Matrix {
    let pushed = columns.scalingColumns(by: counts).times(moments.mixed)
    let received = Matrix(rows: counts.count, columns: counts.count) { row, column in
      let apart =
        step.prototypeNoise.pair * counts[row] * others(row, column) * moments.pairs[row, column]
      return row == column
        ? apart + step.prototypeNoise.same * counts[row] * moments.squares[row] : apart
    }
    let drawn = columns.times(received).timesTransposed(columns)
    return Matrix(rows: columns.rows, columns: columns.rows) { row, column in
      step.prototypes * moments.prototypes[row, column]
        + step.prototypePush * (pushed[row, column] + pushed[column, row]) + drawn[row, column]
    }
  }

  func totals(of moments: GroupMoments) -> MomentTotals {
    let couplings = counts.indices.map { group in
      counts[group]
        * Array(moments.mixed.elements[moments.mixed.range(ofRow: group)])
        .dot(columns.column(group))
    }
    return MomentTotals(
      features: moments.squares.dot(counts),
      prototypes: (0..<columns.rows).map { moments.prototypes[$0, $0] }.sum,
      coupling: couplings.sum / counts.sum)
  }
}

extension GroupMomentMap {
  /// The pairs of groups k <= l of which there are pairs of samples.
  private var groupPairs: [(Int, Int)] {
    counts.indices.flatMap { row in
      (row..<counts.count).compactMap { column in
        row != column || counts[row] > 1 ? (row, column) : nil
      }
    }
  }

  private var prototypePairs: [(Int, Int)] {
    (0..<columns.rows).flatMap { row in (row..<columns.rows).map { (row, $0) } }
  }

  func entries(of moments: GroupMoments) -> [Double] {
    moments.squares + groupPairs.map { moments.pairs[$0, $1] } + moments.mixed.elements
      + prototypePairs.map { moments.prototypes[$0, $1] }
  }

  func moments(ofEntries entries: [Double]) -> GroupMoments {
    var moments = 0 * start
    var position = counts.count
    moments.squares = Array(entries[..<position])
    for (row, column) in groupPairs {
      moments.pairs[row, column] = entries[position]
      moments.pairs[column, row] = entries[position]
      position += 1
    }
    let end = position + moments.mixed.elements.count
    moments.mixed.elements = Array(entries[position..<end])
    position = end
    for (row, column) in prototypePairs {
      moments.prototypes[row, column] = entries[position]
      moments.prototypes[column, row] = entries[position]
      position += 1
    }
    return moments
  }

  func weights(_ rates: RatePair) -> [Double] {
    let squares = counts.map { $0.squareRoot() / rates.features }
    let pairs = groupPairs.map { row, column in
      let number = counts[row] * others(row, column)
      return (row == column ? number : 2 * number).squareRoot() / rates.features
    }
    let mean = (rates.features * rates.prototypes).squareRoot()
    let mixed = counts.flatMap { count in
      [Double](repeating: (2 * count).squareRoot() / mean, count: columns.rows)
    }
    let prototypes = prototypePairs.map { row, column in
      (row == column ? 1 : 2.0.squareRoot()) / rates.prototypes
    }
    return squares + pairs + mixed + prototypes
  }
}
