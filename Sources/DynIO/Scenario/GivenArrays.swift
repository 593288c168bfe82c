import Dynamics

/// The arrays that a scenario gives as values or files; those that are drawn are nil.
struct GivenArrays {
  let labels: [Int]?
  let features: GivenArray?
  let prototypes: GivenArray?
  let bias: GivenArray?

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
    let initial = scenario.initialState
    features = try load("initial_state.features", initial.features)
    prototypes = try load("initial_state.prototypes", initial.prototypes)
    bias = try load("initial_state.bias", initial.bias)
    labels = try scenario.model.labels.map { specification throws(Fault) in
      try Self.labels(load("model.labels", specification))
    }
  }

  private static func labels(_ array: GivenArray?) throws(Fault) -> [Int] {
    guard let array, array.shape.count == 1, !array.numbers.isEmpty else {
      throw Fault("model.labels", "labels must be a list of whole numbers, one a sample")
    }
    var labels: [Int] = []
    for (sample, number) in array.numbers.enumerated() {
      guard let label = Int(exactly: number), label >= 0 else {
        throw Fault(
          "model.labels", "label \(number) of sample \(sample) is not a whole number from 0 on")
      }
      labels.append(label)
    }
    return labels
  }
}
