/// Squares of norms, whose expectations have closed forms where those of the norms have none.
extension Observable {
  static let squaredNormFeatures = Observable(
    "squared_norm_h", symbol: "|H|^2", "square of norm_h; infinite where it overflows",
    isCheap: Self.onRequest
  ) { square($0.norm($0.norms.features)) }

  static let squaredNormPrototypes = Observable(
    "squared_norm_w", symbol: "|W|^2", "square of norm_w; infinite where it overflows",
    isCheap: Self.onRequest
  ) { square($0.norm($0.norms.prototypes)) }

  static let squaredNormState = Observable(
    "squared_norm_z", symbol: "|Z|^2", "square of norm_z; infinite where it overflows",
    isCheap: Self.onRequest
  ) { square($0.norm($0.norms.withoutBias)) }

  private static func square(_ norm: Double) -> Double { norm * norm }
}
