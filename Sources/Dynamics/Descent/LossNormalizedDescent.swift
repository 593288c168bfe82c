import DynNumerics
import RealModule

/// Gradient descent whose steps do not shrink with the loss:
///
///     z <- z - e grad L/(L s^2 (1 + |H|^2 + |W|^2)),   e = step eta(t)
///
/// with s the loss's steepness. On separable data without decay plain descent stalls because its
/// gradient falls like the loss, e^-margin; this one increases the margin at a steady pace, and the
/// curvature of log L, which grows like the squared norm, does not make it diverge. Value and
/// gradient are formed in log space, so it goes on where the loss underflows. O(p n C) a step.
struct LossNormalizedDescent {
  private let problem: Problem
  private let loss: any VanishingLoss
  private let labels: [Int]
  private let movesPrototypes: Bool
  /// log omega_y of each class.
  private let logWeights: [Double]
  private(set) var state: State

  /// Starts at the problem's initial state; nil where ``refusal(of:)`` says why not.
  init?(_ problem: Problem) {
    guard let loss = problem.loss as? any VanishingLoss else { return nil }
    self.problem = problem
    self.loss = loss
    labels = problem.labels.partition.sortedLabels
    logWeights = problem.labels.groupWeights.map { Double.log($0) }
    movesPrototypes = problem.movesPrototypes
    state = problem.initialState
  }

  /// Why a problem has no such descent; nil where it has.
  static func refusal(of problem: Problem) -> String? {
    let model = problem.model
    guard model.features.areFree, !model.entry.normalizes, model.prototypes.areOneMatrix else {
      return
        "\"normalize\": \"loss\" is for logits W'H of features that are variables, which bound "
        + "the curvature of the loss's logarithm: use \"normalize\": \"none\""
    }
    guard problem.loss is any VanishingLoss else {
      return
        "\"normalize\": \"loss\" needs a loss that tends to zero, of the cross-entropy family: "
        + "use \"normalize\": \"none\""
    }
    guard problem.decay == .none else {
      return "\"normalize\": \"loss\" is for problems without weight decay, whose loss does not "
        + "settle: use \"normalize\": \"none\""
    }
    return nil
  }

  /// Follows the descent and hands a snapshot to `visit` at each time.
  ///
  /// - Throws: `SolverFailure` for a problem that is refused, and where the state outgrows a double.
  static func follow(
    _ problem: Problem, step: Double, at times: [Double], cost: inout SolverCost,
    visit: (any Snapshot) -> Bool
  ) throws(SolverFailure) {
    guard var descent = LossNormalizedDescent(problem) else {
      throw SolverFailure(refusal(of: problem) ?? "there is no normalised form")
    }
    var clock = DescentClock(problem.rates, step: step)
    for time in times {
      while let size = clock.next(before: time) {
        descent.advance(by: size)
        cost.evaluations += 1
        cost.steps += 1
      }
      guard descent.state.norm.isFinite else {
        throw SolverFailure(
          "normalised gradient descent left the range of a double by t = \(time) "
            + "(step \(clock.stepsTaken)): lower the step or the learning rate")
      }
      guard visit(FullSnapshot(time: time, problem: problem, state: descent.state)) else { return }
    }
  }

  /// One step with sizes e_1 for the features and e_2 for prototypes and bias.
  mutating func advance(by size: RatePair) {
    let slope = relativeSlope()
    let norm = state.norms.withoutBias
    let scale = 1 / (loss.steepness * loss.steepness * (1 + norm * norm))
    let features = state.prototypes.timesTransposed(slope)
    let prototypes = state.features.times(slope)
    Self.move(&state.features, by: -size.features * scale, along: features)
    guard movesPrototypes else { return }
    Self.move(&state.prototypes, by: -size.prototypes * scale, along: prototypes)
    guard let bias = state.bias else { return }
    state.bias = bias.indices.map { label in
      bias[label] - size.prototypes * scale * slope.column(label).sum
    }
  }

  private static func move(_ matrix: inout Matrix, by factor: Double, along slope: Matrix) {
    for index in matrix.elements.indices {
      matrix.elements[index] += factor * slope.elements[index]
    }
  }

  /// The gradient of the mean loss by the logits over the mean loss (n x C): a row a sample.
  private func relativeSlope() -> Matrix {
    var logits = problem.logits(state)
    let logTerms = labels.enumerated().map { sample, label in
      let row = logits.elements.span.extracting(logits.range(ofRow: sample))
      return loss.logValue(logits: row, label: label) + logWeights[label]
    }
    let highest = logTerms.max() ?? 0
    let logTotal = highest + Double.log(logTerms.map { Double.exp($0 - highest) }.sum)
    var slope = [Double](repeating: 0, count: logits.columns)
    for (sample, label) in labels.enumerated() {
      let range = logits.range(ofRow: sample)
      var target = slope.mutableSpan
      loss.gradient(
        logits: logits.elements.span.extracting(range), label: label,
        logUnit: logTotal - logWeights[label], into: &target)
      for (index, value) in zip(range, slope) { logits.elements[index] = value }
    }
    return logits
  }
}
