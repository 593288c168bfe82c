internal import DynText

/// Why a .npy or .npz file could not be read or made. The description is a sentence for the user.
public enum NumpyFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// There is no file of that path.
  case missing(file: String)
  /// The path is that of a folder.
  case folder(file: String)
  /// The system refused to open or to read the file, or it is a device or a pipe.
  case unreadable(file: String, reason: String)
  /// The file begins like neither a .npy nor a .npz file.
  case notNumpy(file: String)
  /// The file is of another format, which is known: what it is, and how to get arrays out of it.
  case otherFormat(file: String, format: String, remedy: String)
  /// The file begins like a .npz file, but libzip cannot make out what it holds.
  case damagedArchive(file: String, reason: String)
  /// A .npz file without any array.
  case noArrays(file: String)
  /// A .npz file of several arrays, and none of them was named.
  case severalArrays(file: String, available: [String])
  /// A .npz file that has no array of the given name.
  case unknownArray(file: String, name: String, available: [String])
  /// A .npz file that has two arrays of the given name.
  case ambiguousName(file: String, name: String)
  /// A name was given for a .npy file, whose one array has none.
  case nameForSingleArray(file: String, name: String)
  /// One array cannot be read; `array` is `nil` for the one array of a .npy file.
  case invalidArray(file: String, array: String?, problem: NumpyArrayProblem)
  /// An array cannot be encoded, or the archive of all of them where `array` is `nil`.
  case cannotEncode(array: String?, reason: String)

  /// Whether the file is missing or cannot be read at all, as opposed to what it holds being wrong.
  public var isUnreadable: Bool {
    switch self {
    case .missing, .folder, .unreadable: true
    default: false
    }
  }

  /// The sentence that the user reads: the file and the array, what is wrong, and the remedy.
  public var description: String {
    switch self {
    case .missing(let file): "\(shown(file)): there is no such file: check the path"
    case .folder(let file):
      "\(shown(file)): is a folder: give the path of a .npy or .npz file in it"
    case .unreadable(let file, let reason):
      "\(shown(file)): cannot be read (\(reason)): make it a regular file that you may read"
    case .notNumpy(let file):
      "\(shown(file)): is neither a .npy nor a .npz file: save it with numpy.save or numpy.savez"
    case .otherFormat(let file, let format, let remedy):
      "\(shown(file)): is \(format), not a .npy or .npz file: \(remedy)"
    case .damagedArchive(let file, let reason):
      "\(shown(file)): the .npz archive is truncated or damaged (\(shown(reason))): "
        + "copy the file or save it again"
    case .noArrays(let file): "\(shown(file)): holds no array: save at least one with numpy.savez"
    case .severalArrays(let file, let available):
      "\(shown(file)): holds several arrays and none was named: name one of \(listed(available))"
    case .unknownArray(let file, let name, let available):
      "\(shown(file)): has no array \(quoted(name)): \(advice(for: name, available))"
    case .ambiguousName(let file, let name):
      "\(shown(file)): holds more than one array \(quoted(name)): save each under its own name"
    case .nameForSingleArray(let file, let name):
      "\(shown(file)): is a .npy file, whose one array has no name, but array \(quoted(name)) was "
        + "asked for: leave the name out or give a .npz file"
    case .invalidArray(let file, let array, let problem):
      "\(shown(file))\(array.map { ", array \(quoted($0))" } ?? ""): \(problem.description)"
    case .cannotEncode(let array, let reason):
      "\(array.map { "array \(quoted($0))" } ?? ".npz archive"): \(reason)"
    }
  }

  private func advice(for name: String, _ available: [String]) -> String {
    guard let nearest = Spelling.closest(to: name, among: available) else {
      return "it holds none at all"
    }
    return "the nearest is \(quoted(nearest)); it holds \(listed(available))"
  }
}
