extension FigureFormat {
  /// Whether bytes are a picture of this format from its beginning to its end, or, for a terminal,
  /// anything that shows.
  func isWhole(_ picture: [UInt8]) -> Bool {
    let text = picture[..<(picture.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? 0)]
    return switch self {
    case .svg: text.starts(with: "<?xml".utf8) && text.hasSuffix("</svg>")
    case .png: picture.starts(with: Self.signature) && picture.hasSuffix(Self.lastChunk)
    case .pdf: text.starts(with: "%PDF-".utf8) && text.hasSuffix("%%EOF")
    case .terminal: !text.isEmpty
    }
  }

  /// The first eight bytes of a PNG.
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// The chunk IEND with its length and check sum.
  private static let lastChunk: [UInt8] = [
    0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82,
  ]

  /// Spaces, line ends and form feeds.
  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }
}

extension BidirectionalCollection where Element == UInt8 {
  fileprivate func hasSuffix(_ end: String) -> Bool { hasSuffix(Array(end.utf8)) }

  fileprivate func hasSuffix(_ end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }
}
