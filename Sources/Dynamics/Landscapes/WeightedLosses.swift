import DynNumerics

/// The weighted losses of some samples as functions of their logits (samples x C).
struct WeightedLosses: Sendable {
  let loss: any Loss
  /// One per sample.
  let labels: [Int]
  /// One per sample.
  let weights: [Double]

  init(loss: any Loss, labels: [Int], weights: [Double]) {
    self.loss = loss
    self.labels = labels
    self.weights = weights
  }

  init(_ batch: Batch, _ problem: Problem) {
    let sorted = problem.labels.partition.sortedLabels
    loss = problem.loss
    labels = batch.samples.map { sorted[$0] }
    weights = batch.weights
  }

  /// sum_i weight_i l_i.
  func value(_ logits: Matrix) -> Double {
    labels.indices.map { sample in
      weights[sample]
        * loss.value(
          logits: logits.elements.span.extracting(logits.range(ofRow: sample)),
          label: labels[sample])
    }.sum
  }

  /// The gradient by the logits.
  func gradient(_ logits: Matrix) -> Matrix {
    mappingRows(logits) { sample, target in
      loss.gradient(
        logits: logits.elements.span.extracting(logits.range(ofRow: sample)), label: labels[sample],
        into: &target)
    }
  }

  /// The gradient by the logits of one sample.
  func writeGradient(
    of sample: Int, logits: Span<Double>, into gradient: inout MutableSpan<Double>
  ) {
    loss.gradient(logits: logits, label: labels[sample], into: &gradient)
    for index in gradient.indices { gradient[index] *= weights[sample] }
  }

  /// The Hessian by the logits times a direction; samples are uncoupled.
  func curvature(_ logits: Matrix, along direction: Matrix) -> Matrix {
    mappingRows(logits) { sample, target in
      loss.curvature(
        logits: logits.elements.span.extracting(logits.range(ofRow: sample)), label: labels[sample],
        along: direction.elements.span.extracting(direction.range(ofRow: sample)),
        into: &target)
    }
  }

  /// The Hessian by the logits of one sample (C x C).
  func curvatureMatrix(_ logits: Matrix, sample: Int) -> Matrix {
    let count = logits.columns
    var unit = [Double](repeating: 0, count: count)
    var rows: [Double] = []
    for index in 0..<count {
      unit[index] = 1
      var image = [Double](repeating: 0, count: count)
      var target = image.mutableSpan
      loss.curvature(
        logits: logits.elements.span.extracting(logits.range(ofRow: sample)), label: labels[sample],
        along: unit.span, into: &target)
      unit[index] = 0
      rows += image.map { weights[sample] * $0 }
    }
    return Matrix(rows: count, columns: count, elements: rows)
  }

  /// A matrix of the logits' shape whose rows are written and then multiplied by their weights.
  private func mappingRows(
    _ logits: Matrix, _ write: (Int, inout MutableSpan<Double>) -> Void
  ) -> Matrix {
    var result = Matrix(rows: logits.rows, columns: logits.columns)
    var row = [Double](repeating: 0, count: logits.columns)
    for sample in labels.indices {
      var target = row.mutableSpan
      write(sample, &target)
      let (start, weight) = (sample * row.count, weights[sample])
      for index in row.indices { result.elements[start + index] = weight * row[index] }
    }
    return result
  }
}

extension Matrix {
  /// The sums of the columns (columns).
  var columnSums: [Double] { (0..<columns).map { column($0).sum } }

  /// The same, 0 where a sum is no more than the rounding of its terms: a direction is not to be that
  /// of rounding.
  var clearColumnSums: [Double] {
    (0..<columns).map {
      let terms = column($0)
      let sum = terms.sum
      return abs(sum) <= 4 * Double.ulpOfOne * terms.map { abs($0) }.sum ? 0 : sum
    }
  }

  /// Adds one number a column to every row.
  func addingToRows(_ offsets: [Double]) -> Matrix {
    var result = self
    var entries = result.elements.mutableSpan
    for row in 0..<rows {
      for column in 0..<columns { entries[row * columns + column] += offsets[column] }
    }
    return result
  }
}
