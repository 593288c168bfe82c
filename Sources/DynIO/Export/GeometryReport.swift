import DynNumerics
import DynText
public import Dynamics

/// Collapsed geometries for people and for programs.
public struct GeometryReport: Sendable {
  /// One member of a sweep: its values, its geometry and what was solved for.
  public struct Member: Sendable {
    /// The swept keys and their values.
    public let assignments: [(key: String, value: Value)]
    /// The word that the scenario names the loss with.
    public let lossName: String
    /// The geometry.
    public let answer: GeometryAnswer
    /// The parameter that was solved for.
    public let design: DesignSolution?

    /// Gathers a member.
    public init(
      assignments: [(key: String, value: Value)], lossName: String, answer: GeometryAnswer,
      design: DesignSolution?
    ) {
      self.assignments = assignments
      self.lossName = lossName
      self.answer = answer
      self.design = design
    }
  }

  private let name: String
  /// The swept keys.
  public let keys: [String]
  /// The members in order.
  public let members: [Member]

  /// A report.
  public init(_ name: String, keys: [String], members: [Member]) {
    self.name = name
    self.keys = keys
    self.members = members
  }

  /// Comma-separated values (RFC 4180): a row a member.
  public var csv: String {
    let header = keys.map { CSVText.cell($0) } + designNames + GeometryQuantity.all.map(\.name)
    let rows = members.map { member in
      member.assignments.map { CSVText.cell($0.value.sweepText) }
        + designValues(member).map { CSVText.cell($0) }
        + GeometryQuantity.all.map { CSVText.cell($0.value(member.answer)) }
    }
    return ([header] + rows).map(CSVText.line).joined()
  }

  private var designNames: [String] {
    guard let design = members.first?.design else { return [] }
    return [design.power == nil ? "weight_decay" : "power"]
  }

  private func designValues(_ member: Member) -> [Double] {
    (member.design.flatMap { $0.power ?? $0.weightDecay }).map { [$0] } ?? []
  }

  /// One object, or a list of them where something is swept.
  public var json: Value {
    let objects = members.map { object($0) }
    return keys.isEmpty && objects.count == 1 ? objects[0] : .list(objects)
  }

  private func object(_ member: Member) -> Value {
    let (question, geometry) = (member.answer.question, member.answer.geometry)
    var object: [Value.Member] = []
    func add(_ key: String, _ value: Value) { object.append(.init(key: key, value: value)) }
    if !member.assignments.isEmpty {
      add("sweep", .object(member.assignments.map { .init(key: $0.key, value: $0.value) }))
    }
    if let design = member.design { add("solved", design.json) }
    add("loss", .string(member.lossName))
    add("class_sizes", .list(question.sizes.map { .number(Double($0)) }))
    add("singular_values", Value(geometry.singularValues))
    add("objective", .number(geometry.objective))
    if let margin = geometry.margin { add("margin", .number(margin)) }
    if let rank = geometry.rank { add("rank", .number(Double(rank))) }
    if let threshold = geometry.threshold { add("threshold", .number(threshold)) }
    if let bias = geometry.bias { add("bias", Value(bias)) }
    add("gram_prototypes", Value(geometry.gramPrototypes))
    add("gram_class_means", Value(geometry.gramClassMeans))
    add("logits", Value(geometry.logits))
    add(
      "distance_to_etf",
      .object([
        .init(
          key: "prototypes", value: Value(number: geometry.gramPrototypes.distanceToSimplexETF)),
        .init(
          key: "class_means", value: Value(number: geometry.gramClassMeans.distanceToSimplexETF)),
        .init(key: "logits", value: Value(number: geometry.logits.distanceToSimplexETF)),
      ]))
    if let certificate = geometry.certificate {
      add(
        "certificate",
        .object([
          .init(key: "duality_gap", value: Value(number: certificate.gap)),
          .init(key: "dual_infeasibility", value: Value(number: certificate.infeasibility)),
        ]))
    }
    return .object(object)
  }

  /// A table: the quantities of one geometry, or a row a member of a sweep.
  public var lines: [String] {
    guard !keys.isEmpty else {
      return members.flatMap { GeometryTable($0, name: name).lines }
    }
    let quantities = GeometryQuantity.all.filter { quantity in
      members.contains { !quantity.value($0.answer).isNaN }
    }
    var table = TextTable(keys + designNames + quantities.map(\.name), leftAligned: [])
    for member in members {
      table.add(
        member.assignments.map(\.value.sweepText) + designValues(member).map { $0.brief() }
          + quantities.map { $0.value(member.answer).brief() })
    }
    return ["\(name): \(members.count) geometries"] + table.lines
  }
}

extension DesignSolution {
  fileprivate var json: Value {
    var object: [Value.Member] = [.init(key: "goal", value: .string(goal.rawValue))]
    if let power { object.append(.init(key: "power", value: .number(power))) }
    if let multipliers { object.append(.init(key: "delta", value: Value(multipliers))) }
    if let weightDecay { object.append(.init(key: "weight_decay", value: .number(weightDecay))) }
    return .object(object)
  }
}

extension Value {
  /// A list of numbers.
  init(_ numbers: [Double]) { self = .list(numbers.map { Value(number: $0) }) }

  /// A number; null where it is undefined.
  init(number: Double) { self = number.isFinite ? .number(number) : .null }

  /// A list of rows.
  init(_ matrix: Matrix) {
    self = .list((0..<matrix.rows).map { Value(Array(matrix.elements[matrix.range(ofRow: $0)])) })
  }
}
