import DynIO
import Dynamics
import Testing

/// Long scenarios take time and memory in proportion.
@Suite struct LongScenarioTests {
  /// Numbers of few digits are read in a way of their own; the standard library is the judge.
  @Test func shortNumbersAreCorrectlyRounded() throws {
    var state: UInt64 = 1
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let digits = Int(state >> 60) + 1
      let places = Int((state >> 32) % UInt64(digits + 1))
      var text = String(String((state >> 8) % 999_999_999_999_999).prefix(digits))
      if places > 0, places < text.count {
        text.insert(".", at: text.index(text.endIndex, offsetBy: -places))
      }
      if state & 1 == 1 { text = "-" + text }
      let expected = try #require(Double(text))
      #expect(try JSONParser.parse(text) == .number(expected), "\(text)")
    }
  }

  /// A number lies in its list and needs no memory of its own.
  @Test func valuesAreSmall() { #expect(MemoryLayout<Value>.stride <= 24) }

  private static let sizes = #""classes": 2, "samples_per_class": 5, "feature_dimension": 2"#

  /// Each of these took minutes when hints were made for every fault or names compared in pairs.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      "{" + (0..<100_000).map { "\"k\($0)\": 1" }.joined(separator: ",") + "}",
      "{\"model\": {\(sizes)}, \"observables\": ["
        + (0..<100_000).map { "\"o\($0)\"" }.joined(separator: ",") + "]}",
      "{\"model\": {\(sizes)}, \"solvers\": ["
        + (0..<100_000).map { "{\"kind\": \"k\($0)\"}" }.joined(separator: ",") + "]}",
    ])
  func manyFaultsAreCountedNotListed(text: String) throws {
    let tree = try JSONParser.parse(text)
    let error = #expect(throws: ScenarioError.self) {
      try ScenarioFile.scenario(tree, path: "long.json")
    }
    let lines = try #require(error).lines
    #expect(lines.count == 51)
    let last = try #require(lines.last)
    #expect(last.hasPrefix("long.json: and 99") && last.hasSuffix("more faults of the format"))
  }

  @Test(.timeLimit(.minutes(10))) func manySolversAreComparedByName() throws {
    let solvers = (0..<30_000).map { "{\"kind\": \"closed_form\", \"name\": \"n\($0)\"}" }
    let tree = try JSONParser.parse(
      "{\"model\": {\(Self.sizes)}, \"time\": {\"at\": [0]}, \"solvers\": ["
        + solvers.joined(separator: ",") + "]}")
    let scenario = try ScenarioFile.scenario(tree, path: "long.json")
    #expect(scenario.solvers.count == 30_000)
    _ = try ScenarioFile.problem(scenario, path: "long.json")
  }

  @Test(.timeLimit(.minutes(10))) func commentsAndNestingAreLinear() throws {
    let comments = String(repeating: "/* a */ // b\n", count: 200_000)
    #expect(try JSONParser.parse(comments + "1" + comments) == .number(1))
    let nests = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
    let list = Array(repeating: nests.dropFirst().dropLast(), count: 1000)
    guard case .list(let elements) = try JSONParser.parse("[\(list.joined(separator: ","))]") else {
      Issue.record("not a list")
      return
    }
    #expect(elements.count == 1000)
  }
}
