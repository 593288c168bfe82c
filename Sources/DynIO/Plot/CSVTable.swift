/// A comma-separated table (RFC 4180) with a header, as programs write it: a byte-order mark and
/// blank lines are passed over, and lines end with LF, CR LF or CR.
public struct CSVTable: Sendable {
  /// The columns' names.
  public let header: [String]
  /// The cells, row by row.
  public let rows: [[String]]
  /// The line of the text in which each row begins, from 1.
  public let lines: [Int]

  /// Why a text is no table. The description is a sentence.
  public struct Fault: Error, Sendable, CustomStringConvertible {
    /// The sentence.
    public let description: String
  }

  /// Reads a table.
  ///
  /// - Throws: `Fault` for a text without a header, an open quote, or a row of another length.
  /// - Complexity: O(length of the text).
  public init(_ text: String) throws(Fault) {
    guard !Self.isUTF16(text) else {
      throw Fault(description: "the file is UTF-16: save it as UTF-8")
    }
    var records = try Self.records(text)
    guard let first = records.first else {
      throw Fault(description: "the file is empty: give a CSV that dyn simulate wrote")
    }
    records.removeFirst()
    for record in records where record.cells.count != first.cells.count {
      throw Fault(
        description: "line \(record.line) has \(record.cells.count) cells, the header "
          + "\(first.cells.count): give every line as many, text with commas in quotes")
    }
    header = first.cells
    rows = records.map(\.cells)
    lines = records.map(\.line)
  }

  /// Whether a text was UTF-16: its mark is not UTF-8, and every second byte of ASCII is 0.
  private static func isUTF16(_ text: String) -> Bool {
    text.unicodeScalars.starts(with: "\u{FFFD}\u{FFFD}".unicodeScalars)
      || text.utf8.prefix(2).contains(0)
  }

  private static func records(_ text: String) throws(Fault) -> [(line: Int, cells: [String])] {
    var records: [(line: Int, cells: [String])] = []
    var record: [String] = []
    var line = 1
    var firstLine = 1
    var cell: [UInt8] = []
    var isQuoted = false
    var previousWasQuote = false
    var previousWasReturn = false
    func finishCell() {
      record.append(String(decoding: cell, as: UTF8.self))
      cell.removeAll(keepingCapacity: true)
    }
    func finishRecord() {
      finishCell()
      if record != [""] { records.append((firstLine, record)) }
      record.removeAll(keepingCapacity: true)
      firstLine = line
    }
    for byte in text.utf8.dropFirst(text.utf8.starts(with: byteOrderMark) ? 3 : 0) {
      let isReturn = byte == UInt8(ascii: "\r")
      if isReturn || byte == UInt8(ascii: "\n") && !previousWasReturn { line += 1 }
      switch (byte, isQuoted) {
      case (UInt8(ascii: "\""), true): isQuoted = false
      case (UInt8(ascii: "\""), false):
        // A doubled quote inside quotes stands for itself.
        if previousWasQuote { cell.append(byte) }
        isQuoted = true
      case (UInt8(ascii: ","), false): finishCell()
      // Between CR and LF stands a blank record.
      case (UInt8(ascii: "\n"), false), (UInt8(ascii: "\r"), false): finishRecord()
      default: cell.append(byte)
      }
      previousWasQuote = byte == UInt8(ascii: "\"") && !isQuoted
      previousWasReturn = isReturn
    }
    guard !isQuoted else {
      throw Fault(
        description: "the quote of the row that begins in line \(firstLine) is not closed: close it"
      )
    }
    finishRecord()
    return records
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
