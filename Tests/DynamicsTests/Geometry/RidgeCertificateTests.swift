import DynNumerics
import Foundation
import Testing

@testable import Dynamics

/// The residuals of the ridge problem at points that are not optimal, for C balanced classes with
/// logits a (I - 11'/C)/sqrt N by hand: with the own probability q they are those of
/// s = sqrt(N) omega (1 - q) C/((C - 1) lambda), which is 1 at the optimum.
@Suite struct RidgeCertificateTests {
  /// (C, N, omega, lambda).
  private static let cases = [(3, 4, 1.0, 0.1), (2, 1, 2, 0.5), (5, 9, 0.7, 1e-3), (4, 1, 1, 30)]

  private func problem(_ entry: (Int, Int, Double, Double)) -> CollapsedRidge {
    CollapsedRidge(
      loss: CrossEntropyLoss(), sizes: [Int](repeating: entry.1, count: entry.0),
      classWeights: [Double](repeating: entry.2, count: entry.0), strength: entry.3)
  }

  @Test(arguments: cases.indices, [0, 0.1, 1, 3, 12]) func residualsAreByHand(
    index: Int, size: Double
  ) throws {
    let (classes, samples, weight, strength) = Self.cases[index]
    let (c, root) = (Double(classes), Double(samples).squareRoot())
    let matrix = Matrix(rows: classes, columns: classes) {
      size * (($0 == $1 ? 1 : 0) - 1 / c)
    }
    let nuclear = size * (c - 1)
    let own = try problem(Self.cases[index]).certificate(matrix, nuclearNorm: nuclear)
    // The own logit is larger than the others by a/sqrt N.
    let q = 1 / (1 + (c - 1) * exp(-size / root))
    let s = root * weight * (1 - q) * c / ((c - 1) * strength)
    #expect(abs(own.infeasibility - max(s - 1, 0)) <= 1e-13 * max(s, 1), "s = \(s)")
    let value = c * root * root * weight / strength * -log(q) + nuclear
    let gap = nuclear * abs(1 - s) / value
    #expect(abs(own.gap - gap) <= 1e-13 * max(1, gap), "\(own.gap), not \(gap)")
    // Each of these points is seen to be no optimum, unless s is below 1 at zero: then it is one.
    if size > 0 || s > 1 { #expect(own.infeasibility > 1e-3 || own.gap > 1e-6) }
  }

  /// At s = 1 both vanish, and a step off makes one of them tell.
  @Test(arguments: cases.indices.prefix(3)) func theOptimumIsToldFromItsNeighbours(
    index: Int
  ) throws {
    let (classes, samples, weight, strength) = Self.cases[index]
    let (c, root) = (Double(classes), Double(samples).squareRoot())
    let q = 1 - strength * (c - 1) / (c * root * weight)
    let size = root * log(q * (c - 1) / (1 - q))
    func certificate(_ factor: Double) throws -> OptimalityCertificate {
      let matrix = Matrix(rows: classes, columns: classes) {
        factor * size * (($0 == $1 ? 1 : 0) - 1 / c)
      }
      return try problem(Self.cases[index]).certificate(
        matrix, nuclearNorm: factor * size * (c - 1))
    }
    let best = try certificate(1)
    #expect(best.infeasibility <= 1e-12 && best.gap <= 1e-12)
    let short = try certificate(0.99)
    #expect(short.infeasibility > 1e-3 && short.gap > 1e-5)
    let long = try certificate(1.01)
    #expect(long.infeasibility == 0 && long.gap > 1e-5)
  }
}
