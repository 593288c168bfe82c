/// The vector-scaling loss (VS): -log softmax(delta_c z_c + iota_c)_y.
///
/// The sign is that of logit adjustment: a larger iota_c in training lowers the logit that class c
/// needs. Behnia et al. (AISTATS 2023, eq. 2) write the same loss with -iota_c.
public struct VectorScalingLoss: AdjustedCrossEntropy, Equatable {
  static func kind(classSizes: [Double]) -> Kind<any Loss> {
    Kind(
      "vs", "vector scaling: -log softmax(delta_c z_c + iota_c)_y",
      parameters: [
        .required("delta", ClassMultipliers.shape, ClassMultipliers.summary),
        .required("iota", ClassOffsets.shape, ClassOffsets.summary),
      ]
    ) { fields throws(Fault) in
      VectorScalingLoss(
        multipliers: try ClassMultipliers.values(fields, "delta", classSizes: classSizes),
        offsets: try ClassOffsets.values(fields, "iota", classSizes: classSizes))
    }
  }

  /// delta_c > 0 (C).
  public let multipliers: [Double]
  /// iota_c (C).
  public let offsets: [Double]

  /// The loss with given multipliers and offsets (C each).
  public init(multipliers: [Double], offsets: [Double]) {
    self.multipliers = multipliers
    self.offsets = offsets
  }

  /// The largest multiplier.
  public var steepness: Double { multipliers.max() ?? 1 }
  /// delta_c.
  public func classFactor(_ index: Int) -> Double { multipliers[index] }
  /// iota_c.
  public func offset(_ index: Int, label: Int) -> Double { offsets[index] }
}
