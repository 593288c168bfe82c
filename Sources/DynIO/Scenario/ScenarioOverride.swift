import DynText
public import Dynamics

/// A value that replaces one of the scenario's: `model.loss.gamma=0.1`.
public struct ScenarioOverride: Sendable {
  private let text: String
  private let place: ScenarioPath
  private let value: Value

  /// An override of the place at a dotted path. Elements of lists are written `solvers[0]` or
  /// `solvers.0`, keys with dots of their own `sweep["model.loss.gamma"]`.
  ///
  /// - Throws: `Fault` for a path that cannot be one.
  public init(path: String, value: Value) throws(Fault) {
    self.init(text: path, place: try ScenarioPath(path), value: value)
  }

  init(text: String, place: ScenarioPath, value: Value) {
    self.text = text
    self.place = place
    self.value = value
  }

  /// Reads `KEY=JSON`; text that is not JSON stands for itself, so that `spacing=log` needs no
  /// quotes.
  ///
  /// - Throws: `Fault` when there is no `=`, no path or no value.
  public init(argument: String) throws(Fault) {
    do throws(Fault) {
      guard let equals = ScenarioPath.end(in: argument) else {
        throw Fault(
          "",
          "give KEY=JSON, such as model.classes=10 or sweep[\"model.loss.gamma\"]=[0.1, 0.2]")
      }
      let text = String(argument.unicodeScalars[equals...].dropFirst())
      try self.init(
        path: String(argument.unicodeScalars[..<equals]), value: try Self.value(text))
    } catch {
      throw Fault("", "--set \(TerminalText.line(argument, limit: 200)): \(error.message)")
    }
  }

  private static func value(_ text: String) throws(Fault) -> Value {
    do throws(JSONSyntaxError) {
      return try JSONParser.parse(text)
    } catch {
      if let number = Double(text), !number.isFinite {
        throw Fault(
          "",
          "\(TerminalText.word(text)) is no number that a scenario can hold: numbers must be finite"
        )
      }
      // What begins like a number was meant to be one.
      let isWord =
        text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        && text.first?.isNumber == false
      guard isWord else { throw Fault("", "the value is not JSON: \(error.message)") }
      return .string(text)
    }
  }

  /// The tree with the value in its place; objects on the way are made where they are missing.
  ///
  /// - Throws: `Fault` when the path leads through a value that is neither object nor list, or to
  ///   an element that a list does not have.
  public func applied(to tree: Value) throws(Fault) -> Value {
    try replacing(tree, place.steps[...])
  }

  /// What an object that is not there yet starts from: a loss is the unhinged one.
  private static func start(of key: String) -> Value? {
    key == "loss" ? .object([.init(key: "kind", value: .string("unhinged"))]) : nil
  }

  private func replacing(
    _ tree: Value?, _ steps: ArraySlice<ScenarioPath.Step>
  ) throws(Fault) -> Value {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    switch (step, tree ?? .object([])) {
    case (.key(let key), .object(var members)):
      let index = members.firstIndex { $0.key == key }
      let new = try replacing(index.map { members[$0].value } ?? Self.start(of: key), rest)
      if let index {
        members[index].value = new
      } else {
        members.append(.init(key: key, value: new))
      }
      return .object(members)
    case (.index(let index), .list(var elements)) where elements.indices.contains(index):
      elements[index] = try replacing(elements[index], rest)
      return .list(elements)
    case (.index(let index), .list(let elements)):
      throw Fault(text, "the list has no element \(index): it has \(elements.count), from 0 on")
    case (_, let other):
      throw Fault(text, "leads through \(other.brief), which has no such part: check the path")
    }
  }
}
