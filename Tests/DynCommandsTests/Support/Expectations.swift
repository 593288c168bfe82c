import Foundation
import Testing

/// Expects that a run failed with a status and one line of standard error that has all fragments,
/// and that the folder holds nothing new.
func expectRefusal(
  _ arguments: [String], status: Int32, _ fragments: [String], in folder: CommandFolder,
  input: String = "", sourceLocation: SourceLocation = #_sourceLocation
) async throws {
  let before = try folder.names()
  let result = try await DynProcess.run(arguments, in: folder, input: input)
  #expect(result.status == status, "\(result.error)", sourceLocation: sourceLocation)
  #expect(result.errorLines.count == 1, "\(result.error)", sourceLocation: sourceLocation)
  #expect(result.error.hasSuffix("\n"), sourceLocation: sourceLocation)
  #expect(result.output.isEmpty, sourceLocation: sourceLocation)
  for fragment in fragments {
    #expect(
      result.error.contains(fragment), "\(result.error) lacks \(fragment)",
      sourceLocation: sourceLocation)
  }
  #expect(try folder.names() == before, sourceLocation: sourceLocation)
}

/// Runs `dyn` and expects status 0 and no word on standard error.
@discardableResult
func expectSuccess(
  _ arguments: [String], in folder: CommandFolder, input: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) async throws -> DynProcess.Result {
  let result = try await DynProcess.run(arguments, in: folder, input: input)
  try #require(result.status == 0, "\(result.error)", sourceLocation: sourceLocation)
  #expect(result.error.isEmpty, sourceLocation: sourceLocation)
  return result
}

/// A line of standard error with file and place: `f.json: model.classes: ...` or `f.json:1:2: ...`.
/// A fault of the whole file has no place of its own.
func namesFileAndPlace(_ line: String) -> Bool {
  let place = #"^[^:\n]+(\.json|-)(:\d+:\d+| *: ([a-z_0-9]+(\[("[^"]*"|\d+)\])*\.?)+)?: \S.+$"#
  return line.range(of: place, options: .regularExpression) != nil
}
