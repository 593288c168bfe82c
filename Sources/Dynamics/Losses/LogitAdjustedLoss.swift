import RealModule

/// Logit adjustment (LA): -log softmax(z_c + tau log pi_c)_y with the class frequencies
/// pi_c = n_c/n (Menon et al., ICLR 2021).
public struct LogitAdjustedLoss: AdjustedCrossEntropy, Equatable {
  static func kind(classSizes: [Double]) -> Kind<any Loss> {
    Kind(
      "la", "logit adjustment: -log softmax(z_c + tau log(n_c/n))_y",
      parameters: [
        .optional(
          "tau", .number(.any), "strength of the adjustment; 0 is cross-entropy",
          default: .number(1))
      ]
    ) { fields throws(Fault) in
      if let label = classSizes.firstIndex(where: { $0 <= 0 }) {
        throw Fault(
          "",
          "the targets put no weight on class \(label), whose frequency this loss needs: change "
            + "either")
      }
      return LogitAdjustedLoss(
        strength: try fields.number("tau", default: 1), classSizes: classSizes)
    }
  }

  /// tau log(n_c/n) (C).
  public let offsets: [Double]

  /// The loss with strength tau for classes of given sizes (C).
  public init(strength: Double, classSizes: [Double]) {
    let total = classSizes.reduce(0, +)
    offsets = classSizes.map { strength * Double.log($0 / total) }
  }

  /// 1: the logits are shifted only.
  public var steepness: Double { 1 }
  /// tau log(n_c/n).
  public func offset(_ index: Int, label: Int) -> Double { offsets[index] }
}
