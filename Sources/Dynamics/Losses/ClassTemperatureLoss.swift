/// Class-dependent temperatures (CDT): -log softmax(delta_c z_c)_y, a multiplier a class on its own
/// logit (Behnia et al., AISTATS 2023, eq. 3a).
public struct ClassTemperatureLoss: AdjustedCrossEntropy, Equatable {
  static func kind(classSizes: [Double]) -> Kind<any Loss> {
    Kind(
      "cdt", "class-dependent temperatures: -log softmax(delta_c z_c)_y",
      parameters: [.required("delta", ClassMultipliers.shape, ClassMultipliers.summary)]
    ) { fields throws(Fault) in
      ClassTemperatureLoss(
        multipliers: try ClassMultipliers.values(fields, "delta", classSizes: classSizes))
    }
  }

  /// delta_c > 0 (C).
  public let multipliers: [Double]

  /// The loss with given multipliers (C).
  public init(multipliers: [Double]) { self.multipliers = multipliers }

  /// The largest multiplier.
  public var steepness: Double { multipliers.max() ?? 1 }
  /// delta_c.
  public func classFactor(_ index: Int) -> Double { multipliers[index] }
}
