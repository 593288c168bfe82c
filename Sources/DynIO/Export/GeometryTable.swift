import Dynamics

/// One geometry for people.
struct GeometryTable {
  /// Longer lists are shortened in their middle.
  private static let longestList = 12

  private let member: GeometryReport.Member
  private let name: String

  init(_ member: GeometryReport.Member, name: String) {
    self.member = member
    self.name = name
  }

  private var answer: GeometryAnswer { member.answer }

  var lines: [String] {
    [title] + solved + [""] + groupTable + [""] + scalars + ["", values]
  }

  private var title: String {
    let question = answer.question
    let classes = [
      (question.groups.majorities.count, "majority"),
      (question.groups.minorities.count, "minority"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " and ")
    return "\(name): \(answer.summary), \(member.lossName), \(classes) classes, sizes "
      + shortened(question.sizes.map(String.init))
  }

  private var solved: [String] {
    guard let design = member.design else { return [] }
    let text = design.goal.rawValue
    if let power = design.power {
      let multipliers = shortened((design.multipliers ?? []).map { $0.brief(digits: 7) })
      return [
        "\(text): delta_c proportional to n_c^\(power.brief(digits: 12)), delta = \(multipliers)"
      ]
    }
    return ["\(text): weight_decay \(design.weightDecay?.brief(digits: 12) ?? "-") on both"]
  }

  private var groupTable: [String] {
    var table = TextTable(["", "prototypes", "class means"])
    let rows = [
      ("squared norm, majority", "squared_norm_#_majority"),
      ("squared norm, minority", "squared_norm_#_minority"),
      ("squared norm ratio", "squared_norm_ratio_#"), ("cos, majority pairs", "cos_#_majority"),
      ("cos, minority pairs", "cos_#_minority"), ("cos, mixed pairs", "cos_#_mixed"),
      ("distance to simplex ETF", "etf_distance_#"),
      ("distance to max-margin", "max_margin_distance_#"),
    ]
    for (label, name) in rows {
      let values = ["w", "h"].map { value(name.replacing("#", with: $0)) }
      guard !values.allSatisfy(\.isNaN) else { continue }
      table.add([label] + values.map { $0.brief(digits: 8) })
    }
    return table.lines
  }

  private var scalars: [String] {
    let names = [
      "objective", "margin", "rank", "threshold", "cos_wh_majority", "cos_wh_minority",
      "etf_distance_logits", "max_margin_distance_logits", "duality_gap", "dual_infeasibility",
    ]
    var table = TextTable(["quantity", "value"])
    for name in names where !value(name).isNaN { table.add([name, value(name).brief(digits: 8)]) }
    return table.lines
  }

  private var values: String {
    let bias = answer.geometry.bias.map { "; bias " + shortened($0.map { $0.brief() }) } ?? ""
    return "singular values " + shortened(answer.geometry.singularValues.map { $0.brief() }) + bias
  }

  private func value(_ name: String) -> Double {
    GeometryQuantity.all.first { $0.name == name }?.value(answer) ?? .nan
  }

  private func shortened(_ texts: [String]) -> String {
    guard texts.count > Self.longestList else { return texts.joined(separator: ", ") }
    let half = Self.longestList / 2
    return (texts.prefix(half) + ["..."] + texts.suffix(half)).joined(separator: ", ")
  }
}
