/// Cells of comma-separated values (RFC 4180).
public enum CSVText {
  /// A text as one cell: as it is when all of it is printable ASCII without comma and quote, or
  /// letters, otherwise in quotes, with the quotes inside doubled.
  ///
  /// - Complexity: O(length of the text).
  public static func cell(_ text: String) -> String {
    guard !text.unicodeScalars.allSatisfy(isPlain) else { return text }
    var cell = "\"".unicodeScalars
    for scalar in text.unicodeScalars {
      if scalar == "\"" { cell.append(scalar) }
      cell.append(scalar)
    }
    cell.append("\"")
    return String(cell)
  }

  /// A number in the shortest form that reads back as the same double; `nan` where undefined.
  public static func cell(_ number: Double) -> String {
    number.isNaN ? "nan" : number.description
  }

  /// A line of cells.
  public static func line(_ cells: [String]) -> String { cells.joined(separator: ",") + "\r\n" }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (0x20...0x7E).contains(scalar.value) && scalar != "," && scalar != "\""
    }
    return scalar.properties.isAlphabetic
      && scalar.properties.canonicalCombiningClass == .notReordered
  }
}
