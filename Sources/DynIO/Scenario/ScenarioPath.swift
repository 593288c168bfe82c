import DynText
import Dynamics

/// A place in a scenario, written as a dotted path: `model.loss.gamma`, `solvers[0].step` or
/// `solvers.0.step`, and `sweep["model.loss.gamma"]` for a key that has dots of its own.
///
/// Two paths are equal when they lead the same way, however they are spelt.
struct ScenarioPath: Sendable, Hashable {
  /// One step from a value into it.
  enum Step: Sendable, Hashable {
    case key(String)
    case index(Int)
  }

  /// The way from the top.
  let steps: [Step]

  /// More steps than this are refused: nothing in a scenario lies as deep.
  static let stepLimit = 64
  /// Longer paths, in bytes, are refused.
  static let byteLimit = 1000

  /// Reads a path.
  ///
  /// - Throws: `Fault` that says what is wrong with it and what a path looks like.
  init(_ text: String) throws(Fault) {
    guard text.utf8.count <= Self.byteLimit else {
      throw Fault("", "a path of \(text.utf8.count) bytes is too long: at most \(Self.byteLimit)")
    }
    var reader = PathReader(text)
    steps = try reader.steps()
    guard steps.count <= Self.stepLimit else {
      throw Fault(
        "", "a path of \(steps.count) parts leads too deep: at most \(Self.stepLimit) are followed")
    }
  }

  /// Whether the other place lies inside this one.
  func contains(_ other: ScenarioPath) -> Bool {
    steps.count < other.steps.count && other.steps.starts(with: steps)
  }

  /// How a key of the top-level object `sweep` is named in messages, and understood by `--set`.
  static func ofSweepKey(_ key: String) -> String { "sweep[\(JSONScalar.text(key))]" }

  /// Where the path of `KEY=JSON` ends: its first equals sign outside of quotes.
  static func end(in argument: String) -> String.Index? {
    let scalars = argument.unicodeScalars
    var isQuoted = false
    var isEscaped = false
    for index in scalars.indices {
      let scalar = scalars[index]
      if isQuoted, isEscaped {
        isEscaped = false
      } else if isQuoted, scalar == "\\" {
        isEscaped = true
      } else if scalar == "\"" {
        isQuoted.toggle()
      } else if scalar == "=", !isQuoted {
        return index
      }
    }
    return nil
  }
}

/// Reads the steps of a path, scalar by scalar.
private struct PathReader {
  private let text: String
  private let scalars: [Unicode.Scalar]
  private var position = 0

  init(_ text: String) {
    self.text = text
    scalars = Array(text.unicodeScalars)
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private var refusal: Fault {
    Fault(
      "",
      "\"\(TerminalText.word(text))\" is no place in a scenario: give a path such as "
        + "model.loss.gamma, solvers[0].step or sweep[\"model.loss.gamma\"]")
  }

  mutating func steps() throws(Fault) -> [ScenarioPath.Step] {
    var steps = [try plain()]
    while let scalar = current {
      position += 1
      switch scalar {
      case ".": steps.append(try plain())
      case "[": steps.append(try bracketed())
      default: throw refusal
      }
    }
    return steps
  }

  /// The word up to the next dot or bracket.
  private mutating func plain() throws(Fault) -> ScenarioPath.Step {
    let word = take { $0 != "." && $0 != "[" && $0 != "]" }
    guard !word.isEmpty else { throw refusal }
    return Int(word).map { .index($0) } ?? .key(word)
  }

  /// What follows an opening bracket, and the closing one.
  private mutating func bracketed() throws(Fault) -> ScenarioPath.Step {
    let step: ScenarioPath.Step
    if current == "\"" {
      step = .key(try quoted())
    } else {
      guard let index = Int(take { $0 != "]" }) else { throw refusal }
      step = .index(index)
    }
    guard current == "]" else { throw refusal }
    position += 1
    return step
  }

  /// A key in quotes, with the escapes of JSON.
  private mutating func quoted() throws(Fault) -> String {
    let start = position
    position += 1
    while let scalar = current, scalar != "\"" { position += scalar == "\\" ? 2 : 1 }
    guard current == "\"" else { throw refusal }
    position += 1
    guard case .string(let key)? = try? JSONParser.parse(string(start..<position)) else {
      throw refusal
    }
    return key
  }

  private mutating func take(while condition: (Unicode.Scalar) -> Bool) -> String {
    let start = position
    while let scalar = current, condition(scalar) { position += 1 }
    return string(start..<position)
  }

  private func string(_ range: Range<Int>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars[range])
    return String(view)
  }
}
