/// A place in a scenario, spelt out only where something is wrong.
indirect enum FaultPlace {
  case whole(String)
  /// A key of an object.
  case key(FaultPlace, String)
  /// A key of an object with any keys.
  case entry(FaultPlace, String)
  /// An element of a list.
  case element(FaultPlace, Int)

  /// The place as it stands in messages, such as `solvers[1].method`.
  var path: String {
    switch self {
    case .whole(let path): path
    case .key(let parent, let key): Fault.join(parent.path, key)
    case .entry(let parent, let key): "\(parent.path)[\"\(Self.escaped(key))\"]"
    case .element(let parent, let index): "\(parent.path)[\(index)]"
    }
  }

  /// By scalars: a quote with a combining mark is another Character, and still a quote.
  private static func escaped(_ key: String) -> String {
    key.unicodeScalars.map { ($0 == "\"" || $0 == "\\" ? "\\" : "") + String($0) }.joined()
  }
}

/// The first faults of a scenario, and the number of the others.
struct FaultList {
  private var first: [Fault] = []
  private var omitted = 0

  /// A fault, made only where it is kept.
  mutating func add(_ fault: () -> Fault) {
    if first.count < Shape.faultLimit {
      first.append(fault())
    } else {
      omitted += 1
    }
  }

  /// The faults, the last a line about those that are not listed.
  var faults: [Fault] {
    omitted == 0 ? first : first + [Fault("", "and \(omitted) more faults of the format")]
  }
}

extension Shape {
  /// How many faults of one file are listed.
  public static let faultLimit = 50
}
