import Dynamics
import Testing

@Suite struct ShapeDefaultsTests {
  @Test func defaultsAreWrittenOutAfterTheGivenKeys() {
    let value = object([
      "solvers": .list([object(["kind": .string("ode")])]), "classes": .number(3),
    ])
    let expected = object([
      "solvers": .list([object(["kind": .string("ode"), "method": .string("rk8pd")])]),
      "classes": .number(3), "bias": .boolean(false),
      "time": object(["end": .number(1), "outputs": .number(101)]),
    ])
    #expect(exampleScenario.filled(value) == expected)
    #expect(exampleScenario.filled(expected) == expected)
  }

  @Test func givenValuesWinOverDefaults() {
    let value = object(["bias": .boolean(true), "time": object(["outputs": .number(2)])])
    let filled = Fields(exampleScenario.filled(value))
    #expect(filled.isTrue("bias"))
    #expect(
      filled["time"] == object(["outputs": .number(2), "end": .number(1)]))
  }
}
