import DynNumerics

extension Observable {
  static let testAccuracy = test("test_accuracy", "of all classes") { 0..<$0 }
  static let testAccuracyHead = test(
    "test_accuracy_head", "of the first 30 % of the classes, the largest ones"
  ) { 0..<outerCount($0) }
  static let testAccuracyMedium = test(
    "test_accuracy_medium", "of the classes between head and tail"
  ) { outerCount($0)..<max(outerCount($0), $0 - outerCount($0)) }
  static let testAccuracyTail = test(
    "test_accuracy_tail", "of the last 30 % of the classes, the smallest ones"
  ) { max(0, $0 - outerCount($0))..<$0 }

  /// Classes in the head, and in the tail: 3 of 10.
  private static func outerCount(_ classCount: Int) -> Int {
    Int((0.3 * Double(classCount)).rounded())
  }

  /// The share of test inputs of some classes that the network decides right; nan without any.
  private static func test(
    _ name: String, _ what: String, _ classes: @escaping @Sendable (_ count: Int) -> Range<Int>
  ) -> Observable {
    Observable(
      name, symbol: name.replacing("_", with: " "),
      "share of test inputs \(what) whose own logit is the largest, ties counted wrong",
      isCheap: { $0.network != nil }, applies: { $0.network != nil }
    ) { observation in
      let range = classes(observation.problem.classCount)
      let own = observation.testDecisions.filter { range.contains($0.label) }
      return own.isEmpty ? .nan : own.map(\.isCorrect).share
    }
  }
}

extension Observation {
  /// The label of every test input, and whether the network finds it.
  func decideTests() -> [(label: Int, isCorrect: Bool)] {
    guard let network = problem.network else { return [] }
    var state = state.unscaled
    state.features = state.hidden.features(of: network.testInputs)
    let logits = problem.logits(state)
    return network.testLabels.enumerated().map { test, label in
      let row = logits.elements[logits.range(ofRow: test)]
      let own = logits[test, label]
      return (label, row.count { $0 >= own } == 1)
    }
  }
}
