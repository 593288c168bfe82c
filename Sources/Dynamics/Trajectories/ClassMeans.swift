import DynNumerics

/// Means and squared deviations of classes from those of the groups that they consist of.
struct ClassMeans {
  /// mu_c (p x C); nan where groups are of no class.
  let means: Matrix
  /// The squared deviations from mu_c, summed over each class (C).
  let scatter: [Double]
  /// n_c (C).
  let sizes: [Int]

  /// From the means (p x K) and scatters (K) of groups. O(p K).
  init(_ labels: LabelOperator, groupMeans: Matrix, scatter: [Double]) {
    let count = labels.classCount
    guard let classes = labels.targets.trueClasses else {
      means = Matrix(rows: groupMeans.rows, columns: count) { _, _ in .nan }
      self.scatter = [Double](repeating: .nan, count: count)
      sizes = [Int](repeating: 1, count: count)
      return
    }
    let members = (0..<count).map { label in classes.indices.filter { classes[$0] == label } }
    let groupSizes = labels.partition.sizes
    let sizes = members.map { groups in groups.reduce(0) { $0 + groupSizes[$1] } }
    let means = Matrix(rows: groupMeans.rows, columns: count) { row, label in
      members[label].map { Double(groupSizes[$0]) / Double(sizes[label]) * groupMeans[row, $0] }
        .sum
    }
    self.means = means
    self.sizes = sizes
    self.scatter = members.enumerated().map { label, groups in
      groups.map { group in
        let deviation = (0..<means.rows).map { groupMeans[$0, group] - means[$0, label] }
        return scatter[group] + Double(groupSizes[group]) * deviation.sumOfSquares
      }.sum
    }
  }
}

extension LabelOperator {
  /// The class of every sorted sample (n); empty where groups are of none.
  var sampleClasses: [Int] {
    guard let classes = targets.trueClasses else { return [] }
    return partition.sortedLabels.map { classes[$0] }
  }

  /// What a scenario's labels say of every column of the user's arrays: the class, or the number of the
  /// group where groups are of no class (n).
  public var userLabels: [Int] {
    partition.labels.map { targets.trueClasses?[$0] ?? $0 }
  }

  /// n_c (C); empty where groups are of no class.
  public var classSizes: [Int] {
    guard let classes = targets.trueClasses else { return [] }
    return zip(classes, partition.sizes).reduce(into: [Int](repeating: 0, count: classCount)) {
      $0[$1.0] += $1.1
    }
  }

  /// The means of classes (p x C) of given features (p x n); nan where groups are of none. O(p n).
  func classMeans(_ features: Matrix) -> Matrix {
    let sizes = partition.sizes
    let means = classSums(features).scalingColumns(by: sizes.map { 1 / Double($0) })
    guard !targets.groupsAreClasses else { return means }
    return ClassMeans(self, groupMeans: means, scatter: sizes.map { _ in 0 }).means
  }

  /// One column a sample from one column a class (p x C to p x n). O(p n).
  func spread(_ means: Matrix) -> Matrix {
    let classes = sampleClasses
    return Matrix(rows: means.rows, columns: classes.count) { means[$0, classes[$1]] }
  }
}
