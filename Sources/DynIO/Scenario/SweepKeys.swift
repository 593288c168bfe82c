import Dynamics

/// What the keys of a sweep refuse: each needs a place and a column of its own.
struct SweepKeys {
  private let axes: [SweepAxis]

  /// The columns of a trajectory that every run may have beside those of its observables.
  private static let columns = [
    "solver", "time", "zeta_h", "zeta_w", "relative_error", "hessian_lambda_min",
    "hessian_lambda_max",
  ]

  init(_ axes: [SweepAxis]) { self.axes = axes }

  /// - Throws: `Fault` at the first key that is the sweep itself, named like a column, or the place
  ///   of another key or around it.
  func check() throws(Fault) {
    var spellings: [ScenarioPath: String] = [:]
    for axis in axes {
      try checkName(axis)
      guard let earlier = spellings.updateValue(axis.key, forKey: axis.place) else { continue }
      throw fault(
        axis, "it is the same place as \"\(JSONExcerpt.cut(earlier))\": sweep each place once")
    }
    for axis in axes {
      guard let inner = axes.first(where: { axis.place.contains($0.place) }) else { continue }
      throw fault(
        axis,
        "its values replace those of \"\(JSONExcerpt.cut(inner.key))\", which lies inside: sweep "
          + "whole objects, or their parts, but not both")
    }
  }

  private func checkName(_ axis: SweepAxis) throws(Fault) {
    if axis.place.steps.first == .key("sweep") {
      throw fault(axis, "a sweep does not sweep itself: give a key of the scenario")
    }
    if [.key("observables"), .key("spectrum")].contains(axis.place.steps.first) {
      throw fault(
        axis, "it decides the columns of the CSV, which all members share: list all that any needs")
    }
    let names = Self.columns + Observables.all.map(\.name)
    guard names.contains(axis.key) else { return }
    let remedy =
      axis.key == "time"
      ? "sweep a part such as time.end, or all its parts"
      : "give the path of a key in the scenario, such as model.loss.gamma"
    throw fault(axis, "the CSV has a column of this name already: \(remedy)")
  }

  private func fault(_ axis: SweepAxis, _ message: String) -> Fault {
    Fault(ScenarioPath.ofSweepKey(axis.key), message)
  }
}
