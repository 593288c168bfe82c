import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// Losses of any target, against sums over labels and differences.
@Suite struct TargetLossTests {
  static let losses: [any TargetLoss] = [
    UnhingedLoss(gamma: 0.3), CrossEntropyLoss(), MeanSquaredErrorLoss(),
    ClassTemperatureLoss(multipliers: [2, 1.5, 0.5, 0.7]),
    VectorScalingLoss(multipliers: [2, 1.5, 0.5, 0.7], offsets: [0.3, 0, -1, 0.4]),
    LogitAdjustedLoss(strength: 1.5, classSizes: [4, 3, 3, 2]), FocalLoss(exponent: 1.5),
  ]
  static let targets = [
    [0.1, 0.2, 0.3, 0.4], [1.0, 0, 0, 0], [0, 1.0, 1, 1], [0.7, 0, -0.2, 2], [0, 0, 0, 0],
  ]
  static let logits = [[0.3, -1.2, 2.1, 0.7], [40, 0, -3, 1], [0, 0, 0, 0]]

  @Test func everyLossThatNeedsNoLabelIsCovered() {
    let kinds = Losses.kinds(classSizes: [4, 3, 3, 2])
    #expect(kinds.count == Self.losses.count + 2)
    #expect(
      LabelMarginLoss(largestMargin: 1, scale: 1, classSizes: [1, 1]).towards(
        SmoothedTargets(epsilon: 0.1).groups(
          of: ClassPartition(sizes: [1, 1]), classCount: 2, classWeights: .uniform
        ).targets) == nil)
  }

  /// Losses that are linear in the target are sums over labels; squared error differs by a constant.
  @Test(arguments: losses.indices, logits) func valuesAreSums(index: Int, logits: [Double]) {
    let loss = Self.losses[index]
    guard !loss.isSquaredError else { return }
    for target in Self.targets {
      // -(1 + gamma) t'z + gamma 1'z counts the common part once, whatever the target's sum.
      let total = target.sum
      if loss.unhinged != nil, total != 1 { continue }
      let terms = target.indices.map {
        target[$0] == 0 ? 0 : target[$0] * loss.value(logits: logits.span, label: $0)
      }
      let found = loss.value(logits: logits.span, target: target.span)
      #expect(abs(found - terms.sum) <= 1e-14 * terms.map(abs).sum)
    }
  }

  /// One-hot targets are labels, to rounding of every entry, also where a probability is nearly 1.
  @Test(arguments: losses.indices, logits) func oneHotTargetsAreLabels(
    index: Int, logits: [Double]
  ) {
    let loss = Self.losses[index]
    for label in logits.indices {
      let target = logits.indices.map { $0 == label ? 1.0 : 0 }
      let (found, expected) = (
        gradient(loss, logits, target), gradient(loss, logits, label: label)
      )
      for (own, other) in zip(found, expected) {
        #expect(abs(own - other) <= 4e-15 * abs(other) + 1e-300)
      }
      let values = (
        loss.value(logits: logits.span, target: target.span),
        loss.value(logits: logits.span, label: label)
      )
      #expect(abs(values.0 - values.1) <= 4e-15 * abs(values.1))
    }
  }

  @Test(arguments: losses.indices) func derivativesAreDifferences(index: Int) {
    let loss = Self.losses[index]
    let (logits, direction) = (Self.logits[0], [0.4, -0.6, 1, 0.2])
    for target in Self.targets {
      let found = gradient(loss, logits, target)
      for entry in logits.indices {
        func value(_ shift: Double) -> Double {
          var moved = logits
          moved[entry] += shift
          return loss.value(logits: moved.span, target: target.span)
        }
        #expect(abs((value(1e-5) - value(-1e-5)) / 2e-5 - found[entry]) <= 2e-9)
      }
      func moved(_ shift: Double) -> [Double] {
        gradient(loss, zip(logits, direction).map { $0 + shift * $1 }, target)
      }
      var product = [Double](repeating: 0, count: 4)
      var span = product.mutableSpan
      loss.curvature(
        logits: logits.span, target: target.span, along: direction.span, into: &span)
      for (entry, (above, below)) in zip(moved(1e-5), moved(-1e-5)).enumerated() {
        #expect(abs((above - below) / 2e-5 - product[entry]) <= 2e-8)
      }
    }
  }

  /// Eigenvalues of Hessians at many logits against the bound, which is not far above the largest.
  @Test(arguments: losses.indices) func curvatureIsBounded(index: Int) throws {
    let loss = Self.losses[index]
    var random = RandomNumbers(UInt64(index) + 1)
    var largest = 0.0
    for trial in 0..<400 {
      let scale = pow(10, Double(trial % 4) - 1)
      let logits = random.matrix(1, 4).elements.map { scale * $0 }
      let hessian = WeightedLosses(loss: loss, labels: [trial % 4], weights: [1])
        .curvatureMatrix(Matrix(rows: 1, columns: 4, elements: logits), sample: 0)
      let values = try hessian.symmetrized.symmetricEigendecomposition().values
      largest = max(largest, values.map(abs).max() ?? 0)
    }
    #expect(largest <= loss.curvatureBound * (1 + 1e-12))
    #expect(largest >= 0.2 * loss.curvatureBound)
  }

  private func gradient(_ loss: any TargetLoss, _ logits: [Double], _ target: [Double]) -> [Double]
  {
    var gradient = logits
    var span = gradient.mutableSpan
    loss.gradient(logits: logits.span, target: target.span, into: &span)
    return gradient
  }

  private func gradient(_ loss: any Loss, _ logits: [Double], label: Int) -> [Double] {
    var gradient = logits
    var span = gradient.mutableSpan
    loss.gradient(logits: logits.span, label: label, into: &span)
    return gradient
  }
}
