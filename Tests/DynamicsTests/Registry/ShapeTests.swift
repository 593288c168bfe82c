import Dynamics
import Testing

@Suite struct ShapeFaultTests {
  private func faults(_ value: Value) -> [String] {
    exampleScenario.faults(of: value).map(\.description)
  }

  private func faults(in member: String, _ value: Value) -> [String] {
    faults(object(["classes": .number(3), member: value]))
  }

  @Test func aFittingValueHasNoFault() {
    let value = object([
      "classes": .number(3), "bias": .boolean(true), "name": .string("x"),
      "solvers": .list([object(["kind": .string("ode"), "method": .string("rk4")])]),
      "gamma": .string("averaged"), "sweep": object(["a.b": .list([.null])]),
      "time": object(["end": .number(0)]),
    ])
    #expect(faults(value).isEmpty)
  }

  @Test func aMissingKeyIsNamedWithWhatItNeeds() {
    #expect(
      faults(object([:]))
        == ["the key \"classes\" is missing: give a whole number at least 2"])
  }

  @Test(arguments: [
    (Value.number(2.5), "2.5"), (.number(1), "1"), (.string("three"), "\"three\""),
    (.number(.infinity), "inf"), (.number(.nan), "nan"), (.null, "null"),
    (.number(1e300), "1e+300"),
  ])
  func whatIsNoWholeNumberIsRefused(value: Value, text: String) {
    let expected = "classes: \(text) is not allowed here: give a whole number at least 2"
    #expect(faults(object(["classes": value])) == [expected])
  }

  @Test func everyTypeSaysWhatItWants() {
    #expect(
      faults(in: "bias", .number(1)) == ["bias: 1 is not allowed here: give true or false"])
    #expect(
      faults(in: "name", .boolean(true))
        == ["name: true is not allowed here: give a text in quotes"])
    #expect(
      faults(in: "solvers", object([:]))
        == ["solvers: an object is not allowed here: give a list of at least 1"])
    #expect(
      faults(in: "solvers", .list([]))
        == ["solvers: an empty list is not allowed here: give a list of at least 1"])
    #expect(
      faults(in: "sweep", .list([.null]))
        == ["sweep: a list of 1 is not allowed here: give an object"])
    #expect(
      faults(in: "time", object(["outputs": .number(1001)]))
        == [
          "time.outputs: 1001 is not allowed here: give a whole number at least 1 and at most 1000"
        ])
  }

  @Test func misspeltNamesGetAHintAndTheirPlace() {
    let solvers = Value.list([
      object(["kind": .string("closed_form")]),
      object(["kind": .string("ode"), "method": .string("rk8dp")]),
      object(["kind": .string("close_form")]),
    ])
    #expect(
      faults(in: "solvers", solvers) == [
        "solvers[1].method: unknown method \"rk8dp\" (did you mean \"rk8pd\"?)",
        "solvers[2].kind: unknown kind \"close_form\" (did you mean \"closed_form\"?)",
      ])
    #expect(faults(in: "baias", .boolean(true)) == ["baias: unknown key (did you mean \"bias\"?)"])
  }

  @Test func namesLikeNoOtherGetTheWholeList() {
    #expect(
      faults(in: "solvers", .list([object(["kind": .string("magic")])]))
        == ["solvers[0].kind: unknown kind \"magic\": give one of \"ode\", \"closed_form\""])
    #expect(
      faults(in: "time", object(["begin": .number(1)]))
        == ["time.begin: unknown key: allowed are end, outputs"])
  }

  @Test func anObjectWithoutKindIsToldTheKinds() {
    let expected =
      "solvers[0]: the key \"kind\" is missing: give one of \"ode\", \"closed_form\""
    #expect(faults(in: "solvers", .list([object([:])])) == [expected])
    #expect(faults(in: "solvers", .list([object(["kind": .number(1)])])) == [expected])
  }

  @Test func keysOfAnotherKindAreRefused() {
    let closed = object(["kind": .string("closed_form"), "step": .number(1)])
    #expect(
      faults(in: "solvers", .list([closed]))
        == ["solvers[0].step: unknown key: allowed are kind"])
  }

  @Test func alternativesAreChosenByType() {
    #expect(
      faults(in: "gamma", .number(-1))
        == ["gamma: -1 is not allowed here: give a number at least 0"])
    #expect(
      faults(in: "gamma", .string("average"))
        == ["gamma: unknown gamma \"average\" (did you mean \"averaged\"?)"])
    #expect(
      faults(in: "gamma", .boolean(true))
        == ["gamma: true is not allowed here: give a number at least 0, or one of \"averaged\""])
  }

  @Test func mapsNameTheirKeyInBrackets() {
    #expect(
      faults(in: "sweep", object(["model.gamma": .number(1)]))
        == ["sweep[\"model.gamma\"]: 1 is not allowed here: give a list of at least 1"])
  }

  @Test func allFaultsAreReportedInTheOrderOfTheFile() {
    let value = object(["nmae": .string("x"), "bias": .null, "time": .number(3)])
    #expect(
      exampleScenario.faults(of: value).map(\.path) == ["nmae", "bias", "time", ""])
  }

  @Test func zeroIsNotPositive() {
    let shape = Shape.number(.positive)
    #expect(shape.faults(of: .number(0)).count == 1)
    #expect(shape.faults(of: .number(.leastNonzeroMagnitude)).isEmpty)
    #expect(shape.expectation == "a number greater than 0")
  }
}
