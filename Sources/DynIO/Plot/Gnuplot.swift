import DynText

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The gnuplot program.
public enum Gnuplot {
  /// Whether gnuplot is installed, so that a figure can be refused before long work.
  public static var isAvailable: Bool { program != nil }

  /// The picture that gnuplot draws for a script.
  ///
  /// gnuplot runs in a temporary folder of its own and sees neither the user's settings nor the
  /// folder that `dyn` runs in.
  ///
  /// - Throws: `FigureError` when it is missing or fails, or leaves less than a whole picture.
  static func run(_ script: String, format: FigureFormat) throws(FigureError) -> [UInt8] {
    guard let program else { throw .gnuplotMissing }
    let picture = try Drawing().picture(of: script, program: program)
    guard format.isWhole(picture) else {
      throw .gnuplotFailed("it drew an empty or partial picture: install it anew")
    }
    switch format {
    case .svg: return SVGText.mended(picture)
    // A page begins with a form feed.
    case .terminal: return Array(picture.drop { $0 == 0x0C })
    case .png, .pdf: return picture
    }
  }

  /// The executable file of that name in the first folder of PATH that has one.
  ///
  /// An empty entry, which a shell takes for the current folder, is passed over: files from
  /// elsewhere may lie there.
  private static var program: String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
    return path.unicodeScalars.split(separator: ":").lazy.compactMap {
      absolute(String($0) + "/gnuplot")
    }
    .first { isExecutableFile($0) }
  }

  /// gnuplot has another current folder, where a relative path means something else.
  private static func absolute(_ path: String) -> String? {
    guard !FilePath.isAbsolute(path) else { return path }
    guard let folder = getcwd(nil, 0) else { return nil }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  private static func isExecutableFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && access(path, X_OK) == 0
  }
}
