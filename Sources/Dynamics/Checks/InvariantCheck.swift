import DynNumerics
import RealModule

/// What the flow conserves: HH' - s WW' and the deviations from the class means without decay,
/// the norms of the features in the spherical case, the prototypes where they are fixed.
struct InvariantCheck: Check {
  /// HH' is formed up to this dimension.
  private static let dimensionLimit = 4096
  /// Tolerances that allow more than this show no conservation.
  private static let largestBound = 1e-3

  func results(for verification: Verification) -> [CheckResult] {
    let end = verification.horizon
    let problem = verification.problem
    var exactState: State?
    var results: [CheckResult] = []
    let growth = max(1, verification.growth(at: end))
    do throws(SolverFailure) {
      let state = try verification.exactSnapshot(at: end).state().unscaled
      exactState = state
      results += invariants(problem, state, 1e-13 * growth, verification.exactName)
    } catch {
      results.append(
        .unfinished(error, check: "conserved quantities", solver: verification.exactName))
    }
    guard exactState != nil else { return results }
    for (name, ode) in verification.integrators where verification.refusal(of: ode) == nil {
      guard case .adaptive(let relative, let absolute) = ode.control, ode.method.meetsTolerances
      else { continue }
      do throws(SolverFailure) {
        let bound = max(
          verification.bound(relative, absolute, at: try verification.exactSnapshot(at: end)),
          columnBound(problem, relative, absolute))
        guard bound <= Self.largestBound else {
          results.append(
            .notApplicable(
              "the tolerances are too loose to show conservation", check: "conserved quantities",
              solver: name))
          continue
        }
        let state = try verification.final(ode, at: end).state().unscaled
        results += invariants(problem, state, bound, name)
      } catch {
        // Whether it is at fault is for the comparison with the exact flow to say.
        results.append(
          .notApplicable(error.description, check: "conserved quantities", solver: name))
      }
    }
    return results
  }

  /// What the tolerances allow to the norm of the smallest feature on the sphere, which is measured on
  /// its own.
  private func columnBound(
    _ problem: Problem, _ relative: Double, _ absolute: Double
  ) -> Double {
    guard problem.modelCase == .spherical else { return 0 }
    let features = problem.initialState.features
    let smallest = (0..<features.columns).map { features.column($0).norm }.min() ?? 1
    return 100 * (relative + absolute * Double(features.rows).squareRoot() / smallest)
  }

  private func invariants(
    _ problem: Problem, _ state: State, _ bound: Double, _ solver: String
  ) -> [CheckResult] {
    switch problem.modelCase {
    case .unconstrained, .regularized:
      guard problem.decay.features == 0, problem.decay.prototypes == 0 else {
        return [
          .notApplicable(
            "weight decay conserves nothing", check: "conserved quantities", solver: solver)
        ]
      }
      return [
        balance(problem, state, bound, solver),
        .atMost(
          bound, deviationChange(problem, state), check: "H_perp is conserved", solver: solver),
      ]
    case .spherical:
      return [
        .atMost(
          bound, normChange(problem, state), check: "feature norms are conserved",
          solver: solver),
        fixedPrototypes(problem, state, solver),
      ]
    case .anchored: return [fixedPrototypes(problem, state, solver)]
    case .ntkInvariant:
      return [
        .notApplicable(
          "a kernel conserves none of these", check: "conserved quantities", solver: solver)
      ]
    case .perceptron:
      return [
        .notApplicable(
          "a network conserves none of these", check: "conserved quantities", solver: solver)
      ]
    }
  }

  private func fixedPrototypes(
    _ problem: Problem, _ state: State, _ solver: String
  ) -> CheckResult {
    let change = (state.prototypes - problem.start.prototypes).elements.norm
    // A state in scaled form is multiplied by its scale, which rounds.
    return .atMost(
      Double.ulpOfOne, change.relative(to: problem.start.prototypes.elements.norm),
      check: "prototypes are fixed", solver: solver)
  }

  /// |change of HH' - s WW'| relative to |H|^2 + s |W|^2.
  private func balance(
    _ problem: Problem, _ state: State, _ bound: Double, _ solver: String
  ) -> CheckResult {
    let name = "HH' - s WW' is conserved"
    guard let ratio = problem.rates.ratio else {
      return .notApplicable("the rates are not proportional", check: name, solver: solver)
    }
    guard problem.featureDimension <= Self.dimensionLimit else {
      return .notApplicable("HH' would be too large", check: name, solver: solver)
    }
    let norms = state.norms
    let size = Double.hypot(norms.features, ratio.squareRoot() * norms.prototypes)
    guard size > 0 else {
      return .notApplicable("the state is zero", check: name, solver: solver)
    }
    func difference(_ state: State) -> Matrix {
      let state = state.divided(by: size)
      return state.features.timesTransposed(state.features)
        - ratio * state.prototypes.timesTransposed(state.prototypes)
    }
    let change = difference(state) - difference(problem.initialState)
    return .atMost(bound, change.elements.norm, check: name, solver: solver)
  }

  /// |change of H - class means| relative to |H|.
  private func deviationChange(_ problem: Problem, _ state: State) -> Double {
    let labels = problem.labels
    func deviations(_ features: Matrix) -> Matrix {
      let means = labels.classSums(features)
        .scalingColumns(by: labels.partition.sizes.map { 1 / Double($0) })
      return features - labels.repeated(means)
    }
    let change = deviations(state.features) - deviations(problem.initialState.features)
    return change.elements.norm.relative(to: state.features.elements.norm)
  }

  /// The largest relative change of a column's norm.
  private func normChange(_ problem: Problem, _ state: State) -> Double {
    let start = problem.initialState.features
    return (0..<start.columns).map { sample in
      abs(state.features.column(sample).norm / start.column(sample).norm - 1)
    }.max() ?? 0
  }
}
