import DynIO
import Dynamics
import Foundation
import Testing

/// `dyn schema`, judged by Python's jsonschema.
@Suite struct SchemaCommandTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test func printsTheSchemaAsJSON() async throws {
    let result = try await expectSuccess(["schema"], in: folder)
    let schema = Fields(try JSONParser.parse(result.output))
    #expect(try schema.string("$schema") == "https://json-schema.org/draft/2020-12/schema")
    #expect(try JSONParser.parse(result.output) == JSONSchema.scenario)
    let foundation = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    #expect(foundation is [String: Any])
  }

  /// The indices of the lines of a file that the schema accepts; each line is a JSON value.
  private func accepted(_ lines: [String]) async throws -> Set<Int> {
    let schema = try await expectSuccess(["schema"], in: folder)
    try folder.put(schema.output, in: "schema.json")
    try folder.put(lines.joined(separator: "\n"), in: "lines")
    let script = """
      import json
      from jsonschema import Draft202012Validator as Validator
      schema = json.load(open("schema.json"))
      Validator.check_schema(schema)
      validator = Validator(schema)
      for index, line in enumerate(open("lines")):
          if validator.is_valid(json.loads(line)): print(index)
      """
    let python = try #require(PythonTool.withJSONSchema)
    let result = try await DynProcess.run(python, ["-c", script], in: folder)
    try #require(result.status == 0, "\(result.error)")
    return Set(result.output.split(separator: "\n").compactMap { Int($0) })
  }

  /// Needs a Python with jsonschema on the path; without one this is reported as skipped.
  @Test(.enabled(if: PythonTool.withJSONSchema != nil, "needs python3 with jsonschema"))
  func acceptsTheShippedScenarios() async throws {
    let lines = try ShippedScenarioTests.names.map { name in
      let url = CommandFolder.scenarios.appendingPathComponent(name)
      return JSONWriter.text(
        try JSONParser.parse(try [UInt8](Data(contentsOf: url))), indented: false)
    }
    #expect(try await accepted(lines) == Set(lines.indices))
  }

  /// Whatever unusual value stands wherever: schema and `dyn` come to the same verdict.
  @Test(.enabled(if: PythonTool.withJSONSchema != nil, "needs python3 with jsonschema"))
  func agreesWithTheValidation() async throws {
    let scenarios = ReplacedScenario.all.filter { $0.tree != nil }
    let accepted = try await accepted(scenarios.map(\.text))
    for (index, scenario) in scenarios.enumerated() {
      let isValid = scenario.tree.map { ScenarioFormat.shape.faults(of: $0).isEmpty }
      #expect(accepted.contains(index) == isValid, "\(scenario.text)")
    }
    #expect(accepted.count > 300 && accepted.count < scenarios.count - 300)
  }
}
