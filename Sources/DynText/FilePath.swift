/// Paths taken apart by their bytes: in a `Character`, a slash may hide behind a combining mark.
public enum FilePath {
  private static let slash = UInt8(ascii: "/")
  /// The most bytes of a file's name without its extension.
  private static let nameLimit = 200

  /// The folder of a path: `.` for a bare name.
  public static func folder(of path: String) -> String {
    guard let position = path.utf8.lastIndex(of: slash) else { return "." }
    return position == path.utf8.startIndex ? "/" : text(path.utf8[..<position])
  }

  /// What stands behind the last slash.
  public static func name(of path: String) -> String {
    guard let position = path.utf8.lastIndex(of: slash) else { return path }
    return text(path.utf8[path.utf8.index(after: position)...])
  }

  /// The file's name without its extension; a name that begins with its only dot has none.
  public static func stem(of path: String) -> String {
    let name = name(of: path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot > name.utf8.startIndex else {
      return name
    }
    return text(name.utf8[..<dot])
  }

  /// What stands behind the last dot of the file's name; nil without a dot.
  public static func fileExtension(of path: String) -> String? {
    let name = name(of: path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return nil }
    return text(name.utf8[name.utf8.index(after: dot)...])
  }

  /// Whether a path starts at the root.
  public static func isAbsolute(_ path: String) -> Bool { path.utf8.first == slash }

  /// A path as seen from a folder; an empty one stays empty and names nothing.
  public static func joined(_ path: String, to folder: String) -> String {
    if isAbsolute(path) || path.isEmpty || folder.isEmpty { return path }
    return folder.utf8.last == slash ? folder + path : folder + "/" + path
  }

  /// A text as the name of a file inside a folder, whatever it contains: what separates folders,
  /// controls something or hides becomes `-`, so does a first dot, and a long name is cut.
  public static func safeName(_ text: String) -> String {
    var name = String.UnicodeScalarView()
    var length = 0
    for scalar in text.unicodeScalars {
      let safe = isSafe(scalar, isFirst: name.isEmpty) ? scalar : "-"
      length += UTF8.width(safe)
      guard length <= nameLimit else { break }
      name.append(safe)
    }
    return name.isEmpty ? "scenario" : String(name)
  }

  private static func isSafe(_ scalar: Unicode.Scalar, isFirst: Bool) -> Bool {
    switch scalar {
    case "/", "\\", ":": false
    case ".": !isFirst
    default: TerminalText.isVisible(scalar)
    }
  }

  private static func text(_ bytes: Substring.UTF8View) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
