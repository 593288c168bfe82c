import Dynamics

/// A start in the singular vectors of the label operator, as a scenario gives it.
public struct AlignedSpecification: Sendable, Equatable {
  /// The size of every factor: one for all, or those of H, W_1, ..., W_L (of H and W without layers).
  public let scales: [Double]

  static let kind = "aligned"
  /// Keys of a state that is drawn, or near a saddle.
  private static let others = ["features", "prototypes", "saddle", "offset", "direction"]

  /// Reads the object `initial_state`, whose shape is valid; nil where it is not aligned.
  ///
  /// - Throws: `Fault` for keys that do not go together.
  init?(_ fields: Fields) throws(Fault) {
    guard fields["kind"] == .string(Self.kind) else {
      guard fields.has("scale"), fields["kind"] != .string(BalancedStart.kind) else { return nil }
      throw Fault(
        "scale",
        "this key belongs to an aligned or balanced start: add \"kind\": \"\(Self.kind)\" or "
          + "\"\(BalancedStart.kind)\", or leave it out")
    }
    if let key = Self.others.first(where: fields.has) {
      throw Fault(key, "an aligned start has a scale only: leave this key or \"kind\" out")
    }
    if let list = fields["scale"]?.numbers {
      scales = list
    } else {
      scales = [try fields.number("scale", default: 1)]
    }
  }

  /// The sizes of a number of factors.
  ///
  /// - Throws: `Fault` for a list of another length.
  func sizes(factors count: Int) throws(Fault) -> [Double] {
    if scales.count == 1 { return [Double](repeating: scales[0], count: count) }
    guard scales.count == count else {
      let factors = count == 2 ? "features and prototypes" : "features and \(count - 1) layers"
      throw Fault(
        "scale",
        "\(scales.count) numbers for \(factors): give one number, or \(count)")
    }
    return scales
  }
}
