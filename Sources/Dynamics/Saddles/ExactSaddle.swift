import DynNumerics

/// The saddles of the layer-peeled model that are known exactly.
public enum ExactSaddle: String, Sendable, CaseIterable {
  /// H = 0 and W = 0.
  case origin
  /// The majorities at a simplex equiangular tight frame, everything of the minorities zero.
  case minorityCollapse = "minority_collapse"

  /// The critical point.
  ///
  /// - Throws: `Fault` for a problem that does not have it, with the condition.
  public func state(of problem: Problem) throws(Fault) -> State {
    guard problem.start.bias == nil else {
      throw Fault("", "the gradient by a bias is not zero there: set model.bias to false")
    }
    switch self {
    case .origin: return problem.zeroState
    case .minorityCollapse: return try MinorityCollapse(problem).state()
    }
  }
}

/// The saddle with W_A = a F, h_i = b f_{y_i} for the majorities A, F = (f_1 ... f_K) a simplex
/// equiangular tight frame of unit vectors, and zeros for the minorities B (cf. the minority
/// collapse of Fang et al., PNAS 2021).
///
/// With equal sizes n_A and weights omega_A in A it is critical where a^2 lambda_2 = n_A b^2
/// lambda_1 and omega_A a (g_o - g_y)/n = lambda_1 b, g_y and g_o the loss's derivatives by the
/// own and by another majority's logit at own logit a b, the other majorities' -a b/(K - 1) and
/// zero for the minorities.
struct MinorityCollapse {
  private let problem: Problem
  private let majorities: [Int]

  init(_ problem: Problem) throws(Fault) {
    self.problem = problem
    guard problem.labels.targets.areClasses else {
      throw Fault("", "minority_collapse is a saddle of one-hot labels: leave model.targets out")
    }
    let groups = ClassGroups(sizes: problem.labels.partition.sizes)
    majorities = groups.majorities
    let sizes = Set(majorities.map { problem.labels.partition.sizes[$0] })
    let weights = Set(majorities.map { problem.labels.groupWeights[$0] })
    guard !groups.minorities.isEmpty, majorities.count >= 2, sizes.count == 1, weights.count == 1
    else {
      throw Fault(
        "",
        "minority_collapse needs at least 2 majority classes of one size and weight, and "
          + "minorities: give samples_per_class a step profile")
    }
    guard problem.decay.features > 0, problem.decay.prototypes > 0 else {
      throw Fault(
        "",
        "minority_collapse needs weight decay on features and prototypes: "
          + "give weight_decay a positive number")
    }
    guard problem.featureDimension >= majorities.count - 1 else {
      throw Fault(
        "",
        "a simplex of \(majorities.count) majorities needs feature_dimension at least "
          + "\(majorities.count - 1), not \(problem.featureDimension): raise it")
    }
  }

  func state() throws(Fault) -> State {
    let product = try ownLogit()
    let ratio = (Double(size) * decay.features / decay.prototypes).squareRoot()
    // a = ratio b and a b = product.
    let b = (product / ratio).squareRoot()
    let frame = SimplexETF.matrix(classCount: majorities.count)
    var state = problem.zeroState
    for (position, label) in majorities.enumerated() {
      for coordinate in 0..<frame.columns {
        let entry = frame[position, coordinate]
        state.prototypes[coordinate, label] = ratio * b * entry
        for sample in problem.labels.partition.range(ofClass: label) {
          state.features[coordinate, sample] = b * entry
        }
      }
    }
    return state
  }

  private var decay: WeightDecay { problem.decay }
  private var size: Int { problem.labels.partition.sizes[majorities[0]] }

  /// The root s = a b of omega_A (g_o - g_y)(s)/n = sqrt(lambda_1 lambda_2/n_A), by bisection: a
  /// convex loss has a decreasing left side.
  private func ownLogit() throws(Fault) -> Double {
    let target = (decay.features * decay.prototypes / Double(size)).squareRoot()
    guard pull(0) > target, let upper = upperEnd(target) else {
      throw Fault(
        "",
        "the majorities of minority_collapse have no critical size for this loss and weight "
          + "decay: lower weight_decay, or choose cross_entropy")
    }
    return bisection(from: 0, to: upper) { pull($0) > target }.middle
  }

  private func upperEnd(_ target: Double) -> Double? {
    var upper = 1.0
    while pull(upper) > target {
      upper *= 2
      guard upper < 1e6 else { return nil }
    }
    return upper
  }

  /// omega_A (g_o - g_y)/n at own logit s.
  private func pull(_ own: Double) -> Double {
    let label = majorities[0]
    var logits = [Double](repeating: 0, count: problem.classCount)
    for other in majorities { logits[other] = -own / Double(majorities.count - 1) }
    logits[label] = own
    var gradient = logits
    var target = gradient.mutableSpan
    problem.loss.gradient(logits: logits.span, label: label, into: &target)
    return problem.labels.sampleWeights[label] * (gradient[majorities[1]] - gradient[label])
  }
}

extension Problem {
  /// All variables zero.
  fileprivate var zeroState: State {
    let start = initialState
    return State(
      features: Matrix(rows: start.features.rows, columns: start.features.columns),
      prototypes: Matrix(rows: start.prototypes.rows, columns: start.prototypes.columns),
      bias: start.bias.map { $0.map { _ in 0 } })
  }
}
