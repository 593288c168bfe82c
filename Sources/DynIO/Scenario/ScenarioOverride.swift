public import Dynamics

/// A value that replaces one of the scenario's: `model.loss.gamma=0.1`.
public struct ScenarioOverride: Sendable {
  private let path: String
  private let steps: [Step]
  private let value: Value

  private enum Step: Equatable {
    case key(String)
    case index(Int)
  }

  /// An override of the place at a dotted path. Elements of lists are written `solvers[0]` or
  /// `solvers.0`.
  ///
  /// - Throws: `Fault` for a path that cannot be one.
  public init(path: String, value: Value) throws(Fault) {
    self.path = path
    self.value = value
    let parts = path.replacing("[", with: ".").replacing("]", with: "")
      .split(separator: ".", omittingEmptySubsequences: false)
    guard !path.isEmpty, parts.allSatisfy({ !$0.isEmpty }) else {
      throw Fault(
        "", "--set: \"\(path)\" is no place in a scenario: give a path such as model.loss.gamma")
    }
    steps = parts.map { part in Int(part).map { .index($0) } ?? .key(String(part)) }
  }

  /// Reads `KEY=JSON`; text that is not JSON stands for itself, so that `spacing=log` needs no
  /// quotes.
  ///
  /// - Throws: `Fault` when there is no `=` or no path.
  public init(argument: String) throws(Fault) {
    guard let equals = argument.firstIndex(of: "=") else {
      throw Fault("", "--set \(argument): give KEY=JSON, such as --set model.classes=10")
    }
    let text = String(argument[argument.index(after: equals)...])
    let isWord = !text.isEmpty && text.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    let value: Value
    do throws(JSONSyntaxError) {
      value = try JSONParser.parse(text)
    } catch {
      guard isWord else {
        throw Fault("", "--set \(argument): the value is not JSON: \(error.message)")
      }
      value = .string(text)
    }
    try self.init(path: String(argument[..<equals]), value: value)
  }

  /// The tree with the value in its place; objects on the way are made where they are missing.
  ///
  /// - Throws: `Fault` when the path leads through a value that is neither object nor list, or to
  ///   an element that a list does not have.
  public func applied(to tree: Value) throws(Fault) -> Value {
    try replacing(tree, steps[...])
  }

  /// What an object that is not there yet starts from: a loss is the unhinged one.
  private static func start(of key: String) -> Value? {
    key == "loss" ? .object([.init(key: "kind", value: .string("unhinged"))]) : nil
  }

  private func replacing(_ tree: Value?, _ steps: ArraySlice<Step>) throws(Fault) -> Value {
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
      throw Fault(path, "the list has no element \(index): it has \(elements.count), from 0 on")
    case (_, let other):
      throw Fault(path, "leads through \(other.brief), which has no such part: check the path")
    }
  }
}
