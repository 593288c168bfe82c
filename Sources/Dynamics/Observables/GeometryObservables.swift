import DynNumerics

/// Distances to the geometry that the model's problem has in closed form and to a simplex ETF, norms
/// and angles of majority and minority classes, and the margin.
extension Observable {
  static let geometryDistances: [Observable] = [
    Observable(
      "geometry_distance_w", symbol: "|W'W/|W'W| - G*|",
      "distance of the prototypes' Gram matrix to that of the predicted geometry",
      isCheap: Self.onRequest, needsClasses: true
    ) { $0.geometryDistance(\.prototypes, \.gramPrototypes) },
    Observable(
      "geometry_distance_h", symbol: "|M'M/|M'M| - G*|",
      "distance of the centred class means' Gram matrix to that of the predicted geometry",
      isCheap: Self.onRequest, needsClasses: true
    ) { $0.geometryDistance(\.means, \.gramClassMeans) },
    Observable(
      "geometry_distance_logits", symbol: "|W'M/|W'M| - Z*|",
      "distance of the class means' logits to those of the predicted geometry",
      isCheap: Self.onRequest, needsClasses: true
    ) { $0.geometryDistance(\.logits, \.logits) },
    Observable(
      "etf_distance_w", symbol: "|W'W/|W'W| - ETF|",
      "distance of the prototypes' Gram matrix to that of a simplex ETF", isCheap: Self.onRequest,
      needsClasses: true
    ) { $0.collapsed.prototypes.distanceToSimplexETF },
    Observable(
      "etf_distance_h", symbol: "|M'M/|M'M| - ETF|",
      "distance of the centred class means' Gram matrix to that of a simplex ETF",
      isCheap: Self.onRequest, needsClasses: true
    ) { $0.collapsed.means.distanceToSimplexETF },
    Observable(
      "etf_distance_logits", symbol: "|W'M/|W'M| - ETF|",
      "distance of the class means' logits to those of a simplex ETF", isCheap: Self.onRequest,
      needsClasses: true
    ) { $0.collapsed.logits.distanceToSimplexETF },
  ]

  /// The same eight for prototypes (w) and centred class means (h).
  static let groupGeometry: [Observable] = [
    ("w", "prototypes", \CollapsedGrams.prototypes, \CollapsedGrams.logScales.prototypes),
    ("h", "centred class means", \.means, \.logScales.means),
  ].flatMap { letter, noun, path, scale -> [Observable] in
    let own: @Sendable (Observation) -> GroupGeometry = { $0.groupGeometry(path) }
    let norm: @Sendable (Observation, Double) -> Double = { observation, square in
      observation.norm(square.squareRoot(), ownScale: observation.collapsed[keyPath: scale])
    }
    return [
      Observable(
        "norm_\(letter)_majority", symbol: "|\(letter)_maj|",
        "root mean square norm of the majorities' \(noun)", isCheap: Self.onRequest,
        needsClasses: true
      ) { norm($0, own($0).majoritySquaredNorm) },
      Observable(
        "norm_\(letter)_minority", symbol: "|\(letter)_min|",
        "root mean square norm of the minorities' \(noun)", isCheap: Self.onRequest,
        needsClasses: true
      ) { norm($0, own($0).minoritySquaredNorm) },
      Observable(
        "squared_norm_ratio_\(letter)", symbol: "|\(letter)_maj|²/|\(letter)_min|²",
        "mean ratio of squared norms, majority over minority \(noun)", isCheap: Self.onRequest,
        needsClasses: true
      ) { own($0).squaredNormRatio },
      Observable(
        "cos_\(letter)_majority", symbol: "cos(\(letter)_maj, \(letter)_maj')",
        "mean cosine between the majorities' \(noun)", isCheap: Self.onRequest, needsClasses: true
      ) { own($0).majorityCosine },
      Observable(
        "cos_\(letter)_minority", symbol: "cos(\(letter)_min, \(letter)_min')",
        "mean cosine between the minorities' \(noun)", isCheap: Self.onRequest, needsClasses: true
      ) { own($0).minorityCosine },
      Observable(
        "cos_\(letter)_mixed", symbol: "cos(\(letter)_maj, \(letter)_min)",
        "mean cosine between majority and minority \(noun)", isCheap: Self.onRequest,
        needsClasses: true
      ) { own($0).mixedCosine },
    ]
  }

