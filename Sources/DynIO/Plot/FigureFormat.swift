import DynText

/// What a figure is written as.
public enum FigureFormat: String, Sendable, CaseIterable {
  case svg
  case png
  case pdf
  /// Characters for a terminal.
  case terminal

  /// The format of a file name's extension; nil for another extension.
  public init?(path: String) {
    guard let suffix = FilePath.fileExtension(of: path),
      let format = FigureFormat(rawValue: suffix.lowercased()), format != .terminal
    else { return nil }
    self = format
  }

  /// gnuplot's terminal for a size in pixels.
  func terminal(width: Int, height: Int) -> String {
    switch self {
    case .svg:
      "set terminal svg size \(width),\(height) enhanced font 'Helvetica,11' background '#FFFFFF'"
    case .png: "set terminal pngcairo size \(width),\(height) enhanced font 'Helvetica,11'"
    case .pdf:
      "set terminal pdfcairo size \(Double(width) / 80)in,\(Double(height) / 80)in "
        + "enhanced font 'Helvetica,11'"
    case .terminal: "set terminal dumb size 100,24 noenhanced"
    }
  }
}
