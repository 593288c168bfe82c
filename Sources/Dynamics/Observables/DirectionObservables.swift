import DynNumerics

extension Observable {
  static let directionDistance = Observable(
    "direction_distance", symbol: "|Z/|Z| - Z*/|Z*||",
    "distance of the state's direction to its predicted limit"
  ) { observation in
    observation.prediction.direction.map { observation.snapshot.distance(to: $0) } ?? .nan
  }

  static let alignedDistance = Observable(
    "aligned_distance", symbol: "|Z/|Z| - Zbar/|Zbar||",
    "distance of the state's direction to the aligned limit, whatever gamma is",
    applies: {
      $0.labels.isBalancedAndUnweighted && $0.modelCase.movesPrototypes && $0.kernel == nil
    }
  ) { observation in
    observation.prediction.alignedDirection.map { observation.snapshot.distance(to: $0) } ?? .nan
  }

  static let alignment = Observable(
    "alignment", symbol: "cos(h, w)", "mean cosine of a feature and its class's prototype"
  ) { observation in
    let cosines = observation.unitPairs { feature, prototype in feature.dot(prototype) }
    return cosines.sum / Double(cosines.count)
  }

  static let alignmentDistance = Observable(
    "alignment_distance", symbol: "|Hhat - What L|",
    "distance of unit features to their unit prototypes"
  ) { observation in
    observation.unitPairs { feature, prototype in
      zip(feature, prototype).map { $0 - $1 }.norm
    }.norm
  }
}

extension Observation {
  /// A number for every sample from its unit feature and the unit prototype of its class; nan
  /// where either is zero. O(p n).
  fileprivate func unitPairs(_ measure: ([Double], [Double]) -> Double) -> [Double] {
    let features = state.state.features.transposed
    let prototypes = state.state.prototypes.transposed
    func unit(_ matrix: Matrix, _ row: Int) -> [Double] {
      let vector = Array(matrix.elements[matrix.range(ofRow: row)])
      let norm = vector.norm
      return vector.map { $0 / norm }
    }
    let units = (0..<prototypes.rows).map { unit(prototypes, $0) }
    return problem.labels.partition.sortedLabels.enumerated().map { sample, label in
      measure(unit(features, sample), units[label])
    }
  }
}
