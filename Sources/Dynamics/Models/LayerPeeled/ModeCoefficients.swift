import RealModule

/// A number times e^logScale.
public struct ScaledNumber: Sendable, Equatable {
  var value: Double
  var logScale: Double = 0

  /// The number relative to e^reference.
  func relative(to reference: Double) -> Double {
    value == 0 ? 0 : value * .scale(logScale - reference)
  }
}

/// The state of the layer-peeled model in modes: everything at a time follows from these numbers
/// and the vectors of a `ModalBasis`.
public struct ModeCoefficients: Sendable {
  /// One block a distinct singular value.
  var blocks: [ModeBlock]
  /// The factor of the deviations from the class means.
  var within: ScaledNumber
  /// b = biasDecay b_0 + biasDrive c.
  var biasDecay: Double
  var biasDrive: Double
  /// The logarithm of the unit of the vectors.
  var logUnit = 0.0

  /// All numbers relative to one common factor e^logScale.
  func plain(relativeTo logScale: Double) -> PlainCoefficients {
    let factor = Double.scale(-logScale)
    return PlainCoefficients(
      blocks: blocks.map { $0.isZero ? $0 : .scale($0.logScale - logScale) * $0 },
      within: within.relative(to: logScale),
      biasDecay: biasDecay * factor, biasDrive: biasDrive * factor,
      unit: .scale(logUnit - logScale))
  }

  static func + (left: ModeCoefficients, right: ModeCoefficients) -> ModeCoefficients {
    ModeCoefficients(
      blocks: zip(left.blocks, right.blocks).map { $0 + $1 },
      within: ScaledNumber(value: left.within.value + right.within.value),
      biasDecay: left.biasDecay + right.biasDecay, biasDrive: left.biasDrive + right.biasDrive)
  }
}

/// Mode coefficients without scales of their own: a linear space.
struct PlainCoefficients: Sendable {
  var blocks: [ModeBlock]
  var within: Double
  var biasDecay: Double
  var biasDrive: Double
  /// The number 1 in the common scale. States are formed as increments over the initial state
  /// times this, which keeps the initial state's last bits.
  var unit: Double

  /// The coefficients of every distinct value in a frame.
  func pairs(_ frame: ModeFrame) -> [ModePair] { blocks.map { $0[frame] } }

  /// The combination left/leftNorm - right/rightNorm.
  static func difference(
    _ left: PlainCoefficients, _ leftNorm: Double, _ right: PlainCoefficients, _ rightNorm: Double
  ) -> PlainCoefficients {
    let (a, b) = (1 / leftNorm, 1 / rightNorm)
    return PlainCoefficients(
      blocks: zip(left.blocks, right.blocks).map { a * $0 - b * $1 },
      within: a * left.within - b * right.within,
      biasDecay: a * left.biasDecay - b * right.biasDecay,
      biasDrive: a * left.biasDrive - b * right.biasDrive,
      unit: a * left.unit - b * right.unit)
  }
}