  static let margin = Observable(
    "margin", symbol: "margin",
    "smallest margin tau_y (delta_y z_y - delta_c z_c) over the mean of |H|^2 and |W|^2",
    isCheap: Self.onRequest, needsSamples: true, needsClasses: true
  ) { $0.normalizedMargin }
}

/// The inner products that the geometry's distances are about, prototypes and class means each in a
/// scale of their own.
struct CollapsedGrams {
  /// W'W.
  let prototypes: Matrix
  /// M'M of the class means less the combination of them that vanishes in the limit, if any.
  let means: Matrix
  /// W'M.
  let logits: Matrix
  /// The logarithms of what prototypes and class means were divided by.
  let logScales: (prototypes: Double, means: Double)
}

extension Observation {
  /// Class means are centred with the weights of the identity that holds in the limit: sum tau_c
  /// mu_c = 0 for the cross-entropy family without decay, sum n_c mu_c = 0 for mse with a bias.
  /// Where there is none, with decay or without a bias, they are not.
  func makeCollapsedGrams() -> CollapsedGrams {
    let (means, own) = (classMeans, ScaledMatrix(state.state.prototypes))
    let prototypes = own.matrix
    let weights = centringWeights
    let total = weights.sum
    let centre = means.times(
      Matrix(
        rows: weights.count, columns: 1,
        elements: weights.map { total > 0 ? $0 / total : 0 }))
    let centred = Matrix(rows: means.rows, columns: means.columns) {
      means[$0, $1] - centre[$0, 0]
    }
    return CollapsedGrams(
      prototypes: prototypes.transposedTimes(prototypes), means: centred.transposedTimes(centred),
      logits: prototypes.transposedTimes(centred), logScales: (own.logScale, features.logScale))
  }

  private var centringWeights: [Double] {
    let sizes = problem.labels.classSizes
    if problem.loss.isSquaredError {
      let hasBias = problem.start.bias != nil
      return sizes.map { hasBias ? Double($0) : 0 }
    }
    guard let loss = problem.loss as? any VanishingLoss else { return sizes.map { _ in 1 } }
    guard problem.decay.features == 0, problem.decay.prototypes == 0 else {
      return sizes.map { _ in 0 }
    }
    return sizes.indices.map { loss.labelFactor($0) }
  }

  fileprivate func geometryDistance(
    _ own: KeyPath<CollapsedGrams, Matrix>, _ other: KeyPath<CollapsedGeometry, Matrix>
  ) -> Double {
    prediction.geometry?.value.map {
      collapsed[keyPath: own].normalizedDistance(to: $0[keyPath: other])
    } ?? .nan
  }

  fileprivate func groupGeometry(_ path: KeyPath<CollapsedGrams, Matrix>) -> GroupGeometry {
    GroupGeometry(
      gram: collapsed[keyPath: path], groups: ClassGroups(sizes: problem.labels.classSizes))
  }

  fileprivate var normalizedMargin: Double {
    let norm = state.state.norms.withoutBias
    guard norm > 0 else { return .nan }
    // Divided by the norm first: products of small entries would underflow.
    let state = state.state.divided(by: norm)
    let loss = problem.loss as? any VanishingLoss
    let entry = problem.model.entry
    let logits = entry.entered(state.features).transposedTimes(state.prototypes)
    let factors = (0..<logits.columns).map { loss?.classFactor($0) ?? 1 }
    var smallest = Double.infinity
    for (sample, label) in problem.labels.sampleClasses.enumerated() {
      let own = factors[label] * logits[sample, label]
      for other in factors.indices where other != label {
        let margin = own - factors[other] * logits[sample, other]
        smallest = min(smallest, (loss?.labelFactor(label) ?? 1) * margin)
      }
    }
    guard entry.normalizes else { return 2 * smallest }
    // Of first degree over one of second.
    return ScaledNumber(value: 2 * smallest / norm, logScale: -snapshot.logScale).relative(to: 0)
  }
}
