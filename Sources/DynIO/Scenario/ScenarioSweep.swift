public import Dynamics

/// The members of a scenario's sweep: the cartesian product of its keys' values, keys in the order
/// of the file, the last running fastest.
///
/// What is kept is the scenario and the values of each key; a member is made when it is asked for.
public struct ScenarioSweep: Sendable {
  /// One combination of values.
  public struct Member: Sendable {
    /// The dotted paths and what they are set to; empty without a sweep.
    public let assignments: [(key: String, value: Value)]
    /// The scenario with these values in place and without the sweep.
    public let tree: Value

    /// The combination in words, such as `model.loss.gamma=0.1`; empty without a sweep.
    public var label: String { ScenarioSweep.label(assignments) }
  }

  /// More members than this are refused.
  public static let memberLimit = 100_000
  /// More keys than this are refused: each is a column.
  public static let keyLimit = 100

  /// The members in order; one when nothing is swept.
  public let members: SweepMembers

  /// The swept keys in the order of the file.
  public var keys: [String] { members.keys }

  /// The members of a scenario's tree.
  ///
  /// - Throws: `ScenarioFaults` for a sweep that is not one, a key that has no place or shares it
  ///   with another, a value that is there twice, or too many members.
  public init(_ tree: Value) throws(ScenarioFaults) {
    guard case .object(let members) = tree, let sweep = Fields(tree)["sweep"] else {
      self.members = SweepMembers(base: tree, axes: [])
      return
    }
    let faults = ScenarioFormat.sweep.faults(of: sweep, at: "sweep")
    guard faults.isEmpty, case .object(let keys) = sweep else { throw ScenarioFaults(faults) }
    do throws(Fault) {
      guard keys.count <= Self.keyLimit else {
        throw Fault("sweep", "\(keys.count) keys are too many: at most \(Self.keyLimit) are swept")
      }
      let axes = try keys.map { member throws(Fault) in try SweepAxis(member) }
      try SweepKeys(axes).check()
      try Self.checkCount(axes)
      for axis in axes { try axis.checkDistinct() }
      self.members = SweepMembers(
        base: .object(members.filter { $0.key != "sweep" }), axes: axes)
      try self.members.checkPlaces()
    } catch {
      throw ScenarioFaults([error])
    }
  }

  /// A combination in words.
  public static func label(_ assignments: [(key: String, value: Value)]) -> String {
    assignments.map { "\($0.key)=\($0.value.sweepText)" }.joined(separator: ", ")
  }

  private static func checkCount(_ axes: [SweepAxis]) throws(Fault) {
    let count = axes.reduce(1.0) { $0 * Double($1.count) }
    guard count <= Double(memberLimit) else {
      throw Fault(
        "sweep", "\(Value.text(count)) members are too many: at most \(memberLimit) are run")
    }
  }
}

/// The members of a sweep by their index, each made when it is asked for.
public struct SweepMembers: RandomAccessCollection, Sendable {
  /// The scenario without its sweep.
  let base: Value
  let axes: [SweepAxis]

  /// The swept keys in the order of the file.
  public var keys: [String] { axes.map(\.key) }
  /// The first index, 0.
  public var startIndex: Int { 0 }
  /// The number of members.
  public var endIndex: Int { axes.reduce(1) { $0 * $1.count } }

  /// One member.
  ///
  /// - Complexity: O(size of the scenario).
  public subscript(index: Int) -> ScenarioSweep.Member {
    let values = values(at: index)
    var tree = base
    for (axis, value) in zip(axes, values) {
      let replacement = ScenarioOverride(text: axis.key, place: axis.place, value: value)
      // That every key has its place was checked once; no key's place depends on another's value.
      tree = (try? replacement.applied(to: tree)) ?? tree
    }
    return ScenarioSweep.Member(assignments: Self.paired(axes, values), tree: tree)
  }

  /// The dotted paths of one member and what they are set to.
  public func assignments(at index: Int) -> [(key: String, value: Value)] {
    Self.paired(axes, values(at: index))
  }

  private static func paired(
    _ axes: [SweepAxis], _ values: [Value]
  ) -> [(key: String, value: Value)] {
    zip(axes, values).map { (key: $0.key, value: $1) }
  }

  private func values(at index: Int) -> [Value] {
    precondition(indices.contains(index), "there is no such member")
    var values: [Value] = []
    var rest = index
    for axis in axes.reversed() {
      values.append(axis[rest % axis.count])
      rest /= axis.count
    }
    return values.reversed()
  }

  /// - Throws: `Fault` for a key whose path leads through what has no parts.
  fileprivate func checkPlaces() throws(Fault) {
    var tree = base
    for (axis, value) in zip(axes, values(at: 0)) {
      do throws(Fault) {
        tree = try ScenarioOverride(text: axis.key, place: axis.place, value: value)
          .applied(to: tree)
      } catch {
        throw Fault(ScenarioPath.ofSweepKey(axis.key), error.message)
      }
    }
  }
}

extension Value {
  /// The value as a sweep's CSV column holds it: scalars as they are, others as JSON text.
  public var sweepText: String {
    if case .string(let text) = self { return text }
    return JSONWriter.text(self, indented: false)
  }
}
