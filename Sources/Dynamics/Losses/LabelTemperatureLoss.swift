/// Label-dependent temperatures (LDT): -log softmax(delta_y z)_y, a multiplier a class on all logits
/// of its samples (Behnia et al., AISTATS 2023, eq. 3b).
public struct LabelTemperatureLoss: AdjustedCrossEntropy, Equatable {
  static func kind(classSizes: [Double]) -> Kind<any Loss> {
    Kind(
      "ldt", "label-dependent temperatures: -log softmax(delta_y z)_y",
      parameters: [.required("delta", ClassMultipliers.shape, ClassMultipliers.summary)]
    ) { fields throws(Fault) in
      LabelTemperatureLoss(
        multipliers: try ClassMultipliers.values(fields, "delta", classSizes: classSizes))
    }
  }

  /// delta_y > 0 (C).
  public let multipliers: [Double]

  /// The loss with given multipliers (C).
  public init(multipliers: [Double]) { self.multipliers = multipliers }

  /// The largest multiplier.
  public var steepness: Double { multipliers.max() ?? 1 }
  /// delta_y.
  public func labelFactor(_ label: Int) -> Double { multipliers[label] }
}
