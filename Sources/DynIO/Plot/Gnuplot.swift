#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The gnuplot program.
enum Gnuplot {
  /// The bytes that gnuplot writes to its standard output for a script.
  ///
  /// - Throws: `FigureError` when it is missing or fails.
  static func run(_ script: String) throws(FigureError) -> [UInt8] {
    let folder = try temporaryFolder()
    defer { remove(folder) }
    let file = folder + "/figure.gp"
    do throws(OutputError) {
      try OutputFile.write(Array(script.utf8), to: file)
    } catch {
      throw .gnuplotFailed(error.description)
    }
    let errors = folder + "/errors"
    guard let pipe = popen("gnuplot '\(file)' 2>'\(errors)'", "r") else {
      throw .gnuplotFailed("no process could be started")
    }
    let bytes = contents(of: pipe)
    let status = pclose(pipe)
    guard status == 0 else {
      if (status >> 8) & 0xFF == 127 { throw .gnuplotMissing }
      let words = (try? InputFile.read(errors)).map { String(decoding: $0, as: UTF8.self) } ?? ""
      throw .gnuplotFailed(words.split(separator: "\n").joined(separator: " "))
    }
    return bytes
  }

  private static func temporaryFolder() throws(FigureError) -> String {
    var template = Array((P_tmpdir + "/dyn-figure-" + String(repeating: "X", count: 6)).utf8CString)
    guard mkdtemp(&template) != nil else {
      throw .gnuplotFailed("no temporary folder could be made")
    }
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private static func contents(of pipe: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, pipe)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func remove(_ folder: String) {
    for name in ["figure.gp", "errors"] { unlink(folder + "/" + name) }
    rmdir(folder)
  }
}
