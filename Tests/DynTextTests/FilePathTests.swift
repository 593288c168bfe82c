import DynText
import Testing

@Suite struct FilePathTests {
  /// Whatever a name contains, the file ends inside the folder.
  @Test(arguments: [
    "../x", "..", ".", "/", "/x", "../\u{301}x", "/\u{301}x", "a/../../x", "a\u{0}b", "\u{0}", "",
    "\n", "\u{1b}[2J", "..\\x", "C:x", String(repeating: "n", count: 300),
    String(repeating: "é", count: 300), "-", "~", "\u{202e}x", ".hidden",
  ]) func safeNamesStayInTheirFolder(name: String) {
    let safe = FilePath.safeName(name)
    let bytes = Array(safe.utf8)
    #expect(!bytes.isEmpty && bytes.count <= 200)
    #expect(!bytes.contains(0) && !bytes.contains(UInt8(ascii: "/")))
    #expect(bytes.first != UInt8(ascii: "."))
    #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
  }

  @Test(arguments: ["spherical", "a b", "γ=0.1", "x.y", "漢字"])
  func ordinaryNamesStayAsTheyAre(name: String) { #expect(FilePath.safeName(name) == name) }

  @Test(arguments: [
    ("a/b.json", "a", "b.json", "b"), ("b.json", ".", "b.json", "b"), ("/b", "/", "b", "b"),
    ("a/\u{301}b.c\u{301}.d", "a", "\u{301}b.c\u{301}.d", "\u{301}b.c\u{301}"),
    ("a/.b", "a", ".b", ".b"), ("a.b/c", "a.b", "c", "c"),
  ]) func takesPathsApartByBytes(path: String, folder: String, name: String, stem: String) {
    #expect(Array(FilePath.folder(of: path).utf8) == Array(folder.utf8))
    #expect(Array(FilePath.name(of: path).utf8) == Array(name.utf8))
    #expect(Array(FilePath.stem(of: path).utf8) == Array(stem.utf8))
  }

  @Test func joinsPaths() {
    #expect(FilePath.joined("x.npz", to: "a") == "a/x.npz")
    #expect(FilePath.joined("/x.npz", to: "a") == "/x.npz")
    #expect(FilePath.joined("/\u{301}x", to: "a").utf8.first == UInt8(ascii: "/"))
    #expect(FilePath.joined("x", to: "/") == "/x")
    #expect(FilePath.joined("", to: "a").isEmpty)
  }
}
