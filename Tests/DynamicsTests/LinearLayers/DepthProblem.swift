import DynNumerics
import Dynamics

/// Linear layers under the unhinged loss from an aligned start.
struct DepthProblem: Sendable, CustomStringConvertible {
  let description: String
  /// n_c.
  var sizes = [4, 3, 3, 2]
  /// nil for 1/(C-1).
  var gamma: Double?
  /// That of gamma.
  var loss: UnhingedLoss {
    gamma.map { UnhingedLoss(gamma: $0) } ?? .averaged(classCount: sizes.count)
  }
  var weights = ClassWeights.uniform
  /// Of H/sqrt(s) and W_1, ..., W_L.
  var factors = [1.0, 1, 1]
  /// Of every layer; that of the features is lambda/s.
  var decay = 0.0
  /// s = eta_1/eta_2.
  var ratio = 1.0
  var bias: [Double]?
  var prototypeRate: any Schedule = ConstantSchedule(0.5)

  init(_ description: String, _ change: (inout DepthProblem) -> Void = { _ in }) {
    self.description = description
    change(&self)
  }

  static let dimension = 7
  static let width = 6

  func labels() throws -> LabelOperator {
    try LabelOperator(
      partition: ClassPartition(sizes: sizes),
      loss: loss,
      classWeights: weights)
  }

  /// The problem, from the aligned start or another one.
  func problem(from state: State? = nil) throws -> Problem {
    let labels = try labels()
    let layerCount = factors.count - 1
    let start = try AlignedStart(
      sizes: [ratio.squareRoot() * factors[0]] + factors.dropFirst()
    ).state(
      labels, dimension: Self.dimension,
      widths: [Int](repeating: Self.width, count: layerCount - 1), bias: bias)
    return Problem(
      modelCase: decay > 0 ? .regularized : .unconstrained,
      loss: loss, labels: labels,
      decay: WeightDecay(
        features: decay / ratio, prototypes: decay, bias: bias == nil ? 0 : decay / 2,
        layers: [Double](repeating: decay, count: layerCount)),
      initialState: state ?? start,
      rates: LearningRates(prototypes: prototypeRate, features: .proportional(ratio)))
  }

  /// Balanced and not, with and without the common mode, of two to four layers of equal size, with decay
  /// that the start withstands and decay that it does not, and two layers of other sizes than the features.
  static let all: [DepthProblem] = equal + others

  private static let equal: [DepthProblem] =
    [2, 3, 4].flatMap { layers -> [DepthProblem] in
      let factors = [Double](repeating: 1.25, count: layers + 1)
      return [
        DepthProblem("\(layers) layers") { $0.factors = factors },
        DepthProblem("\(layers) layers, balanced, gamma 0") {
          $0.factors = factors
          $0.sizes = [3, 3, 3]
          $0.gamma = 0
        },
        DepthProblem("\(layers) layers, weights, bias, s = 2.25") {
          $0.factors = factors
          $0.gamma = 0.1
          $0.weights = .list([0.5, 1, 1.5, 2])
          $0.ratio = 2.25
          $0.bias = [0.5, -1, 0, 2]
          $0.prototypeRate = InverseSqrtSchedule(value: 0.5, timescale: 8)
        },
        DepthProblem("\(layers) layers, decay that is withstood") {
          $0.factors = factors
          $0.decay = 0.05
          $0.ratio = 0.5
          $0.bias = [1, 0, 0, -1]
        },
        DepthProblem("\(layers) layers, decay that wins") {
          $0.factors = factors
          $0.decay = 2
        },
      ]
    }

  private static let others: [DepthProblem] = [
    DepthProblem("three sizes") { $0.factors = [1.5, 0.75, 0.5] },
    DepthProblem("three sizes, decay, s = 2") {
      $0.factors = [0.5, 1.25, 0.75]
      $0.decay = 0.02
      $0.ratio = 2
    },
    DepthProblem("three sizes, decay that wins") {
      $0.factors = [0.5, 1.25, 0.75]
      $0.decay = 1
    },
    DepthProblem("a layer of zeros") { $0.factors = [1, 0, 0.5] },
    DepthProblem("a negative layer") { $0.factors = [1.25, -0.5, 0.75] },
    DepthProblem("features and classes against each other") { $0.factors = [-1, 1, 1, 1] },
  ]
}

extension Problem {
  /// The predicted time of blow-up; infinite where there is none.
  func blowUpTime() throws -> Double {
    try PreparedProblem(self).prediction.blowUp?.time ?? .infinity
  }

  /// Times before the blow-up, or up to a given one where there is none.
  func times(_ shares: [Double], otherwise end: Double = 20) throws -> [Double] {
    let last = try blowUpTime()
    return shares.map { $0 * (last.isFinite ? last : end) }
  }
}
