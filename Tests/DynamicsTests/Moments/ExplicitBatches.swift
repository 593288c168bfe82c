import DynNumerics
import Dynamics

/// Every batch of b of n samples, and expectations over all of them by enumeration: no formula for
/// products of draws is used.
struct ExplicitBatches {
  let batches: [[Int]]
  let decay: WeightDecay
  let sampleCount: Int
  let classCount: Int
  private let size: Int
  /// What pulls a sample along every prototype (C x n).
  private let pulls: Matrix

  init(pulls: Matrix, decay: WeightDecay, batch size: Int) {
    self.pulls = pulls
    self.decay = decay
    self.size = size
    (classCount, sampleCount) = (pulls.rows, pulls.columns)
    batches = Self.subsets(size, of: Array(0..<sampleCount))
  }

  /// omega_k ((1 + gamma) t_ck - gamma) for the group k of a sample.
  init(_ problem: Problem, batch size: Int) {
    let labels = problem.labels
    let sorted = labels.partition.sortedLabels
    let gamma = problem.loss.unhinged?.gamma ?? .nan
    let pulls = Matrix(rows: problem.classCount, columns: problem.sampleCount) { label, sample in
      let own = sorted[sample]
      return labels.groupWeights[own]
        * ((1 + gamma) * labels.targets.table[label, own] - gamma)
    }
    self.init(pulls: pulls, decay: problem.decay, batch: size)
  }

  private static func subsets(_ size: Int, of items: [Int]) -> [[Int]] {
    guard size > 0 else { return [[]] }
    return items.indices.flatMap { first in
      subsets(size - 1, of: Array(items[(first + 1)...])).map { [items[first]] + $0 }
    }
  }

  /// What pulls a sample along a prototype.
  func pull(_ sample: Int, _ label: Int) -> Double { pulls[label, sample] }

  /// The matrix S of a step on a batch: [H W] <- [H W] S.
  func step(on batch: [Int], _ sizes: RatePair) -> Matrix {
    let n = sampleCount
    var step = Matrix(rows: n + classCount, columns: n + classCount)
    for sample in 0..<n { step[sample, sample] = 1 - sizes.features * decay.features }
    for label in 0..<classCount {
      step[n + label, n + label] = 1 - sizes.prototypes * decay.prototypes
      for sample in batch {
        let share = pull(sample, label) / Double(size)
        step[n + label, sample] = sizes.features * share
        step[sample, n + label] = sizes.prototypes * share
      }
    }
    return step
  }

  /// The mean of matrices.
  func mean(_ matrices: [Matrix]) -> Matrix {
    1 / Double(matrices.count) * matrices.dropFirst().reduce(matrices[0]) { $0 + $1 }
  }

  /// S'G S.
  func congruent(_ step: Matrix, _ gram: Matrix) -> Matrix {
    step.transposed.looped(gram).looped(step)
  }
}

/// Z'Z of the expected state and of the deviations from it, and the bias, moved by enumeration.
struct EnumeratedMoments {
  private let all: ExplicitBatches
  /// [H W] of the expected state.
  private(set) var mean: Matrix
  /// E (Z - E Z)'(Z - E Z).
  private(set) var deviation: Matrix
  private(set) var bias: [Double]
  private(set) var biasSquare: Double

  init(_ all: ExplicitBatches, from start: State) {
    self.all = all
    let (n, classes) = (start.features.columns, start.prototypes.columns)
    mean = Matrix(rows: start.features.rows, columns: n + classes) {
      $1 < n ? start.features[$0, $1] : start.prototypes[$0, $1 - n]
    }
    deviation = Matrix(rows: n + classes, columns: n + classes)
    bias = start.bias ?? []
    biasSquare = bias.reduce(0) { $0 + $1 * $1 }
  }

  mutating func take(_ sizes: RatePair) {
    let steps = all.batches.map { all.step(on: $0, sizes) }
    let average = all.mean(steps)
    let gram = mean.transposed.looped(mean)
    deviation = all.mean(
      steps.map { all.congruent($0, deviation) + all.congruent($0 - average, gram) })
    mean = mean.looped(average)
    moveBias(sizes.prototypes)
  }

  private mutating func moveBias(_ size: Double) {
    let factor = 1 - size * all.decay.bias
    let drives = all.batches.map { batch in
      bias.indices.map { label in
        batch.reduce(0) { $0 + all.pull($1, label) / Double(batch.count) }
      }
    }
    let states = drives.map { drive in zip(bias, drive).map { factor * $0 + size * $1 } }
    // Deviations of the bias so far only shrink: E|f db + e c|^2 = f^2 E|db|^2 + E|f E b + e c|^2.
    let before = biasSquare - bias.reduce(0) { $0 + $1 * $1 }
    let squares = states.map { $0.reduce(0) { $0 + $1 * $1 } }
    biasSquare =
      factor * factor * before + squares.reduce(0, +) / Double(squares.count)
    bias = bias.indices.map { label in
      states.reduce(0) { $0 + $1[label] } / Double(states.count)
    }
  }

  /// The observables of batch_moments by their definitions.
  var values: [String: Double] {
    let gram = mean.transposed.looped(mean) + deviation
    let n = all.sampleCount
    let (samples, classes) = (0..<n, 0..<all.classCount)
    let features = samples.reduce(0) { $0 + gram[$1, $1] }
    let prototypes = classes.reduce(0) { $0 + gram[n + $1, n + $1] }
    let noise = (0..<deviation.rows).reduce(0) { $0 + deviation[$1, $1] }
    let loss = samples.reduce(0.0) { sum, sample in
      sum
        - classes.reduce(0.0) { part, label in
          let logit = gram[sample, n + label] + (bias.isEmpty ? 0 : bias[label])
          return part + all.pull(sample, label) * logit
        } / Double(n)
    }
    let decay = all.decay
    return [
      "squared_norm_h": features, "squared_norm_w": prototypes,
      "squared_norm_z": features + prototypes, "noise_share": noise / (features + prototypes),
      "loss": loss,
      "objective": loss
        + (decay.features * features + decay.prototypes * prototypes + decay.bias * biasSquare) / 2,
    ]
  }
}
