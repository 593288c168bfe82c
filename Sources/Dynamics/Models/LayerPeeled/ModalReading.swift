import DynNumerics
import RealModule

/// Quadratic forms of a state in modes, each read in the frame in which least cancels.
extension ModalBasis {
  /// Terms that keep this share of their squares' sum do not cancel.
  private static let clear = 0.01
  /// Below this share the square has lost what the vectors still have.
  private static let lost = 1e-4

  /// One side of a mode: its features or its prototypes.
  typealias Side = (ModePair) -> SIMD2<Double>

  /// Norms from here on have squares with all their digits.
  private static let smallestNorm = 1e-140

  /// The norms of the blocks of a state, each relative to itself. O(distinct singular values + C), or
  /// O(p C) for a block that is zero or far below the initial state.
  func norms(_ coefficients: PlainCoefficients) -> BlockNorms {
    var norms = norms(coefficients) { square($0, ofValue: $1, $2) }
    if norms.features < Self.smallestNorm {
      norms.features = Double.hypot(
        vectorNorm(coefficients) { $0.features },
        coefficients.within * totalScatter.squareRoot())
    }
    if norms.prototypes < Self.smallestNorm {
      norms.prototypes = vectorNorm(coefficients) { $0.prototypes }
    }
    return norms
  }

  /// The norm of one block's modes, also where its square underflows.
  private func vectorNorm(_ coefficients: PlainCoefficients, _ side: Side) -> Double {
    start.combination(perMode(coefficients.blocks.map { side($0.start) })).elements.norm
  }

  /// The norms of a difference of two states that grow alike: along the eigenvectors what
  /// tells them apart is not lost in what they share. Where that is much larger than what is told
  /// apart, a small block beside a large one, it is read from the start.
  func differenceNorms(_ coefficients: PlainCoefficients) -> BlockNorms {
    guard let spectral else { return norms(coefficients) }
    return norms(coefficients) { block, value, side in
      let other = spectral.square(side(block[.spectral]), ofValue: value)
      guard other.sum < Self.clear * other.terms else { return other.sum }
      let own = start.square(side(block.start), ofValue: value)
      return own.terms < Self.clear * other.terms ? own.sum : other.sum
    }
  }

  /// The norms from squares mode by mode, the deviations and the bias.
  @inline(__always)
  private func norms(
    _ coefficients: PlainCoefficients, _ square: (ModeBlock, _ value: Int, Side) -> Double
  ) -> BlockNorms {
    var features = coefficients.within * coefficients.within * totalScatter
    var prototypes = 0.0
    for (value, block) in coefficients.blocks.enumerated() {
      features += square(block, value) { $0.features }
      prototypes += square(block, value) { $0.prototypes }
    }
    return BlockNorms(
      features: features.squareRoot(), prototypes: prototypes.squareRoot(),
      bias: bias(coefficients)?.norm ?? 0)
  }

  @inline(__always)
  private func square(_ block: ModeBlock, ofValue value: Int, _ side: Side) -> Double {
    let own = start.square(side(block.start), ofValue: value)
    guard own.sum < Self.clear * own.terms else { return own.sum }
    let other = self[.spectral].square(side(block[.spectral]), ofValue: value)
    let isOwnBetter = own.sum * other.terms >= other.sum * own.terms
    let best = isOwnBetter ? own : other
    guard best.sum < Self.lost * best.terms else { return best.sum }
    let frame = isOwnBetter ? ModeFrame.start : .spectral
    return self[frame].vectorSquare(side(block[frame]), ofValue: value)
  }

  /// <M, W'H> of a state: the sum over modes of s_j a_j'w_j. O(distinct singular values).
  func operatorProduct(_ coefficients: PlainCoefficients) -> Double {
    var sum = 0.0
    for (value, block) in coefficients.blocks.enumerated() {
      var product = start.product(block.start, ofValue: value)
      if let spectral, abs(product.sum) < Self.clear * product.size {
        let other = spectral.product(block[.spectral], ofValue: value)
        if other.size < Self.clear * product.size { product = other }
      }
      sum += problem.labels.modes.distinctValues[value] * product.sum
    }
    return sum
  }

  /// The frames in which sums over all modes cancel least: of features, of prototypes, and of
  /// products of both.
  func frames(
    _ coefficients: PlainCoefficients
  ) -> (features: ModeFrame, prototypes: ModeFrame, both: ModeFrame) {
    guard let spectral else { return (.start, .start, .start) }
    let own = clarity(coefficients, start, .start)
    guard min(own.features, own.prototypes) < Self.clear else { return (.start, .start, .start) }
    let other = clarity(coefficients, spectral, .spectral)
    func better(_ own: Double, _ other: Double) -> ModeFrame {
      own < Self.clear && other > own ? .spectral : .start
    }
    return (
      better(own.features, other.features), better(own.prototypes, other.prototypes),
      better(min(own.features, own.prototypes), min(other.features, other.prototypes))
    )
  }

  /// What is left of the terms' squares; 1 where there is nothing.
  private func clarity(
    _ coefficients: PlainCoefficients, _ frame: ModalFrame, _ kind: ModeFrame
  ) -> (features: Double, prototypes: Double) {
    var features = (sum: 0.0, terms: 0.0)
    var prototypes = features
    for (value, block) in coefficients.blocks.enumerated() {
      let pair = block[kind]
      let (a, w) = (
        frame.square(pair.features, ofValue: value), frame.square(pair.prototypes, ofValue: value)
      )
      features = (features.sum + a.sum, features.terms + a.terms)
      prototypes = (prototypes.sum + w.sum, prototypes.terms + w.terms)
    }
    return (
      features.terms > 0 ? features.sum / features.terms : 1,
      prototypes.terms > 0 ? prototypes.sum / prototypes.terms : 1
    )
  }
}
