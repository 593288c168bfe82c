import Foundation

/// Python, for checks by the programs that users have.
enum PythonTool {
  /// A Python 3 that can import a module, or nil.
  static func path(importing module: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return (folders.map { "\($0)/python3" } + ["/usr/bin/python3"]).first {
      FileManager.default.isExecutableFile(atPath: $0) && canImport(module, python: $0)
    }
  }

  static let withNumpy = path(importing: "numpy")
  static let withJSONSchema = path(importing: "jsonschema")

  private static func canImport(_ module: String, python: String) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = ["-c", "import \(module)"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
