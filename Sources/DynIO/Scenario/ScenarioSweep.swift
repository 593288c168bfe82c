public import Dynamics
import RealModule

/// The members of a scenario's sweep: the cartesian product of its keys' values, keys in the order
/// of the file, the last running fastest.
public struct ScenarioSweep: Sendable {
  /// One combination of values.
  public struct Member: Sendable {
    /// The dotted paths and what they are set to; empty without a sweep.
    public let assignments: [(key: String, value: Value)]
    /// The scenario with these values in place and without the sweep.
    public let tree: Value

    /// The combination in words, such as `model.loss.gamma=0.1`; empty without a sweep.
    public var label: String {
      assignments.map { "\($0.key)=\($0.value.sweepText)" }.joined(separator: ", ")
    }
  }

  /// More members than this are refused.
  public static let memberLimit = 100_000

  /// The swept keys in the order of the file.
  public let keys: [String]
  /// The members in order; one when nothing is swept.
  public let members: [Member]

  /// The members of a scenario's tree.
  ///
  /// - Throws: `ScenarioFaults` for a sweep that is not one, a key that has no place, or too many
  ///   members.
  public init(_ tree: Value) throws(ScenarioFaults) {
    guard case .object(let members) = tree, let sweep = Fields(tree)["sweep"] else {
      keys = []
      self.members = [Member(assignments: [], tree: tree)]
      return
    }
    let faults = ScenarioFormat.sweep.faults(of: sweep, at: "sweep")
    guard faults.isEmpty, case .object(let axes) = sweep else { throw ScenarioFaults(faults) }
    let base = Value.object(members.filter { $0.key != "sweep" })
    keys = axes.map(\.key)
    do throws(Fault) {
      let values = try axes.map { axis throws(Fault) in (axis.key, try Self.values(axis)) }
      try Self.checkCount(values.map(\.1.count))
      self.members = try Self.product(values).map { assignments throws(Fault) in
        var tree = base
        for (key, value) in assignments {
          tree = try ScenarioOverride(path: key, value: value).applied(to: tree)
        }
        return Member(assignments: assignments, tree: tree)
      }
    } catch {
      throw ScenarioFaults([error])
    }
  }

  private static func checkCount(_ counts: [Int]) throws(Fault) {
    let count = counts.reduce(1.0) { $0 * Double($1) }
    guard count <= Double(memberLimit) else {
      throw Fault(
        "sweep", "\(Value.text(count)) members are too many: at most \(memberLimit) are run")
    }
  }

  private static func values(_ axis: Value.Member) throws(Fault) -> [Value] {
    if case .list(let values) = axis.value { return values }
    let fields = Fields(axis.value)
    let isLinear = fields.has("linear")
    let numbers = fields.numbers(isLinear ? "linear" : "log")
    let path = "sweep[\"\(axis.key)\"]"
    guard numbers.count == 3, let count = Int(exactly: numbers[2]), count >= 1,
      count <= memberLimit, isLinear || (numbers[0] > 0 && numbers[1] > 0)
    else {
      throw Fault(
        path, "give [first, last, how many]" + (isLinear ? "" : " with first and last above 0"))
    }
    return (0..<count).map { index in
      if index == 0 { return .number(numbers[0]) }
      if index == count - 1 { return .number(numbers[1]) }
      let share = Double(index) / Double(count - 1)
      return .number(
        isLinear
          ? numbers[0] + share * (numbers[1] - numbers[0])
          : Double.exp(
            Double.log(numbers[0]) + share * (Double.log(numbers[1]) - Double.log(numbers[0]))))
    }
  }

  private static func product(
    _ axes: [(key: String, values: [Value])]
  ) -> [[(key: String, value: Value)]] {
    axes.reduce([[]]) { combinations, axis in
      combinations.flatMap { combination in
        axis.values.map { combination + [(axis.key, $0)] }
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
