import DynNumerics
import RealModule

/// A quantity that a flow conserves.
protocol Invariant: Sendable {
  /// How much it has changed from the initial state to another; none where the flow does not conserve
  /// it.
  func changes(_ problem: Problem, _ state: State) -> [InvariantChange]
}

/// The quantities that flows conserve.
enum Invariants {
  /// Every one; a new one needs its type and a line here.
  static let all: [any Invariant] = [
    BalanceInvariant(), DeviationInvariant(), NormInvariant(), CrossRatioInvariant(),
    FixedPrototypesInvariant(),
  ]
}

/// The change of a conserved quantity.
struct InvariantChange {
  enum Amount {
    case relative(Double)
    case notApplicable(String)
  }

  let name: String
  let amount: Amount
  /// What rounding alone may change it by, where that does not depend on the solver.
  var ownBound: Double?

  func result(bound: Double, solver: String) -> CheckResult {
    switch amount {
    case .relative(let change):
      .atMost(ownBound ?? bound, change, check: name, solver: solver)
    case .notApplicable(let reason): .notApplicable(reason, check: name, solver: solver)
    }
  }
}

/// H H' - s W W' of logits W'H without decay, whatever the loss, relative to |H|^2 + s |W|^2; where it is
/// zero, at equal rates with equal decays too. With linear layers H H' - s W_1'W_1, and
/// W_l W_l' - W_{l+1}'W_{l+1} relative to |W_l|^2 + |W_{l+1}|^2.
struct BalanceInvariant: Invariant {
  private static let name = "HH' - s WW' is conserved"
  /// Products are formed up to this dimension.
  private static let dimensionLimit = 4096

  func changes(_ problem: Problem, _ state: State) -> [InvariantChange] {
    guard !factors(state, problem).isEmpty else { return [] }
    return [InvariantChange(name: Self.name, amount: amount(problem, state))]
  }

  private func amount(_ problem: Problem, _ state: State) -> InvariantChange.Amount {
    guard problem.rates.ratio != nil else {
      return .notApplicable("the rates are not proportional")
    }
    let (before, after) = (factors(problem.initialState, problem), factors(state, problem))
    guard after.allSatisfy({ $0.inner.rows <= Self.dimensionLimit }) else {
      return .notApplicable("HH' would be too large")
    }
    guard after.contains(where: { $0.size > 0 }) else { return .notApplicable("the state is zero") }
    let wasZero = staysBalanced(problem)
    return .relative(
      zip(before, after).map { before, after in
        guard after.size > 0 else { return 0 }
        guard !wasZero else { return after.difference(dividedBy: after.size).elements.norm }
        return (after.difference(dividedBy: after.size) - before.difference(dividedBy: after.size))
          .elements.norm
      }.max() ?? 0)
  }

  /// Neighbouring factors of the logits that do not decay, from the features on where these are
  /// variables and enter as they are.
  private func factors(_ state: State, _ problem: Problem) -> [Factors] {
    let (model, decay) = (problem.model, problem.decay)
    guard !staysBalanced(problem) else {
      return [Factors(inner: state.features, outer: state.prototypes, ratio: 1)]
    }
    guard model.prototypes.move, decay.prototypes == 0, decay.layers.allSatisfy({ $0 == 0 })
    else { return [] }
    let layers = zip(state.layers, state.layers.dropFirst()).map {
      Factors(inner: $0, outer: $1.transposed, ratio: 1)
    }
    guard model.features.areFree, !model.entry.normalizes, decay.features == 0 else {
      return layers
    }
    let first = state.layers.first?.transposed ?? state.prototypes
    return [Factors(inner: state.features, outer: first, ratio: problem.rates.ratio ?? 1)] + layers
  }

  /// Whether the difference is zero at the start, and equal decays keep it so.
  private func staysBalanced(_ problem: Problem) -> Bool {
    problem.model.isBilinear && problem.decay.features > 0
      && problem.decay.features == problem.decay.prototypes
      && problem.rates.ratio == 1 && problem.start.imbalance <= State.largestImbalance
  }

  /// X and Y of the product Y'X, whose X X' - s Y Y' is conserved.
  private struct Factors {
    let inner: Matrix
    let outer: Matrix
    let ratio: Double

    var size: Double {
      Double.hypot(inner.elements.norm, ratio.squareRoot() * outer.elements.norm)
    }

    func difference(dividedBy unit: Double) -> Matrix {
      let (x, y) = (inner.divided(by: unit), outer.divided(by: unit))
      return x.timesTransposed(x) - ratio * y.timesTransposed(y)
    }
  }
}

