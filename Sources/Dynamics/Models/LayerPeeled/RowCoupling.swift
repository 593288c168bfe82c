import DynNumerics

/// The linear system of a row of (H, W), compiled for classes that are mixed alike, or in general.
enum RowCoupling: Sendable {
  case even(RowSystem)
  case general(GeneralRowSystem)

  init(_ problem: Problem) {
    let labels = problem.labels
    switch labels.mixing {
    case .even(let own, let shared, _, _):
      self = .even(
        RowSystem(
          sizes: labels.partition.sizes, weights: labels.sampleWeights, own: own, shared: shared,
          featureDecay: problem.decay.features, prototypeDecay: problem.decay.prototypes,
          movesPrototypes: problem.movesPrototypes))
    case .columns: self = .general(GeneralRowSystem(problem))
    }
  }

  /// Writes the right-hand side of one row.
  func slope(
    of variables: Span<Double>, _ rates: RatePair, into slope: inout MutableSpan<Double>
  ) {
    switch self {
    case .even(let system):
      system.slope(of: variables, rates.features, rates.prototypes, into: &slope)
    case .general(let system): system.slope(of: variables, rates, into: &slope)
    }
  }
}

/// The system of a row for any columns of the label operator:
///
///     h_i' = eta_1 (sum_c m_ck w_c - lambda_1 h_i)      (k the group of sample i)
///     w_c' = eta_2 (sum_k m_ck s_k - lambda_2 w_c)      (s_k the sum of group k of h)
struct GeneralRowSystem: Sendable {
  private let offsets: [Int]
  /// m (C x K).
  private let columns: Matrix
  private let decay: WeightDecay
  private let movesPrototypes: Bool

  init(_ problem: Problem) {
    let labels = problem.labels
    offsets = labels.partition.offsets
    columns = (1 / Double(labels.partition.sampleCount)) * labels.columns
    decay = problem.decay
    movesPrototypes = problem.movesPrototypes
  }

  /// O(n + C K).
  func slope(
    of variables: Span<Double>, _ rates: RatePair, into slope: inout MutableSpan<Double>
  ) {
    let (classes, groups, samples) = (columns.rows, columns.columns, offsets[columns.columns])
    let entries = columns.elements.span
    for label in 0..<classes {
      slope[samples + label] = -decay.prototypes * variables[samples + label]
    }
    for group in 0..<groups {
      var (pull, sum) = (0.0, 0.0)
      for label in 0..<classes {
        pull += entries[label * groups + group] * variables[samples + label]
      }
      for sample in offsets[group]..<offsets[group + 1] {
        sum += variables[sample]
        slope[sample] = rates.features * (pull - decay.features * variables[sample])
      }
      for label in 0..<classes {
        slope[samples + label] += entries[label * groups + group] * sum
      }
    }
    for label in 0..<classes {
      slope[samples + label] *= movesPrototypes ? rates.prototypes : 0
    }
  }
}
