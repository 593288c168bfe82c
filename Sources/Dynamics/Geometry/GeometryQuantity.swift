/// A number that a collapsed geometry is described by.
public struct GeometryQuantity: Sendable {
  /// The name in tables and CSV headers.
  public let name: String
  /// Its value; nan where it is undefined.
  public let value: @Sendable (GeometryAnswer) -> Double

  init(_ name: String, _ value: @escaping @Sendable (GeometryAnswer) -> Double) {
    self.name = name
    self.value = value
  }

  /// Every quantity in the order of columns; a new one needs a line here.
  public static let all: [GeometryQuantity] =
    [
      GeometryQuantity("objective") { $0.geometry.objective },
      GeometryQuantity("margin") { $0.geometry.margin ?? .nan },
      GeometryQuantity("rank") { $0.geometry.rank.map(Double.init) ?? .nan },
      GeometryQuantity("threshold") { $0.geometry.threshold ?? .nan },
    ] + groups("w") { $0.prototypes } + groups("h") { $0.classMeans }
    + [
      GeometryQuantity("cos_wh_majority") { $0.alignment(of: $0.question.groups.majorities) },
      GeometryQuantity("cos_wh_minority") { $0.alignment(of: $0.question.groups.minorities) },
      GeometryQuantity("etf_distance_w") { $0.geometry.gramPrototypes.distanceToSimplexETF },
      GeometryQuantity("etf_distance_h") { $0.geometry.gramClassMeans.distanceToSimplexETF },
      GeometryQuantity("etf_distance_logits") { $0.geometry.logits.distanceToSimplexETF },
      GeometryQuantity("max_margin_distance_w") {
        $0.distanceToMaxMargin { $0.gramPrototypes }
      },
      GeometryQuantity("max_margin_distance_h") {
        $0.distanceToMaxMargin { $0.gramClassMeans }
      },
      GeometryQuantity("max_margin_distance_logits") { $0.distanceToMaxMargin { $0.logits } },
      GeometryQuantity("duality_gap") { $0.geometry.certificate?.gap ?? .nan },
      GeometryQuantity("dual_infeasibility") { $0.geometry.certificate?.infeasibility ?? .nan },
    ]

  /// Norms and angles of one Gram matrix.
  private static func groups(
    _ letter: String, _ own: @escaping @Sendable (GeometryAnswer) -> GroupGeometry
  ) -> [GeometryQuantity] {
    [
      GeometryQuantity("squared_norm_\(letter)_majority") { own($0).majoritySquaredNorm },
      GeometryQuantity("squared_norm_\(letter)_minority") { own($0).minoritySquaredNorm },
      GeometryQuantity("squared_norm_ratio_\(letter)") { own($0).squaredNormRatio },
      GeometryQuantity("cos_\(letter)_majority") { own($0).majorityCosine },
      GeometryQuantity("cos_\(letter)_minority") { own($0).minorityCosine },
      GeometryQuantity("cos_\(letter)_mixed") { own($0).mixedCosine },
    ]
  }
}