/// H - class means of the unhinged loss without decay, relative to |H|.
struct DeviationInvariant: Invariant {
  func changes(_ problem: Problem, _ state: State) -> [InvariantChange] {
    guard problem.model.isBilinear, problem.loss.isLinear, problem.decay.features == 0,
      problem.decay.prototypes == 0
    else { return [] }
    let labels = problem.labels
    func deviations(_ features: Matrix) -> Matrix {
      let means = labels.classSums(features)
        .scalingColumns(by: labels.partition.sizes.map { 1 / Double($0) })
      return features - labels.repeated(means)
    }
    let change = deviations(state.features) - deviations(problem.initialState.features)
    return [
      InvariantChange(
        name: "H_perp is conserved",
        amount: .relative(
          change.elements.norm.relative(to: state.features.elements.norm)))
    ]
  }
}

/// The norms of features that the logits normalise: the largest relative change.
struct NormInvariant: Invariant {
  func changes(_ problem: Problem, _ state: State) -> [InvariantChange] {
    guard problem.model.features.areFree, problem.normalizesFeatures else { return [] }
    let start = problem.initialState.features
    let change =
      (0..<start.columns).map { sample in
        abs(state.features.column(sample).norm / start.column(sample).norm - 1)
      }.max() ?? 0
    return [InvariantChange(name: "feature norms are conserved", amount: .relative(change))]
  }
}

/// The prototypes, where they are fixed.
struct FixedPrototypesInvariant: Invariant {
  func changes(_ problem: Problem, _ state: State) -> [InvariantChange] {
    guard !problem.movesPrototypes else { return [] }
    let start = problem.start.prototypes
    let change = (state.prototypes - start).elements.norm.relative(to: start.elements.norm)
    // A state in scaled form is multiplied by its scale, which rounds.
    return [
      InvariantChange(
        name: "prototypes are fixed", amount: .relative(change), ownBound: Double.ulpOfOne)
    ]
  }
}

/// The cross-ratios |u_i - u_j| |u_k - u_l| / (|u_i - u_k| |u_j - u_l|) of normalised features of one
/// class, for the unhinged loss and equal norms within the class: all directions of a class undergo one
/// Moebius map of the sphere (Lohe, arXiv 1907.07150). Owes nothing to any integrator.
struct CrossRatioInvariant: Invariant {
  private static let name = "cross-ratios within classes are conserved"
  /// Norms of a class that differ by less are equal.
  private static let normTolerance = 1e-13

  func changes(_ problem: Problem, _ state: State) -> [InvariantChange] {
    guard problem.model.features.areFree, problem.normalizesFeatures, problem.loss.isLinear
    else { return [] }
    let start = problem.initialState.features
    let groups = (0..<problem.labels.groupCount).compactMap { group -> [Int]? in
      let range = problem.labels.partition.range(ofClass: group)
      let norms = range.map { start.column($0).norm }
      guard let least = norms.min(), let most = norms.max(), range.count >= 4,
        most - least <= Self.normTolerance * most
      else { return nil }
      return Array(range)
    }
    guard !groups.isEmpty else { return [] }
    let change = groups.flatMap { samples in
      (0...samples.count - 4).map { first in
        let four = Array(samples[first..<first + 4])
        let before = CrossRatio(start, four)
        let after = CrossRatio(state.features, four)
        return abs(after.logarithm - before.logarithm) * min(before.resolution, after.resolution)
      }
    }
    return [
      InvariantChange(name: Self.name, amount: .relative(change.max() ?? 0))
    ]
  }
}

/// The cross-ratio of four directions.
private struct CrossRatio {
  /// Its logarithm.
  let logarithm: Double
  /// The smallest of the four distances: where directions meet, rounding of the directions is as large
  /// as 1/this in the ratio.
  let resolution: Double

  init(_ features: Matrix, _ samples: [Int]) {
    let units = samples.map { sample -> [Double] in
      let column = features.column(sample)
      let norm = column.norm
      return column.map { $0 / norm }
    }
    func distance(_ i: Int, _ j: Int) -> Double {
      zip(units[i], units[j]).map { $0 - $1 }.norm
    }
    let (upper, lower) = ([distance(0, 1), distance(2, 3)], [distance(0, 2), distance(1, 3)])
    resolution = (upper + lower).min() ?? 0
    logarithm =
      resolution > 0
      ? Double.log(upper[0]) + Double.log(upper[1]) - Double.log(lower[0]) - Double.log(lower[1])
      : 0
  }
}
