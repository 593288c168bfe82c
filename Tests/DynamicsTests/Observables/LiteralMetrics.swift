import DynNumerics
import Dynamics
import Foundation

/// The observables exactly as they are defined, with explicit loops and p x p matrices.
struct LiteralMetrics {
  let problem: Problem
  let state: State
  let direction: State?
  let aligned: State?

  private var model: ExplicitModel { ExplicitModel(problem) }
  private var labels: [Int] { model.labels }
  private var sizes: [Int] { model.sizes }
  private var samples: [[Double]] { (0..<labels.count).map { state.features.column($0) } }
  private var prototypes: [[Double]] { sizes.indices.map { state.prototypes.column($0) } }

  /// The value of the observable with a name; nil for a name without a definition here.
  func value(_ name: String) -> Double? {
    switch name {
    case "loss": return model.objective(state, undecayed)
    case "objective": return model.objective(state, problem)
    case "accuracy", "accuracy_given": return accuracy
    case "memorized", "error_bound": return .nan
    case "norm_h": return norm(state.features.elements)
    case "norm_w": return norm(state.prototypes.elements)
    case "norm_z": return norm(stacked(state))
    case "log_norm_z": return log(norm(stacked(state)))
    case "squared_norm_h": return dot(state.features.elements, state.features.elements)
    case "squared_norm_w": return dot(state.prototypes.elements, state.prototypes.elements)
    case "squared_norm_z": return dot(stacked(state), stacked(state))
    // A single state has no noise.
    case "noise_share": return .nan
    case "direction_distance": return distance(direction)
    case "aligned_distance": return distance(aligned)
    case "alignment": return mean(pairs.map { dot($0, $1) })
    case "alignment_distance": return norm(pairs.flatMap { minus($0, $1) })
    case "nc1_pinv": return within.looped(between.pseudoinverse(sizes.count)).trace / classes
    case "nc1_quot": return within.trace / between.trace
    case "nc1_cdnv": return variability
    case "nc2_etf_err_features": return frameError(centredMeans, centredMeans)
    case "nc2_etf_err_prototypes": return frameError(centred(prototypes), centred(prototypes))
    case "nc3_dual_err": return frameError(prototypes, centredMeans)
    case "nc3_align": return mean(zip(centredMeans, prototypes).map { 1 - dot(unit($0), unit($1)) })
    case "nc4_agree": return agreement
    // Free features have no test inputs; networks have their own tests.
    case let name where name.hasPrefix("test_accuracy"): return .nan
    // Only expectations over starts have one.
    case let name where name.hasSuffix("_sd"): return .nan
    // Nor layers, which have theirs.
    case "time_to_blow_up": return .nan
    default: return blockValue(name) ?? groupValue(name)
    }
  }

  private var classes: Double { Double(sizes.count) }

  private var undecayed: Problem {
    Problem(
      modelCase: problem.modelCase, loss: problem.loss, labels: problem.labels,
      initialState: problem.initialState, rates: problem.rates)
  }

  private var logits: [[Double]] {
    let centred = centred(prototypes)
    return samples.map { sample in
      sizes.indices.map { dot(centred[$0], sample) + (state.bias?[$0] ?? 0) }
    }
  }

  private var accuracy: Double {
    mean(
      zip(logits, labels).map { logits, label in
        logits.indices.allSatisfy { $0 == label || logits[$0] < logits[label] } ? 1 : 0
      })
  }

  private var agreement: Double {
    mean(
      zip(logits, samples).map { logits, sample in
        let distances = means.map { norm(minus(sample, $0)) }
        let nearest = distances.indices.min { distances[$0] < distances[$1] }
        return nearest == logits.indices.max { logits[$0] < logits[$1] } ? 1 : 0
      })
  }

  private func distance(_ limit: State?) -> Double {
    guard let limit else { return .nan }
    return norm(minus(unit(stacked(state)), unit(stacked(limit))))
  }

  private func stacked(_ state: State) -> [Double] {
    state.features.elements + state.prototypes.elements
  }

  private var pairs: [([Double], [Double])] {
    zip(samples, labels).map { (unit($0), unit(prototypes[$1])) }
  }

  var means: [[Double]] {
    sizes.indices.map { label in average(members(label)) }
  }

  private func members(_ label: Int) -> [[Double]] {
    zip(samples, labels).filter { $0.1 == label }.map(\.0)
  }

  var centredMeans: [[Double]] { centred(means) }

  private func centred(_ vectors: [[Double]]) -> [[Double]] {
    vectors.map { minus($0, average(vectors)) }
  }

  /// Sigma_W (p x p).
  private var within: Matrix {
    covariance(zip(samples, labels).map { minus($0, means[$1]) })
  }

  /// Sigma_B (p x p), about the mean of all samples.
  private var between: Matrix { covariance(means.map { minus($0, average(samples)) }) }

  private func covariance(_ vectors: [[Double]]) -> Matrix {
    let size = problem.featureDimension
    return Matrix(rows: size, columns: size) { row, column in
      mean(vectors.map { $0[row] * $0[column] })
    }
  }

  private var variability: Double {
    let variances = sizes.indices.map { label in
      mean(members(label).map { dot(minus($0, means[label]), minus($0, means[label])) })
    }
    return mean(
      sizes.indices.flatMap { k in
        sizes.indices.filter { $0 != k }.map { l in
          let difference = minus(means[k], means[l])
          return (variances[k] + variances[l]) / (2 * dot(difference, difference))
        }
      })
  }

  /// |A/|A| - (I - 11'/C)/sqrt(C-1)| for A_kl = left_k'right_l.
  func frameError(_ left: [[Double]], _ right: [[Double]]) -> Double {
    let gram = left.map { row in right.map { dot(row, $0) } }
    let size = norm(gram.flatMap { $0 })
    let root = (classes - 1).squareRoot()
    return norm(
      sizes.indices.flatMap { k in
        sizes.indices.map { l in
          gram[k][l] / size - ((k == l ? 1 : 0) - 1 / classes) / root
        }
      })
  }
}
