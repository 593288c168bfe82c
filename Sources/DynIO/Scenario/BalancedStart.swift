import DynNumerics
import Dynamics

/// A balanced start, H H' = W W', as a scenario gives it.
enum BalancedStart {
  /// The word for it.
  static let kind = "balanced"
  private static let arrays = ["features", "prototypes"]

  /// Its scale in the object `initial_state`, whose shape is valid; nil where it is none.
  ///
  /// - Throws: `Fault` for keys that do not go together.
  static func scale(_ fields: Fields) throws(Fault) -> Double? {
    guard fields.has("kind"), try fields.string("kind") == kind else {
      return nil
    }
    if let key = arrays.first(where: fields.has) {
      throw Fault(
        key, "a balanced start draws features and prototypes: leave this key or \"kind\" out")
    }
    let scale = try fields.number("scale", default: 1)
    guard scale > 0 else {
      throw Fault("scale", "\(Value.text(scale)) is not allowed here: give a number greater than 0")
    }
    return scale
  }
}

extension ArrayLoader {
  /// W normal and H = W V', with V (n x C) random orthonormal columns, so that H H' = W V'V W' = W W'.
  /// With fewer samples than classes H is normal and W = H V', with V (C x n).
  ///
  /// - Throws: `Fault` when the random numbers cannot be drawn.
  func balancedBlocks(
    _ sizes: ProblemSizes, scale: Double
  ) throws(Fault) -> (features: Matrix, prototypes: Matrix) {
    let (samples, classes) = (sizes.sampleCount, sizes.classCount)
    let (few, many) = (min(samples, classes), max(samples, classes))
    let core = Matrix(
      rows: sizes.featureDimension, columns: few,
      elements: try normal(sizes.featureDimension * few, scale: scale, stream: .prototypes))
    let random = Matrix(
      rows: many, columns: few, elements: try normal(many * few, scale: 1, stream: .features))
    do throws(NumericsError) {
      let decomposition = try random.singularValueDecomposition()
      let frame = decomposition.left.timesTransposed(decomposition.right)
      let image = core.timesTransposed(frame)
      return samples < classes ? (core, image) : (image, core)
    } catch {
      throw Fault("", error.description)
    }
  }
}
