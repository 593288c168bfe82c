import DynNumerics

/// A start whose factors share singular vectors with the label operator M = U S V', V = Q'X, and with
/// each other:
///
///     H = x_0 R_0 V',  W_1 = x_1 R_1 R_0',  ...,  W_L = x_L U R_{L-1}'
///
/// with the size x_l of factor l in every mode, and W = x_1 R_0 U' without layers. R_l are the first
/// columns of the identity, one per mode that grows. From such a start modes are uncoupled
/// (<doc:Depth>).
public struct AlignedStart: Sendable, Equatable {
  /// The sizes of H and W_1, ..., W_L, or of H and W.
  public let sizes: [Double]

  /// A start of given sizes, one per factor.
  ///
  /// - Precondition: there are at least two.
  public init(sizes: [Double]) {
    precondition(sizes.count >= 2, "an aligned start has features and prototypes")
    self.sizes = sizes
  }

  /// The state.
  ///
  /// - Parameters:
  ///   - labels: the label operator.
  ///   - dimension: p.
  ///   - widths: the rows of all layers but the last; none without layers.
  ///   - bias: b, where the model has one.
  ///   - isReduced: whether the features are class parts A = H Q' instead of samples.
  /// - Throws: `Fault` where p or a width is less than the number of modes that grow.
  public func state(
    _ labels: LabelOperator, dimension: Int, widths: [Int], bias: [Double]?, isReduced: Bool = false
  ) throws(Fault) -> State {
    let growing = labels.modes.growing
    try Self.check(growing.count, dimension, widths)
    let right = labels.modes.right
    let parts = Matrix(rows: dimension, columns: right.rows) { row, group in
      row < growing.count ? sizes[0] * right[group, growing[row]] : 0
    }
    let features =
      isReduced
      ? parts
      : labels.repeated(
        parts.scalingColumns(by: labels.partition.sizes.map { 1 / Double($0).squareRoot() }))
    let left = labels.modes.left
    func last(_ width: Int) -> Matrix {
      Matrix(rows: left.rows, columns: width) { label, column in
        column < growing.count ? sizes[sizes.count - 1] * left[label, growing[column]] : 0
      }
    }
    guard let width = widths.last else {
      return State(features: features, prototypes: last(dimension).transposed, bias: bias)
    }
    let inner = zip([dimension] + widths, widths).enumerated().map { index, shape in
      Matrix(rows: shape.1, columns: shape.0) { row, column in
        row == column && row < growing.count ? sizes[index + 1] : 0
      }
    }
    return State(features: features, layers: inner + [last(width)], bias: bias)
  }

  private static func check(_ count: Int, _ dimension: Int, _ widths: [Int]) throws(Fault) {
    let places = [("feature_dimension", dimension)] + widths.map { ("layers.width", $0) }
    guard let (key, value) = places.first(where: { $0.1 < count }) else { return }
    throw Fault(
      "kind",
      "an aligned start has \(count) modes that grow, each with a direction of its own, and "
        + "model.\(key) is \(value): raise it to \(count) at least")
  }
}

extension LabelModes {
  /// The modes whose singular value is above rounding.
  var growing: [Int] {
    values.indices.filter { values[$0] > Self.rounding * largestValue }
  }

  private static let rounding = 1e-12
}
