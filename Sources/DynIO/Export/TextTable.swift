import DynText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A table in plain text: columns aligned, some to the left, the others to the right.
public struct TextTable {
  private var rows: [[String]]
  private let leftAligned: Set<Int>

  /// A table with its headings.
  public init(_ headings: [String], leftAligned: Set<Int> = [0]) {
    rows = []
    self.leftAligned = leftAligned
    add(headings)
  }

  /// The most Unicode scalars of a cell; of a longer one the middle is left out.
  private static let cellLimit = 300

  /// Adds a row. What would act on a terminal or break the table is shown as an escape.
  public mutating func add(_ row: [String]) {
    rows.append(row.map { TerminalText.line($0, limit: Self.cellLimit) })
  }

  /// The table as lines.
  public var lines: [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return leftAligned.contains(column) ? cell + padding : padding + cell
      }
      return cells.joined(separator: "  ").trimmingTrailingSpaces
    }
  }
}

extension String {
  fileprivate var trimmingTrailingSpaces: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}

extension Double {
  /// The number with a few significant digits, for tables.
  public func brief(digits: Int = 5) -> String {
    guard isFinite else { return isNaN ? "nan" : "\(self)" }
    guard self != 0 else { return "0" }
    let exponent = Int(log10(abs(self)).rounded(.down))
    guard (-4..<digits + 2).contains(exponent) else { return scientific(exponent, digits) }
    let places = max(digits - 1 - exponent, 0)
    return fixed(places: places)
  }

  private func scientific(_ exponent: Int, _ digits: Int) -> String {
    let mantissa = self * pow(10, Double(-exponent))
    let text = mantissa.isFinite ? mantissa.fixed(places: digits - 1) : "\(self)"
    // Rounding may carry: 9.9999996 becomes 10.0000.
    if text.hasPrefix("10") || text.hasPrefix("-10") {
      return (mantissa / 10).fixed(places: digits - 1) + "e\(exponent + 1)"
    }
    return mantissa.isFinite ? text + "e\(exponent)" : text
  }

  /// The number with a fixed count of decimal places, without trailing zeros.
  private func fixed(places: Int) -> String {
    let scale = pow(10, Double(places))
    let scaled = (self * scale).rounded()
    guard places > 0, abs(scaled) < 1e15 else {
      return Int(exactly: scaled).map(String.init) ?? "\(self)"
    }
    let digits = String(Int(abs(scaled)))
    let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
    var fraction = String(padded.suffix(places))
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let whole = padded.dropLast(places)
    let sign = self < 0 && scaled != 0 ? "-" : ""
    return sign + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}
