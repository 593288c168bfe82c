import DynNumerics
import Dynamics
import Foundation

/// Definitions of what compares majorities with minorities, with explicit loops over vectors. The
/// unhinged loss has no predicted geometry, and weights all classes alike.
extension LiteralMetrics {
  func groupValue(_ name: String) -> Double? {
    switch name {
    case "geometry_distance_w", "geometry_distance_h", "geometry_distance_logits": return .nan
    case "etf_distance_w": return frameError(classifiers, classifiers)
    case "etf_distance_h": return frameError(centredMeans, centredMeans)
    case "etf_distance_logits": return frameError(classifiers, centredMeans)
    case "margin": return margin
    default: break
    }
    let parts = name.split(separator: "_").map(String.init)
    guard let group = parts.last else { return nil }
    let vectors = parts.contains("w") ? classifiers : centredMeans
    if name.hasPrefix("squared_norm_ratio_") {
      return mean(
        majorities.flatMap { a in
          minorities.map { b in dot(vectors[a], vectors[a]) / dot(vectors[b], vectors[b]) }
        })
    }
    if name.hasPrefix("norm_w_m") || name.hasPrefix("norm_h_m") {
      let own = group == "majority" ? majorities : minorities
      return mean(own.map { dot(vectors[$0], vectors[$0]) }).squareRoot()
    }
    guard name.hasPrefix("cos_") else { return nil }
    let first = group == "minority" ? minorities : majorities
    let second = group == "majority" ? majorities : minorities
    return mean(
      first.flatMap { a in
        second.filter { $0 != a }.map { b in dot(unit(vectors[a]), unit(vectors[b])) }
      })
  }

  private var classifiers: [[Double]] {
    problem.labels.partition.sizes.indices.map { state.prototypes.column($0) }
  }

  /// Classes above the geometric mean of the extreme sizes, written out for the shapes at hand.
  private var majorities: [Int] {
    let sizes = problem.labels.partition.sizes.map(Double.init)
    let middle = (log(sizes.max() ?? 1) + log(sizes.min() ?? 1)) / 2
    return sizes.indices.filter { log(sizes[$0]) >= middle - 1e-12 }
  }

  private var minorities: [Int] {
    problem.labels.partition.sizes.indices.filter { !majorities.contains($0) }
  }

  private var margin: Double {
    let labels = problem.labels.partition.sortedLabels
    let margins = labels.indices.flatMap { sample -> [Double] in
      let stored = state.features.column(sample)
      let norm = problem.normalizesFeatures ? dot(stored, stored).squareRoot() : 1
      let feature = stored.map { $0 / norm }
      let own = dot(classifiers[labels[sample]], feature)
      return classifiers.indices.filter { $0 != labels[sample] }.map {
        own - dot(classifiers[$0], feature)
      }
    }
    let squares =
      dot(state.features.elements, state.features.elements)
      + dot(state.prototypes.elements, state.prototypes.elements)
    return (margins.min() ?? .nan) / (squares / 2)
  }
}
