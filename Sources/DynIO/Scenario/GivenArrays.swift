import Dynamics

/// The arrays that a scenario gives as values or files; those that are drawn are nil. Features and
/// prototypes have a column a sample or class, whatever the file had.
struct GivenArrays {
  let labels: [Int]?
  let features: GivenArray?
  let prototypes: GivenArray?
  let bias: GivenArray?
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
    let given = try model.labels.flatMap { specification throws(Fault) in
      try load("model.labels", specification)
    }
    let labels = try given.map { array throws(Fault) in
      try GivenLabels(
        array, at: "model.labels", classes: KnownSizes(model, labels: nil, bias: bias).classes)
    }
    self.labels = labels?.labels
    let sizes = KnownSizes(model, labels: labels?.labels, bias: bias)
    let resolved = try ArrayOrientations(features: features, prototypes: prototypes, sizes: sizes)
      .resolved()
    (self.features, self.prototypes, notes) =
      (resolved.features, resolved.prototypes, resolved.notes)
    try labels?.checkClasses(sizes.classes ?? self.prototypes?.side(1))
    try labels?.checkCount(self.features?.side(1))
  }
}
