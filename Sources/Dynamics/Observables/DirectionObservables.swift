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
      $0.labels.isBalancedAndUnweighted && $0.movesPrototypes && $0.model.features.kernel == nil
    }
  ) { observation in
    observation.prediction.alignedDirection.map { observation.snapshot.distance(to: $0) } ?? .nan
  }

  static let alignment = Observable(
    "alignment", symbol: "cos(h, w)", "mean cosine of a feature and its class's prototype",
    isCheap: { $0.normalizesFeatures }, needsSamples: true, needsClasses: true
  ) { observation in
    let cosines = observation.alignments.cosines
    return cosines.sum / Double(cosines.count)
  }

  static let alignmentDistance = Observable(
    "alignment_distance", symbol: "|Hhat - What L|",
    "distance of unit features to their unit prototypes",
    isCheap: { $0.normalizesFeatures }, needsSamples: true, needsClasses: true
  ) { $0.alignments.distances.norm }
}
