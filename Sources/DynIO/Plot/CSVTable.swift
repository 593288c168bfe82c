/// A comma-separated table (RFC 4180) with a header, as programs write it: a byte-order mark and
/// blank lines are passed over, and lines end with LF or CR LF.
public struct CSVTable: Sendable {
  /// The columns' names.
  public let header: [String]
  /// The cells, row by row.
  public let rows: [[String]]

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
    var records = try Self.records(text)
    guard let first = records.first else {
      throw Fault(description: "the file is empty: give a CSV that dyn simulate wrote")
    }
    records.removeFirst()
    for (index, record) in records.enumerated() where record.count != first.count {
      throw Fault(
        description: "row \(index + 2) has \(record.count) cells, the header \(first.count)")
    }
    header = first
    rows = records
  }

  private static func records(_ text: String) throws(Fault) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var cell: [UInt8] = []
    var isQuoted = false
    var previousWasQuote = false
    func finishCell() {
      record.append(String(decoding: cell, as: UTF8.self))
      cell.removeAll(keepingCapacity: true)
    }
    func finishRecord() {
      finishCell()
      if record != [""] { records.append(record) }
      record.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8.dropFirst(text.utf8.starts(with: byteOrderMark) ? 3 : 0) {
      switch (byte, isQuoted) {
      case (UInt8(ascii: "\""), true): isQuoted = false
      case (UInt8(ascii: "\""), false):
        // A doubled quote inside quotes stands for itself.
        if previousWasQuote { cell.append(byte) }
        isQuoted = true
      case (UInt8(ascii: ","), false): finishCell()
      case (UInt8(ascii: "\n"), false): finishRecord()
      case (UInt8(ascii: "\r"), false): break
      default: cell.append(byte)
      }
      previousWasQuote = byte == UInt8(ascii: "\"") && !isQuoted
    }
    guard !isQuoted else { throw Fault(description: "a quoted cell is not closed") }
    finishRecord()
    return records
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
}
