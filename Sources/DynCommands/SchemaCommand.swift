import ArgumentParser
import DynIO

/// `dyn schema`.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of the scenario format.")

  func run() throws {
    try Console.output(
      document: JSONWriter.text(JSONSchema.scenario, indented: true) + "\n")
  }
}
