import RealModule

/// The two vectors per mode that features and prototypes are combined from.
///
/// From (a_0, w_0), a small block beside a large one keeps its own relative accuracy, at time 0 to
/// the last bit. Along the eigenvectors (xi_1, xi_2), a part that decays while another would grow
/// keeps its own. Neither has both.
enum ModeFrame: Sendable {
  /// (a_0, w_0).
  case start
  /// (xi_1, xi_2), where rates are proportional and prototypes move.
  case spectral
}

/// a = features.x v_1 + features.y v_2 and w = prototypes.x v_1 + prototypes.y v_2 for the two
/// vectors (v_1, v_2) of a frame.
struct ModePair: Sendable, Equatable {
  var features: SIMD2<Double>
  var prototypes: SIMD2<Double>

  static let zero = ModePair(features: .zero, prototypes: .zero)
  /// (a_0, w_0) themselves.
  static let identity = ModePair(features: [1, 0], prototypes: [0, 1])

  static func * (factor: Double, pair: ModePair) -> ModePair {
    ModePair(features: factor * pair.features, prototypes: factor * pair.prototypes)
  }

  static func + (left: ModePair, right: ModePair) -> ModePair {
    ModePair(
      features: left.features + right.features, prototypes: left.prototypes + right.prototypes)
  }

  static func - (left: ModePair, right: ModePair) -> ModePair { left + -1 * right }

  /// This pair on (a_0, w_0), seen in a frame in which these have the coefficients `initial`.
  func seen(through initial: ModePair) -> ModePair {
    func image(_ v: SIMD2<Double>) -> SIMD2<Double> {
      v.x * initial.features + v.y * initial.prototypes
    }
    return ModePair(features: image(features), prototypes: image(prototypes))
  }

  /// The largest coefficient.
  var largest: Double {
    max(abs(features.x), abs(features.y), abs(prototypes.x), abs(prototypes.y))
  }
}

/// What a 2 x 2 system does to one mode, times e^logScale, in both frames.
public struct ModeBlock: Sendable, Equatable {
  var start: ModePair
  /// Nil where the basis has no eigenvectors.
  var spectral: ModePair?
  var logScale: Double = 0

  /// No part of anything, whatever the scale.
  var isZero: Bool { start == .zero && (spectral ?? .zero) == .zero }

  /// The coefficients in a frame that the basis has.
  subscript(frame: ModeFrame) -> ModePair {
    switch frame {
    case .start: start
    case .spectral: spectral ?? start
    }
  }

  static func * (factor: Double, block: ModeBlock) -> ModeBlock {
    ModeBlock(
      start: factor * block.start, spectral: block.spectral.map { factor * $0 },
      logScale: block.logScale)
  }

  /// The sum of two blocks of one scale.
  static func + (left: ModeBlock, right: ModeBlock) -> ModeBlock {
    ModeBlock(
      start: left.start + right.start,
      spectral: left.spectral.map { $0 + (right.spectral ?? .zero) }, logScale: left.logScale)
  }

  static func - (left: ModeBlock, right: ModeBlock) -> ModeBlock { left + -1 * right }
}
