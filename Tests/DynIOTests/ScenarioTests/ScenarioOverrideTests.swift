import DynIO
import Dynamics
import Testing

@Suite struct ScenarioOverrideTests {
  private static let tree = #"{"model":{"classes":3},"solvers":[{"kind":"ode"},{"kind":"x"}]}"#

  @Test(arguments: [
    ("model.classes=4", #"{"model":{"classes":4},"solvers":[{"kind":"ode"},{"kind":"x"}]}"#),
    (
      "solvers[1].kind=closed_form",
      #"{"model":{"classes":3},"solvers":[{"kind":"ode"},{"kind":"closed_form"}]}"#
    ),
    ("solvers.0={}", #"{"model":{"classes":3},"solvers":[{},{"kind":"x"}]}"#),
    ("solvers=[]", #"{"model":{"classes":3},"solvers":[]}"#),
    (
      "model.loss.gamma=0.5",
      #"{"model":{"classes":3,"loss":{"kind":"unhinged","gamma":0.5}},"solvers":[{"kind":"ode"},{"kind":"x"}]}"#
    ),
    (
      "name=\"a=b\"",
      #"{"model":{"classes":3},"solvers":[{"kind":"ode"},{"kind":"x"}],"name":"a=b"}"#
    ),
    (
      "name=word_1",
      #"{"model":{"classes":3},"solvers":[{"kind":"ode"},{"kind":"x"}],"name":"word_1"}"#
    ),
    (
      #"sweep["model.a"]=[1]"#,
      #"{"model":{"classes":3},"solvers":[{"kind":"ode"},{"kind":"x"}],"sweep":{"model.a":[1]}}"#
    ),
    (
      #"model["a=\"b\"]"]=1"#,
      #"{"model":{"classes":3,"a=\"b\"]":1},"solvers":[{"kind":"ode"},{"kind":"x"}]}"#
    ),
    (
      #"solvers[1]["kind"]=ode"#,
      #"{"model":{"classes":3},"solvers":[{"kind":"ode"},{"kind":"ode"}]}"#
    ),
    ("model=null", #"{"model":null,"solvers":[{"kind":"ode"},{"kind":"x"}]}"#),
  ]) func replacesOnePlace(argument: String, expected: String) throws {
    let tree = try JSONParser.parse(Self.tree)
    let changed = try ScenarioOverride(argument: argument).applied(to: tree)
    #expect(JSONWriter.text(changed, indented: false) == expected)
  }

  @Test(arguments: [
    "", "a", "=1", ".a=1", "a.=1", "a..b=1", "a=", "a={", "a=1 2", "a=b c",
    "a[0=1", "a]=1", "a[]=1", "a[b]=1", "a[\"b]=1", "a[\"b\"=1", "a[0]b=1", "[0]=1", "a[\"\\q\"]=1",
  ])
  func refusesArguments(argument: String) {
    #expect(throws: Fault.self) { try ScenarioOverride(argument: argument) }
  }

  @Test(arguments: [
    "solvers[2]=1", "solvers[-1]=1", "solvers.kind=1", "model.classes.x=1", "model[0]=1",
  ])
  func refusesPlacesThatAreNotThere(argument: String) throws {
    let tree = try JSONParser.parse(Self.tree)
    let replacement = try ScenarioOverride(argument: argument)
    #expect(throws: Fault.self) { try replacement.applied(to: tree) }
  }

  /// What is meant as a number and is none would become a word.
  @Test(arguments: ["NaN", "nan", "inf", "-Infinity", "Infinity", "1e999", "-1e400"])
  func refusesNumbersThatAreNotFinite(text: String) throws {
    let fault = try #require(throws: Fault.self) {
      try ScenarioOverride(argument: "model.loss.gamma=\(text)")
    }
    #expect(fault.message.contains("numbers must be finite"))
  }

  @Test func longPathsAreRefusedAndTheLongestAreFollowed() throws {
    let tree = try JSONParser.parse("{}")
    func path(_ parts: Int, _ word: String = "a") -> String {
      [String](repeating: word, count: parts).joined(separator: ".")
    }
    #expect(throws: Never.self) {
      try ScenarioOverride(argument: path(64) + "=1").applied(to: tree)
    }
    for path in [path(65), path(50_000), path(1, String(repeating: "a", count: 1001))] {
      let fault = try #require(throws: Fault.self) { try ScenarioOverride(argument: path + "=1") }
      #expect(fault.message.contains("at most") && fault.message.utf8.count < 500)
    }
  }
}
