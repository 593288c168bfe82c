import DynNumerics
import RealModule

extension Snapshot {
  /// |Z'Z - Z_ref'Z_ref|/|Z_ref'Z_ref| over Z = (H, W) in Frobenius norms: what two states differ by
  /// that are known up to rotations of the feature space; nan where an entry is not a number.
  ///
  /// With R the rotation that brings Z nearest to Z_ref, m the mean of R Z and Z_ref and D their
  /// difference, Z'Z - Z_ref'Z_ref = m'D + D'm, whose square is 2 tr(m m' D D') + 2 tr((m D')^2). Both
  /// terms are non-negative, since m D' is symmetric: no digit is lost, and no matrix has a side n.
  ///
  /// - Complexity: O(p^2 (p + n + C)).
  func relativeGramError(against reference: any Snapshot) -> Double {
    let (own, expected) = (state(), reference.state())
    let size = expected.state.norms.withoutBias
    let factor = ScaledNumber(value: 1, logScale: own.logScale).relative(to: expected.logScale)
    guard size > 0 else { return (factor * own.state.norms.withoutBias).relative(to: size) }
    let blocks = [
      (own.state.features, expected.state.features),
      (own.state.prototypes, expected.state.prototypes),
    ].map { (own: (factor / size) * $0, reference: (1 / size) * $1) }
    let cross = blocks.map { $0.reference.timesTransposed($0.own) }.total
    guard let decomposition = try? cross.singularValueDecomposition() else { return .nan }
    let rotation = decomposition.left.timesTransposed(decomposition.right)
    let parts = blocks.map { block -> (middle: Matrix, difference: Matrix) in
      let turned = rotation.times(block.own)
      return (0.5 * (turned + block.reference), turned - block.reference)
    }
    let middles = parts.map { $0.middle.timesTransposed($0.middle) }.total
    let differences = parts.map { $0.difference.timesTransposed($0.difference) }.total
    let mixed = parts.map { $0.middle.timesTransposed($0.difference) }.total
    let square =
      2 * middles.elements.dot(differences.elements)
      + 2 * mixed.elements.dot(mixed.transposed.elements)
    let gram = blocks.map { $0.reference.timesTransposed($0.reference) }.total
    return max(square, 0).squareRoot() / gram.elements.norm
  }
}

extension [Matrix] {
  /// The sum of matrices of one shape, of which there is one at least.
  fileprivate var total: Matrix { dropFirst().reduce(self[0], +) }
}
