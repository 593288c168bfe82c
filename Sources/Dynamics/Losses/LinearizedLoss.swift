import DynNumerics

/// A loss replaced by its tangent at zero logits, l(0, y) + g_y'z with g_y its gradient there: how every
/// loss acts on small logits.
public struct LinearizedLoss: Loss {
  /// g of every label, or group of one target, less weights (C x K).
  let gradients: Matrix
  private let offsets: [Double]

  /// The tangents of a loss of C logits for labels 0 to K - 1. O(C K).
  init(_ loss: any Loss, classCount: Int, labelCount: Int) {
    let logits = [Double](repeating: 0, count: classCount)
    var gradients = Matrix(rows: classCount, columns: labelCount)
    var column = logits
    for label in 0..<labelCount {
      var target = column.mutableSpan
      loss.gradient(logits: logits.span, label: label, into: &target)
      for index in column.indices { gradients[index, label] = column[index] }
    }
    self.gradients = gradients
    offsets = (0..<labelCount).map { loss.value(logits: logits.span, label: $0) }
  }

  /// It is, up to a constant.
  public var isLinear: Bool { true }
  /// It has no curvature.
  public var curvatureBound: Double { 0 }

  /// l(0, y) + g_y'z.
  public func value(logits: Span<Double>, label: Int) -> Double {
    logits.indices.reduce(offsets[label]) { $0 + gradients[$1, label] * logits[$1] }
  }

  /// g_y.
  public func gradient(
    logits: Span<Double>, label: Int, into gradient: inout MutableSpan<Double>
  ) {
    for index in logits.indices { gradient[index] = gradients[index, label] }
  }

  /// Zero.
  public func curvature(
    logits: Span<Double>, label: Int, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    for index in product.indices { product[index] = 0 }
  }

  /// B = -[g_1 ... g_K]; even where all labels are alike.
  var mixing: LabelMixing {
    let (own, other) = (gradients[0, 0], gradients.columns > 1 ? gradients[0, 1] : 0)
    let isEven =
      gradients.rows == gradients.columns
      && (0..<gradients.rows).allSatisfy { row in
        (0..<gradients.columns).allSatisfy {
          gradients[row, $0] == (row == $0 ? own : other)
        }
      }
    guard isEven else { return .columns(-1 * gradients) }
    let count = gradients.rows
    return .even(
      own: other - own, shared: other, along: -own - Double(count - 1) * other, count: count)
  }
}
