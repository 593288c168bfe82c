public import DynNumerics

/// Norms and angles of majority and minority classes in a Gram matrix: averages over classes and
/// over pairs of different classes. An average over no pairs is nan.
public struct GroupGeometry: Sendable {
  private let gram: Matrix
  private let groups: ClassGroups

  /// The geometry of a Gram matrix (C x C) of prototypes or of class means.
  public init(gram: Matrix, groups: ClassGroups) {
    self.gram = gram
    self.groups = groups
  }

  /// The mean squared norm of the majorities.
  public var majoritySquaredNorm: Double { groups.majorities.map { gram[$0, $0] }.mean }
  /// The mean squared norm of the minorities.
  public var minoritySquaredNorm: Double { groups.minorities.map { gram[$0, $0] }.mean }

  /// The mean of |v_a|^2/|v_b|^2 over all majorities a and minorities b.
  public var squaredNormRatio: Double {
    groups.majorities.map { gram[$0, $0] }.mean
      * groups.minorities.map { 1 / gram[$0, $0] }.mean
  }

  /// The mean cosine between different majorities.
  public var majorityCosine: Double { meanCosine(groups.majorities, groups.majorities) }
  /// The mean cosine between different minorities.
  public var minorityCosine: Double { meanCosine(groups.minorities, groups.minorities) }
  /// The mean cosine between a majority and a minority.
  public var mixedCosine: Double { meanCosine(groups.majorities, groups.minorities) }

  private func meanCosine(_ rows: [Int], _ columns: [Int]) -> Double {
    rows.flatMap { row in
      columns.filter { $0 != row }.map { column in
        gram[row, column]
          / (gram[row, row].squareRoot() * gram[column, column].squareRoot())
      }
    }.mean
  }
}

extension Array where Element == Double {
  /// The arithmetic mean; nan for none.
  var mean: Double { isEmpty ? .nan : sum / Double(count) }
}
