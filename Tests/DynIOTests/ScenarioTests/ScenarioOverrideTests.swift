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
    ("model=null", #"{"model":null,"solvers":[{"kind":"ode"},{"kind":"x"}]}"#),
  ]) func replacesOnePlace(argument: String, expected: String) throws {
    let tree = try JSONParser.parse(Self.tree)
    let changed = try ScenarioOverride(argument: argument).applied(to: tree)
    #expect(JSONWriter.text(changed, indented: false) == expected)
  }

  @Test(arguments: ["", "a", "=1", ".a=1", "a.=1", "a..b=1", "a=", "a={", "a=1 2", "a=b c"])
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
}
