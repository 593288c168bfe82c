import ArgumentParser

/// Measures the library on the reference problem and prints a line of JSON.
@main
struct Measure: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measures the library on the reference problem.",
    subcommands: [Integrate.self, FullStates.self, ClosedFormObservables.self])
}
