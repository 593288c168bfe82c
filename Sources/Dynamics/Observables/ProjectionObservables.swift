import DynNumerics

/// Distances to the projections and limits of source A's theorems, block by block.
extension Observable {
  static let normRatio = Observable(
    "norm_ratio", symbol: "|H|/|W|", "norm of the features over that of the prototypes",
    isCheap: Self.onRequest
  ) { $0.norms.features / $0.norms.prototypes }

  static let projectionDistanceFeatures = Observable(
    "projection_distance_h", symbol: "|H - H1+|",
    "distance of the features to the initial state's projection on the aligned subspace",
    isCheap: Self.onRequest
  ) { $0.projectionDistances.features }

  static let projectionDistancePrototypes = Observable(
    "projection_distance_w", symbol: "|W - W1+|",
    "distance of the prototypes to the initial state's projection on the aligned subspace",
    isCheap: Self.onRequest
  ) { $0.projectionDistances.prototypes }

  static let limitDistanceFeatures = Observable(
    "limit_distance_h", symbol: "|H/|H| - H*/|H*||",
    "distance of the features' direction to that of their predicted limit", isCheap: Self.onRequest
  ) { $0.limitDistances.features }

  static let limitDistancePrototypes = Observable(
    "limit_distance_w", symbol: "|W/|W| - W*/|W*||",
    "distance of the prototypes' direction to that of their predicted limit",
    isCheap: Self.onRequest
  ) { $0.limitDistances.prototypes }
}

extension Observation {
  fileprivate var projectionDistances: BlockDistances {
    prediction.projection.map { snapshot.blockDistances(to: $0, normalized: false) }
      ?? (.nan, .nan)
  }

  fileprivate var limitDistances: BlockDistances {
    prediction.direction.map { snapshot.blockDistances(to: $0, normalized: true) }
      ?? (.nan, .nan)
  }
}
