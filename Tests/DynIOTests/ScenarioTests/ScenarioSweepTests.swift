import DynIO
import Dynamics
import Testing

@Suite struct ScenarioSweepTests {
  private func sweep(_ text: String) throws -> ScenarioSweep {
    let tree = try JSONParser.parse(
      "{\"model\": {\"classes\": 3, \"gamma\": 0}, \"sweep\": \(text)}")
    return try ScenarioSweep(tree)
  }

  @Test func theLastKeyRunsFastest() throws {
    let sweep = try sweep("{\"model.a\": [1, 2], \"model.b\": [\"x\", {\"k\": 3}]}")
    #expect(sweep.keys == ["model.a", "model.b"])
    let texts = sweep.members.map { member in member.assignments.map { $0.value.sweepText } }
    let expected: [[String]] = [
      ["1", "x"], ["1", "{\"k\":3}"], ["2", "x"], ["2", "{\"k\":3}"],
    ]
    #expect(texts == expected)
    let third = try JSONParser.parse(
      "{\"model\": {\"classes\": 3, \"gamma\": 0, \"a\": 2, \"b\": \"x\"}}")
    #expect(sweep.members[2].tree == third)
  }

  @Test func evenlySpacedValues() throws {
    let linear = try sweep("{\"model.a\": {\"linear\": [1, 2, 5]}}")
    let numbers = linear.members.map { $0.assignments[0].value.sweepText }
    let expected = ["1", "1.25", "1.5", "1.75", "2"]
    #expect(numbers == expected)
    let log = try sweep("{\"model.a\": {\"log\": [1, 100, 3]}}")
    let values = log.members.compactMap { member -> Double? in
      if case .number(let number) = member.assignments[0].value { number } else { nil }
    }
    #expect(values.first == 1)
    #expect(values.last == 100)
    #expect(abs(values[1] - 10) <= 1e-14)
  }

  @Test func withoutASweepThereIsOneMember() throws {
    let sweep = try ScenarioSweep(try JSONParser.parse("{\"model\": {}}"))
    #expect(sweep.keys.isEmpty)
    #expect(sweep.members.count == 1)
    #expect(sweep.members[0].label.isEmpty)
  }

  @Test(arguments: [
    "{\"model.a\": []}", "{\"model.a\": 3}", "{\"model.a\": {\"log\": [0, 1, 3]}}",
    "{\"model.a\": {\"linear\": [0, 1]}}", "{\"model.a\": {\"linear\": [0, 1, 2.5]}}",
    "{\"model.classes.x\": [1]}", "{\"model.a\": {\"linear\": [0, 1, 1000000000]}}",
  ]) func refuses(text: String) {
    #expect(throws: ScenarioFaults.self) { try sweep(text) }
  }
}
