import DynNumerics

/// A row system with everything that it is made of, and its formulas by plain loops.
struct RowSample: Sendable, CustomStringConvertible {
  var sizes: [Int]
  var gamma = 0.3
  var featureDecay = 0.0
  var prototypeDecay = 0.0
  var movesPrototypes = true

  var description: String {
    "\(sizes), gamma \(gamma), decays \(featureDecay) and \(prototypeDecay)"
      + (movesPrototypes ? "" : ", fixed prototypes")
  }

  /// Classes below, at and above the eight lanes of the kernels.
  static let all = [
    RowSample(sizes: [1, 1]), RowSample(sizes: [3, 8, 1, 17]),
    RowSample(sizes: [8, 8, 8], gamma: 0), RowSample(sizes: [7, 9, 16, 5, 2], featureDecay: 0.4),
    RowSample(sizes: [25, 1, 8], gamma: 1, prototypeDecay: 0.7),
    RowSample(sizes: [12, 4, 40], gamma: 0.5, featureDecay: 0.2, prototypeDecay: 0.1),
    RowSample(sizes: [9, 10, 11], featureDecay: 0.3, movesPrototypes: false),
    RowSample(sizes: [Int](repeating: 2, count: 11), gamma: 0.1, prototypeDecay: 0.3),
    RowSample(sizes: [5], featureDecay: 0.1), RowSample(sizes: [3, 0, 9], prototypeDecay: 0.2),
    RowSample(sizes: [Int](repeating: 1, count: 17), gamma: 1 / 16, featureDecay: 0.2),
  ]

  var sampleCount: Int { sizes.reduce(0, +) }
  var dimension: Int { sampleCount + sizes.count }
  var labels: [Int] { sizes.enumerated().flatMap { [Int](repeating: $0, count: $1) } }
  /// Unequal ones.
  var weights: [Double] {
    sizes.indices.map { (1 + 0.25 * Double($0 % 3)) / Double(sampleCount) }
  }

  var system: RowSystem {
    RowSystem(
      sizes: sizes, weights: weights, own: 1 + gamma, shared: gamma, featureDecay: featureDecay,
      prototypeDecay: prototypeDecay, movesPrototypes: movesPrototypes)
  }

  /// The right-hand side at (h, w), and the sum of the sizes of all terms of each entry.
  func slope<Real: BinaryFloatingPoint>(
    _ row: [Real], _ rates: (features: Real, prototypes: Real)
  ) -> (values: [Real], sizes: [Real]) {
    let n = sampleCount
    let (h, w) = (Array(row[..<n]), Array(row[n...]))
    // The entries of M: (1 + gamma) on the own class, -gamma on all, times the weight.
    func entry(_ label: Int, _ other: Int) -> Real {
      Real(weights[label]) * ((label == other ? 1 + Real(gamma) : 0) - Real(gamma))
    }
    var terms = [[Real]](repeating: [], count: row.count)
    for (sample, label) in labels.enumerated() {
      for other in w.indices {
        terms[sample].append(rates.features * entry(label, other) * w[other])
        if movesPrototypes {
          terms[n + other].append(rates.prototypes * entry(label, other) * h[sample])
        }
      }
      terms[sample].append(-rates.features * Real(featureDecay) * h[sample])
    }
    for other in w.indices where movesPrototypes {
      terms[n + other].append(-rates.prototypes * Real(prototypeDecay) * w[other])
    }
    return (
      terms.map { $0.reduce(0, +) }, terms.map { $0.reduce(0) { $0 + abs($1) } }
    )
  }
}
