import DynNumerics

/// Problems that stand for all starts of one distribution.
extension Problem {
  /// The mean of the random starts: what is drawn is zero, what is given stays.
  var meanStart: Problem {
    let (groups, classes) = (labels.partition.sizes.count, classCount)
    let bias = start.bias.map {
      distribution.bias == .given ? $0 : [Double](repeating: 0, count: classes)
    }
    let prototypes =
      distribution.prototypes == .given
      ? start.prototypes : Matrix(rows: featureDimension, columns: classes)
    guard distribution.features == .given else {
      // Zeros need no samples.
      let features = Matrix(rows: featureDimension, columns: groups)
      return starting(
        from: InitialState(State(features: features, prototypes: prototypes, bias: bias)),
        reducedScatter: [Double](repeating: 0, count: groups))
    }
    return starting(
      from: InitialState(State(features: start.features, prototypes: prototypes, bias: bias)),
      reducedScatter: reducedScatter)
  }

  /// A start of two coordinates with (a_0, w_0) = (1, 0) and (0, 1) in every mode: none is missing,
  /// whatever was drawn.
  var probingModes: Problem {
    let modes = labels.modes
    func sums(_ vectors: Matrix, row: Int) -> Matrix {
      let entries = (0..<vectors.rows).map {
        Array(vectors.elements[vectors.range(ofRow: $0)]).sum
      }
      return Matrix(rows: 2, columns: vectors.rows) { $0 == row ? entries[$1] : 0 }
    }
    return starting(
      from: InitialState(
        State(features: sums(modes.right, row: 0), prototypes: sums(modes.left, row: 1))),
      reducedScatter: [Double](repeating: 0, count: modes.right.rows))
  }
}

extension LabelModes {
  /// How many entries the vectors of each distinct singular value have in p coordinates. A mode that
  /// one side has no vector of has a column of zeros there.
  func pairCounts(dimension: Int) -> [PairCount] {
    func exists(_ mode: Int, in vectors: Matrix) -> Bool {
      vectors.column(mode).contains { $0 != 0 }
    }
    let (rights, lefts) = (
      index.indices.map { exists($0, in: right) }, index.indices.map { exists($0, in: left) }
    )
    return distinctValues.indices.map { value in
      let modes = index.indices.filter { index[$0] == value }
      func count(_ condition: (Int) -> Bool) -> Double {
        Double(dimension) * Double(modes.count(where: condition))
      }
      return PairCount(
        features: count { rights[$0] }, both: count { rights[$0] && lefts[$0] },
        prototypes: count { lefts[$0] })
    }
  }
}
