import DynText
import Testing

@Suite struct CSVTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("a b.c[0]=1e-5", "a b.c[0]=1e-5"), ("ü", "ü"), ("γ", "γ"), ("", ""),
    ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("\r\n", "\"\r\n\""), ("\n", "\"\n\""),
    ("a,\u{301}b", "\"a,\u{301}b\""), ("\"\u{301}", "\"\"\"\u{301}\""),
    ("\n\u{301}", "\"\n\u{301}\""), ("\t", "\"\t\""), ("\u{2028}", "\"\u{2028}\""),
  ]) func quotesByScalars(text: String, cell: String) {
    #expect(Array(CSVText.cell(text).unicodeScalars) == Array(cell.unicodeScalars))
  }

  /// A reader that knows only the grammar of RFC 4180 gets back every text.
  @Test func readsBackByTheGrammar() {
    let scalars: [Unicode.Scalar] = ["a", ",", "\"", "\r", "\n", "\u{301}", " ", "é", "\u{0}"]
    for first in scalars {
      for second in scalars {
        for third in scalars {
          var text = String.UnicodeScalarView()
          text.append(contentsOf: [first, second, third])
          let row = CSVText.cell(String(text)) + "," + CSVText.cell("end")
          #expect(Self.cells(row) == [Array(text), Array("end".unicodeScalars)])
        }
      }
    }
  }

  private static func cells(_ row: String) -> [[Unicode.Scalar]] {
    var cells: [[Unicode.Scalar]] = [[]]
    var isQuoted = false
    var rest = Array(row.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      if scalar == "\"", isQuoted, rest.first == "\"" {
        rest.removeFirst()
        cells[cells.count - 1].append(scalar)
      } else if scalar == "\"" {
        isQuoted.toggle()
      } else if scalar == ",", !isQuoted {
        cells.append([])
      } else {
        cells[cells.count - 1].append(scalar)
      }
    }
    return cells
  }

  @Test func numbersReadBack() {
    #expect(CSVText.cell(Double.nan) == "nan")
    for number in [0.1, -0.0, Double.leastNonzeroMagnitude, 1.7976931348623157e308, -.infinity] {
      #expect(Double(CSVText.cell(number)).map { $0.bitPattern } == number.bitPattern)
    }
  }
}
