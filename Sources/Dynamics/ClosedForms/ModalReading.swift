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

  /// The squared norms of the blocks of a state, each relative to itself.
  /// O(distinct singular values + C).
  func norms(_ coefficients: PlainCoefficients) -> SquaredNorms {
    norms(coefficients) { square($0, ofValue: $1, $2) }
  }

  /// The squared norms of a difference of two states that grow alike: along the eigenvectors what
  /// tells them apart is not lost in what they share.
  func differenceNorms(_ coefficients: PlainCoefficients) -> SquaredNorms {
    guard let spectral else { return norms(coefficients) }
    return norms(coefficients) { block, value, side in
      spectral.square(side(block[.spectral]), ofValue: value).sum
    }
  }

  private func norms(
    _ coefficients: PlainCoefficients,
    _ square: (_ block: ModeBlock, _ value: Int, _ side: Side) -> Double
  ) -> SquaredNorms {
    var norms = SquaredNorms(
      features: coefficients.within * coefficients.within * scatter.sum, prototypes: 0, bias: 0)
    for (value, block) in coefficients.blocks.enumerated() {
      norms.features += square(block, value) { $0.features }
      norms.prototypes += square(block, value) { $0.prototypes }
    }
    norms.bias = bias(coefficients)?.sumOfSquares ?? 0
    return norms
  }

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
    coefficients.blocks.enumerated().map { value, block -> Double in
      let own = start.product(block.start, ofValue: value)
      let other = self[.spectral].product(block[.spectral], ofValue: value)
      let product = other.size < Self.clear * own.size ? other.sum : own.sum
      return problem.labels.modes.distinctValues[value] * product
    }.sum
  }

  /// The frame in which sums over all modes of the given sides cancel least.
  func frame(_ coefficients: PlainCoefficients, _ sides: [Side]) -> ModeFrame {
    guard spectral != nil else { return .start }
    let own = clarity(coefficients, .start, sides)
    guard own < Self.clear else { return .start }
    return clarity(coefficients, .spectral, sides) > own ? .spectral : .start
  }

  /// What is left of the terms' squares, of the side that loses most; 1 where there is nothing.
  private func clarity(
    _ coefficients: PlainCoefficients, _ frame: ModeFrame, _ sides: [Side]
  ) -> Double {
    sides.map { side in
      var (sum, terms) = (0.0, 0.0)
      for (value, pair) in coefficients.pairs(frame).enumerated() {
        let square = self[frame].square(side(pair), ofValue: value)
        sum += square.sum
        terms += square.terms
      }
      return terms > 0 ? sum / terms : 1
    }.min() ?? 1
  }
}
