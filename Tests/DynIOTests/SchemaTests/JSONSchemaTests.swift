import DynIO
import Dynamics
import Testing

@Suite struct JSONSchemaTests {
  private static let kind = KindDescription(
    "k", "about k", parameters: [.optional("x", .boolean, "about x", default: .boolean(true))])

  static let schemaOfEveryShapeCases: [(Shape, String)] = [
    (Shape.boolean, #"{"type":"boolean"}"#), (.string, #"{"type":"string"}"#), (.anything, "{}"),
    (.number(.any), #"{"type":"number"}"#),
    (.number(.positive), #"{"type":"number","exclusiveMinimum":0}"#),
    (.number(.nonNegative), #"{"type":"number","minimum":0}"#),
    (.number(.from(0, through: 1)), #"{"type":"number","minimum":0,"maximum":1}"#),
    (.choice(["a", "b"]), #"{"enum":["a","b"]}"#),
    (
      .list(of: .boolean, minimumCount: 2),
      #"{"type":"array","items":{"type":"boolean"},"minItems":2}"#
    ),
    (.map(of: .string), #"{"type":"object","additionalProperties":{"type":"string"}}"#),
    (.either([.boolean, .string]), #"{"anyOf":[{"type":"boolean"},{"type":"string"}]}"#),
    (
      .object([.required("a", .boolean, "about a"), .optional("b", .string, "about b")]),
      #"{"type":"object","properties":{"a":{"description":"about a","type":"boolean"},"#
        + #""b":{"description":"about b","type":"string"}},"required":["a"],"#
        + #""additionalProperties":false}"#
    ),
    (
      .kinds([kind]),
      #"{"oneOf":[{"description":"about k","type":"object","properties":{"kind":"#
        + #"{"description":"about k","enum":["k"]},"x":{"description":"about x","#
        + #""type":"boolean","default":true}},"required":["kind"],"additionalProperties":false}]}"#
    ),
  ]

  @Test(arguments: schemaOfEveryShapeCases) func schemaOfEveryShape(shape: Shape, expected: String)
    throws
  {
    #expect(JSONSchema.schema(shape) == (try JSONParser.parse(expected)))
  }

  /// Whole numbers beyond 2^53 are refused by the validation, and so by the schema.
  @Test func integersHaveTheBoundsOfTheValidation() throws {
    let fields = Fields(JSONSchema.schema(.integer(.atLeast(2))))
    #expect(try fields.string("type") == "integer")
    #expect(try fields.number("minimum") == 2)
    #expect(try fields.number("maximum", default: .infinity) == 0x1p53 - 1)
  }

  @Test func theScenarioSchemaDescribesEveryKey() throws {
    let properties = Fields(JSONSchema.scenario).fields("properties")
    #expect(properties.keys.contains("model") && properties.keys.contains("solvers"))
    for key in properties.keys {
      #expect(try !properties.fields(key).string("description").isEmpty, "\(key)")
    }
  }
}
