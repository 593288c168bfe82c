import DynNumerics
import Dynamics
import Foundation

/// Definitions of what looks at features and prototypes separately.
extension LiteralMetrics {
  func blockValue(_ name: String) -> Double? {
    switch name {
    case "norm_ratio": return norm(state.features.elements) / norm(state.prototypes.elements)
    case "projection_distance_h": return distance(\.features, to: projection)
    case "projection_distance_w": return distance(\.prototypes, to: projection)
    case "limit_distance_h": return unitDistance(\.features)
    case "limit_distance_w": return unitDistance(\.prototypes)
    case "effective_rank_h": return effectiveRank(state.features)
    case "effective_rank_w": return effectiveRank(state.prototypes)
    default: return singularValue(name)
    }
  }

  private var projection: State? {
    let labels = problem.labels
    guard labels.isBalancedAndUnweighted, problem.modelCase.movesPrototypes,
      problem.model.features.kernel == nil
    else { return nil }
    return AlignedModes(problem).growing
  }

  private func distance(_ block: KeyPath<State, Matrix>, to other: State?) -> Double {
    guard let other else { return .nan }
    return norm(minus(state[keyPath: block].elements, other[keyPath: block].elements))
  }

  private func unitDistance(_ block: KeyPath<State, Matrix>) -> Double {
    guard let direction else { return .nan }
    return norm(
      minus(unit(state[keyPath: block].elements), unit(direction[keyPath: block].elements)))
  }

  /// e^entropy of the singular values' shares.
  private func effectiveRank(_ matrix: Matrix) -> Double {
    let values = matrix.jacobiSingularValues
    let shares = values.map { $0 / values.reduce(0, +) }.filter { $0 > 0 }
    return exp(-shares.reduce(0) { $0 + $1 * log($1) })
  }

  /// `singular_value_<rank>_<h or w>`.
  private func singularValue(_ name: String) -> Double? {
    let parts = name.split(separator: "_")
    guard name.hasPrefix("singular_value_"), parts.count == 4, let rank = Int(parts[2]) else {
      return nil
    }
    let means = means
    let classMeans = Matrix(rows: problem.featureDimension, columns: means.count) { means[$1][$0] }
    let matrix = parts[3] == "h" ? classMeans : state.prototypes
    guard rank <= min(matrix.rows, matrix.columns) else { return .nan }
    return matrix.jacobiSingularValues[rank - 1]
  }
}
