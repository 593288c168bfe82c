import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// The global minimiser of squared error with linear layers.
@Suite struct LayeredGeometryTests {
  /// Interlacing: the labels' squared singular values lie between neighbouring class sizes, and are
  /// the roots of sum n_c/(n_c - mu).
  @Test(arguments: 0..<40) func labelSingularValuesInterlace(seed: Int) throws {
    var random = RandomNumbers(UInt64(seed))
    let classes = Int.random(in: 2...12, using: &random)
    let sizes = (0..<classes).map { _ in Int.random(in: 1...500, using: &random) }
    let values = try ClassOperator.centredLabels(sizes: sizes).modes().values.sorted(by: >)
    let sorted = sizes.map(Double.init).sorted(by: >)
    for index in 0..<classes - 1 {
      let square = values[index] * values[index]
      #expect(square <= sorted[index] * (1 + 1e-13))
      #expect(square >= sorted[index + 1] * (1 - 1e-13))
    }
    #expect(values[classes - 1] <= 1e-13 * values[0])
    let total = sorted.sum
    let squares = total - sorted.sumOfSquares / total
    #expect(abs(values.sumOfSquares / squares - 1) <= 1e-13)
  }

  /// Every mode's s against a search over a fine grid, on both sides of the threshold.
  @Test(arguments: [1, 2, 3, 5], [0.3, 0.999, 1.001, 3]) func modesMinimiseTheirEnergy(
    layers: Int, factor: Double
  ) {
    let geometry = LayeredGeometry(
      sizes: [10, 5, 3], layerDecays: Array(repeating: 0.02, count: layers), featureDecay: 0.01,
      hasBias: true)
    let sigma = factor * geometry.threshold
    let s = geometry.singularValue(forLabels: sigma)
    let least = geometry.energy(s, labels: sigma)
    for step in 0...20000 {
      let other = sigma * 1.2 * Double(step) / 20000
      #expect(geometry.energy(other, labels: sigma) >= least - 1e-15)
    }
    #expect((s > 0) == (factor > 1))
    #expect(s == 0 || s >= geometry.jump)
  }

  /// (1/n) ((1+gamma) I - gamma 11') diag(sqrt(n_c) omega_c).
  private func unhinged(_ weights: [Double], gamma: Double) -> ClassOperator {
    ClassOperator(
      scale: 1.0 / 14, across: 1 + gamma, along: 1 - 3 * gamma, direction: [1, 1, 1, 1],
      weights: zip([7.0, 3, 3, 1], weights).map { $0.squareRoot() * $1 })
  }

  /// Operators as matrices against the products of their factors.
  @Test func operatorsAreTheirMatrices() throws {
    let operators: [ClassOperator] = [
      unhinged([1, 0.5, 2, 1], gamma: 0.2),
      .simplexEncoding(sizes: [7, 3, 3, 1], multipliers: [2, 1, 1, 0.5]),
      .centredLabels(sizes: [7, 3, 3, 1]), .labels(sizes: [7, 3, 3, 1]),
    ]
    for classOperator in operators {
      let modes = try classOperator.modes()
      let product = modes.left.scalingColumns(by: modes.values).timesTransposed(modes.right)
      let difference = (product - classOperator.matrix).elements.norm
      #expect(difference <= 1e-14 * product.elements.norm)
      for frame in [modes.left, modes.right] {
        let gram = frame.transposedTimes(frame) - .identity(4)
        #expect(gram.elements.norm <= 1e-14)
      }
    }
    // The source's definition of the encoding, entry by entry.
    let encoding = operators[1].matrix
    let inverses = [0.25, 1, 1, 4]
    let entry = -0.5 * 1 / inverses.sum * Double(3).squareRoot()
    #expect(abs(encoding[0, 1] - entry) <= 1e-15)
    // At gamma = 1/(C-1) the unhinged operator is C/(n(C-1)) times the encoding without multipliers.
    let unhinged = unhinged([1, 1, 1, 1], gamma: 1.0 / 3).matrix
    let plain = ClassOperator.simplexEncoding(
      sizes: [7, 3, 3, 1], multipliers: [1, 1, 1, 1]
    ).matrix
    #expect((unhinged - (4.0 / 42) * plain).elements.norm <= 1e-15)
  }
}
