import DynIO
import Dynamics
import Foundation

/// Expected values from independent programs, in Tests/References.
public enum ReferenceFile {
  /// The parsed file.
  public static func value(_ name: String) throws -> Value {
    try JSONParser.parse(try [UInt8](Data(contentsOf: folder.appending(path: name))))
  }

  /// The folder of the references.
  public static var folder: URL {
    repository.appending(path: "Tests/References")
  }

  /// The root of the repository.
  public static var repository: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }
}
