import Dynamics
import Testing

@Suite struct FieldsTests {
  private let fields = Fields(
    object([
      "number": .number(2.5), "whole": .number(7), "word": .string("a"), "yes": .boolean(true),
      "no": .boolean(false), "list": .list([.number(1), .number(2)]),
      "mixed": .list([.number(1), .null]), "inner": object(["x": .number(3)]),
    ]))

  @Test func accessorsReturnWhatIsThere() throws {
    #expect(try fields.number("number") == 2.5)
    #expect(try fields.number("number", default: 9) == 2.5)
    #expect(try fields.number("other", default: 9) == 9)
    #expect(try fields.integer("whole") == 7)
    #expect(try fields.string("word") == "a")
    #expect(fields.isTrue("yes") && !fields.isTrue("no") && !fields.isTrue("other"))
    #expect(fields.numbers("list") == [1, 2])
    #expect(fields.list("mixed") == [.number(1), .null])
    #expect(try fields.fields("inner").number("x") == 3)
  }

  @Test func accessorsOfMissingKeysAreEmpty() {
    #expect(fields.numbers("mixed").isEmpty)
    #expect(fields.list("number").isEmpty)
    #expect(fields.fields("other").keys.isEmpty)
    #expect(fields["other"] == nil && !fields.has("other") && fields.has("no"))
  }

  @Test func keysKeepTheirOrder() {
    #expect(fields.keys.prefix(3) == ["number", "whole", "word"])
  }

  @Test func missingValuesAreFaultsAtTheirKey() {
    #expect(throws: Fault("word", "a number is missing")) { try fields.number("word") }
    #expect(throws: Fault("number", "a whole number is missing")) { try fields.integer("number") }
    #expect(throws: Fault("whole", "a text is missing")) { try fields.string("whole") }
  }

  @Test(arguments: [(0.0, "0"), (-3, "-3"), (0.1, "0.1"), (1e6, "1000000"), (1e22, "1e+22")])
  func numbersPrintAsTyped(number: Double, text: String) {
    #expect(Value.text(number) == text)
  }

  @Test func valuesAreDescribedBriefly() {
    #expect(Value.list([.null, .null]).brief == "a list of 2")
    #expect(Value.string(String(repeating: "x", count: 100)).brief.count == 85)
  }

  @Test func faultsGrowTheirPathFromInside() {
    let fault = Fault("method", "unknown").within("[1]").within("solvers")
    #expect(fault.path == "solvers[1].method")
    #expect(fault.description == "solvers[1].method: unknown")
    #expect(Fault("", "broken").description == "broken")
    #expect(Fault("", "broken").within("a").path == "a")
  }

  @Test func kindsMakeTheirProducts() throws {
    let kinds = [
      Kind<Double>("double", "twice", parameters: []) { fields throws(Fault) in
        2 * (try fields.number("x"))
      },
      Kind<Double>("constant", "one") { _ in 1 },
    ]
    #expect(try kinds.make(Fields(object(["kind": .string("double"), "x": .number(4)]))) == 8)
    let negative = kinds.map { kind in kind.map { -$0 } }
    #expect(try negative.make(Fields(object(["kind": .string("constant")]))) == -1)
    #expect(throws: Fault("kind", "unknown kind \"duble\" (did you mean \"double\"?)")) {
      try kinds.make(Fields(object(["kind": .string("duble")])))
    }
  }
}
