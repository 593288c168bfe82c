/// What gnuplot forgets when it writes texts into an SVG.
enum SVGText {
  /// The title that tells pictures drawn here from others of gnuplot.
  static let title = "<title>dyn</title>"
  private static let gnuplotTitle = "<title>Gnuplot</title>"

  /// The picture with `]]>`, which XML does not allow in a text, as `]]&gt;`, and a title of its own.
  ///
  /// gnuplot escapes `<` and `&` and leaves `>`. In pictures without a script, as those here are,
  /// gnuplot writes no section of its own that ends in `]]>`.
  static func mended(_ picture: [UInt8]) -> [UInt8] {
    let brackets = Array("]]".utf8)
    var mended: [UInt8] = []
    mended.reserveCapacity(picture.count)
    for byte in picture {
      if byte == UInt8(ascii: ">"), mended.suffix(2).elementsEqual(brackets) {
        mended += "&gt;".utf8
      } else {
        mended.append(byte)
      }
    }
    if let title = mended.firstRange(of: gnuplotTitle.utf8) {
      mended.replaceSubrange(title, with: Self.title.utf8)
    }
    return mended
  }
}
