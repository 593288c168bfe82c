import DynNumerics
import RealModule

/// Every observable of the exact flow's snapshots, which read them from few numbers, against the same
/// observable of the full state at that time.
///
/// The full state is rounded, and near collapse an observable may be made of that rounding alone. How
/// much of a value is, shows in the values of states whose entries are changed in their last digits.
struct ObservableCheck: Check {
  private let name = "observables against the full state"
  /// Entries of H up to which full states are worth their time.
  private static let sizeLimit = 200_000

  func results(for verification: Verification) -> [CheckResult] {
    let (problem, solver) = (verification.problem, verification.exactName)
    guard problem.featureDimension * problem.sampleCount <= Self.sizeLimit else {
      return [.notApplicable("the state is large", check: name, solver: solver)]
    }
    do throws(SolverFailure) {
      var worst = (share: 0.0, place: "")
      for time in [0, 1e-9, 0.5, 1].map(verification.time) {
        let snapshot = try verification.exactSnapshot(at: time)
        let own = verification.values(snapshot)
          .merging(snapshot.classGeometry().meanDistances) { first, _ in first }
        let reference = RoundedValues(snapshot, verification)
        for (observable, value) in own {
          let share = reference.error(of: value, for: observable)
          if share > worst.share { worst = (share, ": \(observable) at t = \(time)") }
        }
      }
      let place = worst.share > 1 ? worst.place : ""
      return [.atMost(1, worst.share, check: name + place, solver: solver)]
    } catch {
      return [.broken(error, check: name, solver: solver)]
    }
  }
}

/// Observables are homogeneous: those of a start that is 2^500 times as large or as small follow from
/// a start that is twice as large, where the flow is linear in the state.
struct ScaleCheck: Check {
  private let name = "observables of a scaled start"
  private static let sizeLimit = 200_000
  private static let exponents = [-500, 500]

  func results(for verification: Verification) -> [CheckResult] {
    let (problem, solver) = (verification.problem, verification.exactName)
    func notApplicable(_ reason: String) -> [CheckResult] {
      [.notApplicable(reason, check: name, solver: solver)]
    }
    guard verification.prepared.solution?.isLinear == true, problem.start.bias == nil else {
      return notApplicable("the flow is not linear in features and prototypes")
    }
    guard problem.featureDimension * problem.sampleCount <= Self.sizeLimit else {
      return notApplicable("the state is large")
    }
    let state = problem.initialState.norm
    guard state > 1e-100, state < 1e100 else { return notApplicable("the start is scaled already") }
    do throws(SolverFailure) {
      var worst = (share: 0.0, place: "")
      for time in [verification.begin, verification.horizon] {
        let plain = try verification.exactSnapshot(at: time)
        let (own, doubled) = (
          verification.values(plain), try verification.values(scaledBy: 2, at: time)
        )
        let rounding = RoundedValues(plain, verification)
        for exponent in Self.exponents {
          let unit = Double(sign: .plus, exponent: exponent, significand: 1)
          let scaled = try verification.values(scaledBy: unit, at: time)
          for (observable, value) in own {
            guard let two = doubled[observable], let found = scaled[observable],
              let back = Self.undone(found, exponent, value, two, observable)
            else { continue }
            let share = rounding.error(of: back, for: observable, reference: value)
            if share > worst.share {
              worst = (share, ": \(observable) of a start times 2^\(exponent) at t = \(time)")
            }
          }
        }
      }
      let place = worst.share > 1 ? worst.place : ""
      return [.atMost(1, worst.share, check: name + place, solver: solver)]
    } catch {
      return [.broken(error, check: name, solver: solver)]
    }
  }

  /// The value of a start that was multiplied by 2^exponent, divided by the power of that which its
  /// degree asks for; nil where that leaves the range of a double.
  private static func undone(
    _ value: Double, _ exponent: Int, _ plain: Double, _ doubled: Double, _ observable: String
  ) -> Double? {
    if observable == Observable.logNormState.name {
      return value - Double(exponent) * Double.log(2)
    }
    guard plain != 0, plain.isFinite else { return value }
    let degree = Double.log2(doubled / plain).rounded()
    let shift = degree * Double(exponent)
    guard abs(shift + Double.log2(abs(plain))) < 1000 else { return nil }
    let half = Double(sign: .plus, exponent: Int(-shift / 2), significand: 1)
    return value * half * half
  }
}

extension Verification {
  /// Every observable that means something for the problem.
  func values(_ snapshot: any Snapshot) -> [String: Double] {
    let observation = Observation(snapshot) { prepared.prediction }
    let observables = Observables.all.filter { $0.applies(problem) }
    return Dictionary(
      uniqueKeysWithValues: observables.map { ($0.name, $0.value(observation)) })
  }

  /// The same of a start that is multiplied by a number.
  fileprivate func values(
    scaledBy factor: Double, at time: Double
  ) throws(SolverFailure) -> [String: Double] {
    let scaled = replacing(
      try PreparedProblem.orFailure(problem.dividingState(by: 1 / factor)))
    return scaled.values(try scaled.exactSnapshot(at: time))
  }
}
