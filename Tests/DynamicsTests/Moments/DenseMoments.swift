import DynNumerics
import Dynamics
import TestSupport

/// Mean and variance of quadratic forms of the whole state x = (H, W, b, 1), whose covariance is
/// carried by the exponential of one dense matrix: no rows, no modes.
struct DenseMoments {
  private let problem: Problem
  private let model: ExplicitModel
  private let mean: Matrix
  private let covariance: Matrix

  /// At a time, over intervals of constant rates.
  init(_ problem: Problem, time: Double) {
    self.problem = problem
    model = ExplicitModel(problem)
    let ends = problem.rates.breakpoints(before: time) + [time]
    var (mean, covariance) = Self.start(problem)
    var begin = 0.0
    for end in ends {
      let rates = problem.rates.rates(at: (begin + end) / 2)
      let factor = ((end - begin) * Self.generator(problem, rates)).exponential
      mean = factor.times(mean)
      covariance = factor.times(covariance).timesTransposed(factor)
      begin = end
    }
    (self.mean, self.covariance) = (mean, covariance)
  }

  /// Mean and standard deviation of an observable.
  func moments(_ name: String) -> (mean: Double, deviation: Double) {
    let form = form(name)
    let product = form.times(covariance)
    let applied = form.times(mean)
    let variance =
      2 * product.times(product).trace
      + 4 * applied.transposedTimes(covariance).times(applied)[0, 0]
    return (
      product.trace + mean.transposedTimes(applied)[0, 0], max(0, variance).squareRoot()
    )
  }

  /// Q of x'Q x.
  private func form(_ name: String) -> Matrix {
    let decay = problem.decay
    switch name {
    case "loss": return loss
    case "objective":
      return loss
        + squares(
          features: decay.features / 2, prototypes: decay.prototypes / 2, bias: decay.bias / 2)
    case "squared_norm_h": return squares(features: 1)
    case "squared_norm_w": return squares(prototypes: 1)
    default: return squares(features: 1, prototypes: 1)
    }
  }

  private func squares(
    features: Double = 0, prototypes: Double = 0, bias: Double = 0
  ) -> Matrix {
    let places = Places(problem)
    return Matrix(rows: places.count, columns: places.count) { row, column in
      guard row == column, row < places.one else { return 0 }
      return row < places.firstPrototype
        ? features : row < places.firstBias ? prototypes : bias
    }
  }

  /// -(1/n) sum of the weighted logits: half of each product on both sides of the diagonal.
  private var loss: Matrix {
    let places = Places(problem)
    var form = Matrix(rows: places.count, columns: places.count)
    let operatorMatrix = model.operatorMatrix
    for label in 0..<problem.classCount {
      for sample in 0..<problem.sampleCount {
        let half = -operatorMatrix[label, sample] / 2
        for row in 0..<problem.featureDimension {
          let (h, w) = (places.feature(row, sample), places.prototype(row, label))
          form[h, w] += half
          form[w, h] += half
        }
        if problem.start.bias != nil {
          form[places.firstBias + label, places.one] += half
          form[places.one, places.firstBias + label] += half
        }
      }
    }
    return form
  }

  private static func start(_ problem: Problem) -> (mean: Matrix, covariance: Matrix) {
    let places = Places(problem)
    let (state, distribution) = (problem.initialState, problem.distribution)
    var mean = Matrix(rows: places.count, columns: 1)
    var covariance = Matrix(rows: places.count, columns: places.count)
    func set(_ place: Int, _ value: Double, _ block: StartDistribution.Block) {
      switch block {
      case .normal(let deviation): covariance[place, place] = deviation * deviation
      default: mean[place, 0] = value
      }
    }
    for row in 0..<problem.featureDimension {
      for sample in 0..<problem.sampleCount {
        set(places.feature(row, sample), state.features[row, sample], distribution.features)
      }
      for label in 0..<problem.classCount {
        set(places.prototype(row, label), state.prototypes[row, label], distribution.prototypes)
      }
    }
    for (label, value) in (state.bias ?? []).enumerated() {
      set(places.firstBias + label, value, distribution.bias)
    }
    mean[places.one, 0] = 1
    return (mean, covariance)
  }

  private static func generator(_ problem: Problem, _ rates: RatePair) -> Matrix {
    let places = Places(problem)
    let decay = problem.decay
    let operatorMatrix = ExplicitModel(problem).operatorMatrix
    let prototypeRate = problem.movesPrototypes ? rates.prototypes : 0
    var generator = Matrix(rows: places.count, columns: places.count)
    for row in 0..<problem.featureDimension {
      for sample in 0..<problem.sampleCount {
        let h = places.feature(row, sample)
        generator[h, h] = -rates.features * decay.features
        for label in 0..<problem.classCount {
          let w = places.prototype(row, label)
          generator[h, w] = rates.features * operatorMatrix[label, sample]
          generator[w, h] = prototypeRate * operatorMatrix[label, sample]
          generator[w, w] = -prototypeRate * decay.prototypes
        }
      }
    }
    for label in 0..<(problem.start.bias?.count ?? 0) {
      let b = places.firstBias + label
      generator[b, b] = -rates.prototypes * decay.bias
      generator[b, places.one] =
        rates.prototypes * (0..<problem.sampleCount).map { operatorMatrix[label, $0] }.sum
    }
    return generator
  }
}

/// Where the entries of H, W, b and the number 1 stand in the vector.
private struct Places {
  let samples: Int
  let classes: Int
  let firstPrototype: Int
  let firstBias: Int
  let one: Int

  init(_ problem: Problem) {
    samples = problem.sampleCount
    classes = problem.classCount
    firstPrototype = problem.featureDimension * samples
    firstBias = firstPrototype + problem.featureDimension * classes
    one = firstBias + (problem.start.bias?.count ?? 0)
  }

  var count: Int { one + 1 }
  func feature(_ row: Int, _ sample: Int) -> Int { row * samples + sample }
  func prototype(_ row: Int, _ label: Int) -> Int { firstPrototype + row * classes + label }
}

extension Matrix {
  /// e^A by its series for A/2^k, squared k times.
  fileprivate var exponential: Matrix {
    let norm = elements.norm
    let halvings = norm > 0.25 ? norm.exponent + 3 : 0
    let small = Double(sign: .plus, exponent: -halvings, significand: 1) * self
    var (term, sum) = (Matrix.identity(rows), Matrix.identity(rows))
    for order in 1...20 {
      term = (1 / Double(order)) * term.times(small)
      sum = sum + term
    }
    for _ in 0..<halvings { sum = sum.times(sum) }
    return sum
  }
}
