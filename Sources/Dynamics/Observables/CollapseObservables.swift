import DynNumerics

/// Neural collapse metrics under the names that the field's measuring libraries print.
extension Observable {
  static let nc1Pinv = Observable(
    "nc1_pinv", symbol: "NC1 (pinv)",
    "tr(Sigma_W pinv(Sigma_B))/C, within-class variability; Sigma_B is centred by the mean of all "
      + "samples, not by that of the class means",
    isCheap: Self.onRequest, needsSamples: true, needsClasses: true
  ) { $0.pseudoinverseVariability }

  static let nc1Quot = Observable(
    "nc1_quot", symbol: "NC1 (quotient)",
    "tr Sigma_W / tr Sigma_B, within-class variability; Sigma_B is centred by the mean of all "
      + "samples, not by that of the class means", needsClasses: true
  ) { observation in
    let geometry = observation.geometry
    let samples = Double(geometry.sizes.reduce(0, +))
    let between = geometry.squaredMeanDeviations.sum / Double(geometry.sizes.count)
    return geometry.scatter.sum / samples / between
  }

  static let nc1Cdnv = Observable(
    "nc1_cdnv", symbol: "NC1 (CDNV)", "class-distance normalised variance, mean over class pairs",
    needsClasses: true
  ) { $0.geometry.classDistanceVariance }

  static let nc2Features = Observable(
    "nc2_etf_err_features", symbol: "NC2 (H)",
    "distance of the centred class means' Gram matrix to that of a simplex ETF", needsClasses: true
  ) { $0.geometry.means.distanceToSimplexETF(threads: $0.snapshot.threads) }

  static let nc2Prototypes = Observable(
    "nc2_etf_err_prototypes", symbol: "NC2 (W)",
    "distance of the centred prototypes' Gram matrix to that of a simplex ETF", needsClasses: true
  ) { $0.geometry.prototypes.distanceToSimplexETF(threads: $0.snapshot.threads) }

  static let nc3Dual = Observable(
    "nc3_dual_err", symbol: "NC3 (dual)",
    "distance of prototypes times centred class means to a simplex ETF's Gram matrix",
    needsClasses: true
  ) { $0.geometry.cross.distanceToSimplexETF(threads: $0.snapshot.threads) }

  static let nc3Align = Observable(
    "nc3_align", symbol: "NC3 (1 - cos)",
    "mean over classes of 1 - cosine of centred class mean and prototype", needsClasses: true
  ) { observation in
    let geometry = observation.geometry
    let terms = geometry.misalignments
    return terms.sum / Double(terms.count)
  }

  static let nc4Agree = Observable(
    "nc4_agree", symbol: "NC4",
    "share of samples that classifier, bias included, and nearest class mean agree on",
    isCheap: Self.onRequest, needsSamples: true, needsClasses: true
  ) { $0.nearestMeanAgreement }
}

extension Observation {
  /// The class means (p x C) in the scale of `features`.
  var classMeans: Matrix {
    let labels = problem.labels
    guard problem.isReduced else { return labels.classMeans(features.matrix) }
    // There the features are sqrt(n_k) times the means of groups.
    let means = features.matrix
      .scalingColumns(by: labels.partition.sizes.map { 1 / Double($0).squareRoot() })
    guard !labels.targets.groupsAreClasses else { return means }
    return ClassMeans(labels, groupMeans: means, scatter: means.elements).means
  }

  /// (1/n) sum_k |u_k'D|^2/S_k^2 with D the deviations from the class means and U S the singular
  /// vectors of the means less that of all samples: no p x p matrix is formed. O(p n C).
  fileprivate var pseudoinverseVariability: Double {
    let labels = problem.labels
    let means = classMeans
    let samples = Double(problem.sampleCount)
    let shares = labels.classSizes.map { Double($0) / samples }
    let globalMean = means.times(Matrix(rows: shares.count, columns: 1, elements: shares))
    let deviations = Matrix(rows: means.rows, columns: means.columns) {
      means[$0, $1] - globalMean[$0, 0]
    }
    guard let decomposition = try? deviations.singularValueDecomposition() else { return .nan }
    let within = features.matrix - labels.spread(means)
    let projected = decomposition.left.transposedTimes(within)
    // The cutoff is on the eigenvalues of Sigma_B, the squares of these singular values.
    let largest = decomposition.values.first ?? 0
    let cutoff = Double(means.columns) * Double.ulpOfOne * largest * largest
    let terms = decomposition.values.enumerated().map { index, value -> Double in
      guard value * value > cutoff else { return 0 }
      return Array(projected.elements[projected.range(ofRow: index)]).sumOfSquares
        / (value * value)
    }
    return terms.sum / samples
  }

  /// The nearest class mean has the largest mu'h - |mu|^2/2. O(p n C).
  fileprivate var nearestMeanAgreement: Double {
    let means = classMeans
    let products = means.transposedTimes(features.matrix)
    let halves = (0..<means.columns).map { means.column($0).sumOfSquares / 2 }
    let agreements = decisions.classes.enumerated().map { sample, decision -> Bool in
      let scores = halves.indices.map { products[$0, sample] - halves[$0] }
      let nearest = scores.indices.max { scores[$0] < scores[$1] }
      return nearest == decision
    }
    return agreements.share
  }
}
