import DynText
import Dynamics

/// The phases of a scenario: each is the scenario with values of its own.
struct PhaseDecoding {
  private let tree: Value
  private let name: String
  private let folder: String
  private let entries: [Fields]

  /// What a phase may change.
  private static let changeable = [
    "model.loss", "model.class_weights", "model.targets", "model.weight_decay", "learning_rate",
  ]

  init(_ tree: Value, name: String, folder: String) {
    self.tree = tree
    self.name = name
    self.folder = folder
    entries = Fields(tree).list("phases").map(Fields.init)
  }

  /// Whether there are any.
  var isEmpty: Bool { entries.isEmpty }

  /// The scenario of the first phase, with the later ones.
  ///
  /// - Throws: `ScenarioFaults` for times that do not increase and values that do not fit.
  func scenario() throws(ScenarioFaults) -> Scenario {
    let times = try checkedTimes()
    var first = try scenario(of: 0)
    first.resolved = ScenarioFormat.shape.filled(tree)
    for index in entries.indices.dropFirst() {
      first.phases.append((begin: times[index - 1], scenario: try scenario(of: index)))
    }
    return first
  }

  /// The times at which all phases but the last end.
  private func checkedTimes() throws(ScenarioFaults) -> [Double] {
    var times: [Double] = []
    for (index, entry) in entries.enumerated() {
      let until = try? entry.number("until")
      if index == entries.count - 1 {
        guard until == nil else {
          throw fault(index, "until", "the last phase lasts to the end: leave the key out")
        }
        continue
      }
      guard let until, until > times.last ?? 0 else {
        throw fault(
          index, "until",
          "every phase but the last ends at a time after the one before: give such a time")
      }
      times.append(until)
    }
    return times
  }

  private func scenario(of index: Int) throws(ScenarioFaults) -> Scenario {
    var value = without("phases")
    for key in entries[index].fields("set").keys {
      guard let change = entries[index].fields("set")[key] else { continue }
      guard Self.changeable.contains(where: { key == $0 || key.hasPrefix($0 + ".") }) else {
        throw fault(
          index, "set",
          "\"\(TerminalText.word(key))\" does not change in a phase: give a key below "
            + Self.changeable.joined(separator: ", "))
      }
      do throws(Fault) {
        value = try ScenarioOverride(path: key, value: change).applied(to: value)
      } catch {
        throw ScenarioFaults([error.within("phases[\(index)].set")])
      }
    }
    do throws(ScenarioFaults) {
      return try ScenarioDecoder.decode(value, name: name, folder: folder)
    } catch {
      throw ScenarioFaults(error.faults.map { $0.within("phases[\(index)]") })
    }
  }

  private func without(_ key: String) -> Value {
    guard case .object(let members) = tree else { return tree }
    return .object(members.filter { $0.key != key })
  }

  private func fault(_ index: Int, _ key: String, _ message: String) -> ScenarioFaults {
    ScenarioFaults([Fault("phases[\(index)].\(key)", message)])
  }
}
