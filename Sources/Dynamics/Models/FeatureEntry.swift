public import DynNumerics

/// How features enter the logits: z = W' phi(h) + b.
public protocol FeatureEntry: Sendable {
  /// Whether phi(h) has norm 1, so that the logits do not depend on the norm of h.
  var normalizes: Bool { get }
  /// Whether each sample's learning rate is multiplied by |h|.
  var rescalesLearningRate: Bool { get }
  /// phi of every column, ready to be differentiated.
  func pass(_ features: Matrix) -> any EntryPass
}

extension FeatureEntry {
  /// It is not.
  public var rescalesLearningRate: Bool { false }
  /// phi of every column (p x m).
  func entered(_ features: Matrix) -> Matrix { pass(features).entered }
  /// The degree of homogeneity of phi.
  var degree: Double { normalizes ? 0 : 1 }
}

/// phi at the features of a batch.
public protocol EntryPass: Sendable {
  /// phi(h) (p x m).
  var entered: Matrix { get }
  /// What each sample's learning rate is multiplied by (m); nil for 1.
  var rateFactors: [Double]? { get }
  /// The gradient by the features, from that by phi: J'g.
  func gradient(_ byEntered: Matrix) -> Matrix
  /// The change of phi along a direction of the features: J v.
  func change(along direction: Matrix) -> Matrix
  /// The change of `gradient` along a direction, along which g changes by `gradientChange`.
  func gradientChange(
    _ byEntered: Matrix, changing gradientChange: Matrix, along direction: Matrix
  ) -> Matrix
  /// The Hessians of single samples by their features, for logits W' phi(h), from those by the
  /// logits (C x C).
  func curvatures(
    _ prototypes: Matrix, _ byEntered: Matrix
  ) -> (_ sample: Int, _ losses: Matrix) -> SampleCurvature
}

/// The Hessian of one sample's loss by its features, A = V S V' + B: S (C x C) the Hessian by the
/// logits, V = J'W, and B of the curvature of phi.
public struct SampleCurvature: Sendable {
  /// S.
  let losses: Matrix
  /// V (p x C).
  let prototypes: Matrix
  /// V'V (C x C).
  let gram: Matrix
  /// B (p x p); nil for zero.
  let bending: Matrix?

  /// tr A. O(C^2).
  var trace: Double { losses.elements.dot(gram.elements) + (bending?.trace ?? 0) }

  /// The diagonal of A. O(p C^2).
  var diagonal: [Double] {
    let bent = prototypes.times(losses)
    return (0..<prototypes.rows).map { row in
      let own = prototypes.range(ofRow: row)
      return bent.elements.span.extracting(own).dot(prototypes.elements.span.extracting(own))
        + (bending?[row, row] ?? 0)
    }
  }

  /// A (p x p).
  var matrix: Matrix {
    let product = prototypes.times(losses).timesTransposed(prototypes)
    return bending.map { product + $0 } ?? product
  }
}
