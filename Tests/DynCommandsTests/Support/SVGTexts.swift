import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// The texts of an SVG as a reader of XML sees them.
final class SVGTexts: NSObject, XMLParserDelegate {
  private var texts: [String] = []
  private var current = ""

  /// The text of every element of a file, which must be well-formed.
  static func read(_ name: String, in folder: CommandFolder) throws -> [String] {
    let parser = XMLParser(data: try folder.data(of: name))
    let reader = SVGTexts()
    parser.delegate = reader
    try #require(parser.parse(), "\(name) is no XML: \(String(describing: parser.parserError))")
    return reader.texts
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) { current = "" }

  func parser(_ parser: XMLParser, foundCharacters string: String) { current += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { texts.append(current) }
}
