import Testing

@testable import DynIO

/// Pictures without their beginning or their end.
@Suite struct PictureCheckTests {
  private static let whole: [(FigureFormat, [UInt8])] = [
    (.svg, Array("<?xml version=\"1.0\"?>\n<svg></svg>\n\n".utf8)),
    (.pdf, Array("%PDF-1.5\n...\n%%EOF\n".utf8)),
    (
      .png,
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
        + [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
    ),
  ]

  @Test func aWholePictureHasBothEnds() {
    for (format, bytes) in Self.whole {
      #expect(format.isWhole(bytes))
      #expect(!format.isWhole(Array(bytes.dropFirst())))
      #expect(!format.isWhole(Array(bytes.prefix(bytes.count - 4))))
      #expect(!format.isWhole([]))
    }
  }

  @Test func aBlankPlotIsNone() {
    #expect(!FigureFormat.terminal.isWhole(Array("\u{0C} \n  \r\n".utf8)))
    #expect(FigureFormat.terminal.isWhole(Array("\u{0C} \n  A\n".utf8)))
  }
}
