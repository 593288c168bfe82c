import RealModule

/// Label-distribution-aware margins (LDAM): -log softmax(s (z - m_y e_y))_y with m_c proportional to
/// n_c^(-1/4) (Cao et al., NeurIPS 2019), on the plain logits.
public struct LabelMarginLoss: AdjustedCrossEntropy, Equatable {
  static func kind(classSizes: [Double]) -> Kind<any Loss> {
    Kind(
      "ldam", "label-distribution-aware margins: -log softmax(scale (z - m_y e_y))_y",
      parameters: [
        .optional(
          "max_margin", .number(.nonNegative),
          "margin m_c of the smallest class; the others' fall like n_c^(-1/4)",
          default: .number(0.5)),
        .optional("scale", .number(.positive), "factor of the logits", default: .number(30)),
      ]
    ) { fields throws(Fault) in
      LabelMarginLoss(
        largestMargin: try fields.number("max_margin", default: 0.5),
        scale: try fields.number("scale", default: 30), classSizes: classSizes)
    }
  }

  /// m_c (C).
  public let margins: [Double]
  /// s.
  public let scale: Double

  /// The loss whose largest margin is that of the smallest class.
  public init(largestMargin: Double, scale: Double, classSizes: [Double]) {
    let smallest = classSizes.min() ?? 1
    margins = classSizes.map { largestMargin * Double.pow(smallest / $0, 0.25) }
    self.scale = scale
  }

  /// s.
  public var steepness: Double { scale }
  /// s.
  public func labelFactor(_ label: Int) -> Double { scale }
  /// -s m_y for the label.
  public func offset(_ index: Int, label: Int) -> Double {
    index == label ? -scale * margins[label] : 0
  }
}
