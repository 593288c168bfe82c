public import DynNumerics

/// How features enter the logits: z = W' phi(h) + b.
public protocol FeatureEntry: Sendable {
  /// Whether phi(h) has norm 1, so that the logits do not depend on the norm of h.
  var normalizes: Bool { get }
  /// Whether each sample's learning rate is multiplied by |h|.
  var rescalesLearningRate: Bool { get }
  /// The same entry with each sample's learning rate multiplied by |h|; itself where phi does not
  /// divide by it.
  var rescalingLearningRate: any FeatureEntry { get }
  /// Replaces one feature by phi(h), and returns the norm that it was divided by; 1 where there is
  /// none.
  func enter(_ feature: inout [Double]) -> Double
  /// Replaces the gradient of one sample by phi(h) by that by its feature.
  func pullBack(_ gradient: inout [Double], entered: [Double], norm: Double)
  /// phi of every column, ready to be differentiated.
  func pass(_ features: Matrix) -> any EntryPass
}

extension FeatureEntry {
  /// Only an entry that divides by norms multiplies rates by them.
  public var rescalesLearningRate: Bool { false }
  /// Itself.
  public var rescalingLearningRate: any FeatureEntry { self }
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
  /// For a given g, the change of `gradient` along directions along which g changes too.
  func gradientChanges(
    _ byEntered: Matrix
  ) -> @Sendable (_ gradientChange: Matrix, _ direction: Matrix) -> Matrix
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
  /// B; nil for zero.
  let bending: Bending?

  /// B = -scale^2 (along (I - u u') + u g' + g u') with g across u.
  struct Bending: Sendable {
    let unit: [Double]
    let across: [Double]
    let along: Double
    let scale: Double

    var trace: Double { -scale * (scale * (along * Double(unit.count - 1))) }

    func entry(_ row: Int, _ column: Int) -> Double {
      let projector = (row == column ? 1 : 0) - unit[row] * unit[column]
      return -scale
        * (scale
          * (along * projector + unit[row] * across[column] + across[row] * unit[column]))
    }
  }

  /// tr A. O(C^2).
  var trace: Double { losses.elements.dot(gram.elements) + (bending?.trace ?? 0) }

  /// The diagonal of A. O(p C^2).
  var diagonal: [Double] {
    let bent = prototypes.times(losses)
    return (0..<prototypes.rows).map { row in
      let own = prototypes.range(ofRow: row)
      return bent.elements.span.extracting(own).dot(prototypes.elements.span.extracting(own))
        + (bending?.entry(row, row) ?? 0)
    }
  }

  /// A (p x p).
  var matrix: Matrix {
    var product = prototypes.times(losses).timesTransposed(prototypes)
    guard let bending else { return product }
    for row in 0..<product.rows {
      for column in 0..<product.columns { product[row, column] += bending.entry(row, column) }
    }
    return product
  }
}
