import DynNumerics
import Dynamics

/// The arrays that a scenario gives as values or files; those that are drawn are nil. Features and
/// prototypes have a column a sample or class, whatever the file had.
struct GivenArrays {
  let labels: [Int]?
  let features: GivenArray?
  let prototypes: GivenArray?
  let bias: GivenArray?
  /// What replaces one-hot labels, with the table of a file.
  let targets: (any TargetRule)?
  /// What was found out about them that the user should know.
  let notes: [String]

  /// Loads them all.
  ///
  /// - Throws: `Fault` with the place of the array in the scenario.
  init(_ scenario: Scenario, _ loader: ArrayLoader) throws(Fault) {
    func load(_ path: String, _ specification: ArraySpecification) throws(Fault) -> GivenArray? {
      do throws(Fault) {
        return try loader.given(specification)
      } catch {
        throw error.within(path)
      }
    }
    let (model, initial) = (scenario.model, scenario.initialState)
    let features = try load("initial_state.features", initial.features)
    let prototypes = try load("initial_state.prototypes", initial.prototypes)
    let bias = try load("initial_state.bias", initial.bias)
    self.bias = bias
    let targets = try Self.targets(scenario, loader)
    self.targets = targets
    let given = try model.labels.flatMap { specification throws(Fault) in
      try load("model.labels", specification)
    }
    let labels = try given.map { array throws(Fault) in
      try GivenLabels(
        array, at: "model.labels",
        classes: KnownSizes(model, targets, labels: nil, bias: bias).groups)
    }
    self.labels = labels?.labels
    let sizes = KnownSizes(model, targets, labels: labels?.labels, bias: bias)
    let resolved = try ArrayOrientations(features: features, prototypes: prototypes, sizes: sizes)
      .resolved()
    (self.features, self.prototypes, notes) =
      (resolved.features, resolved.prototypes, resolved.notes)
    try labels?.checkClasses(sizes.groups ?? self.prototypes?.side(1))
    try labels?.checkCount(self.features?.side(1))
  }

  /// What replaces one-hot labels, with the table of a file.
  ///
  /// - Throws: `Fault` for a file that has no table.
  static func targets(
    _ scenario: Scenario, _ loader: ArrayLoader
  ) throws(Fault) -> (any TargetRule)? {
    switch scenario.model.targets {
    case nil: return nil
    case .rule(let rule): return rule
    case .file(let file):
      do throws(Fault) {
        guard let table = try loader.given(file), table.shape.count == 2 else {
          throw Fault("", "the array is no table: save C rows of K numbers")
        }
        return GivenTargets(
          Matrix(rows: table.shape[0], columns: table.shape[1], elements: table.numbers))
      } catch {
        throw error.within("model.targets")
      }
    }
  }
}
