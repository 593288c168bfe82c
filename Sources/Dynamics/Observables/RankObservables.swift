import DynNumerics
import RealModule

/// Singular values of features, prototypes and class means.
extension Observable {
  static let effectiveRankFeatures = Observable(
    "effective_rank_h", symbol: "erank H",
    "e^entropy of the features' singular values divided by their sum", isCheap: Self.onRequest,
    needsSamples: true
  ) { $0.features.matrix.effectiveRank }

  static let effectiveRankPrototypes = Observable(
    "effective_rank_w", symbol: "erank W",
    "e^entropy of the prototypes' singular values divided by their sum", isCheap: Self.onRequest
  ) { ScaledMatrix($0.state.state.prototypes).matrix.effectiveRank }

  /// The three largest singular values of the class means (p x C) and of the prototypes.
  static let leadingSingularValues: [Observable] = (1...3).flatMap { rank in
    [
      Observable(
        "singular_value_\(rank)_h", symbol: "sigma_\(rank) of class means",
        "singular value \(rank) of the matrix of class means", isCheap: Self.onRequest
      ) { $0.singularValue(rank, of: $0.classMeans, ownScale: $0.features.logScale) },
      Observable(
        "singular_value_\(rank)_w", symbol: "sigma_\(rank) of W",
        "singular value \(rank) of the prototypes", isCheap: Self.onRequest
      ) { observation in
        let prototypes = ScaledMatrix(observation.state.state.prototypes)
        return observation.singularValue(
          rank, of: prototypes.matrix, ownScale: prototypes.logScale)
      },
    ]
  }
}

extension Observation {
  /// The value in the state's own scale; nan where there are fewer.
  fileprivate func singularValue(_ rank: Int, of matrix: Matrix, ownScale: Double) -> Double {
    guard let values = try? matrix.singularValueDecomposition().values, rank <= values.count
    else { return .nan }
    return norm(values[rank - 1], ownScale: ownScale)
  }
}

extension Matrix {
  /// The effective rank of Roy and Vetterli (2007): between 1 and the rank.
  fileprivate var effectiveRank: Double {
    guard let values = try? singularValueDecomposition().values else { return .nan }
    let total = values.sum
    let terms = values.map { value -> Double in
      let share = value / total
      return share > 0 ? -share * Double.log(share) : 0
    }
    return Double.exp(terms.sum)
  }
}
