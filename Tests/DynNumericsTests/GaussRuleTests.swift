import DynNumerics
import Foundation
import TestSupport
import Testing

/// The quadratures of probes against Gauss rules that are known without any eigenvalues.
@Suite struct GaussRuleTests {
  private func rule(_ matrix: Matrix, _ probe: [Double], steps: Int) throws
    -> SpectralQuadrature.Rule
  {
    try #require(
      try SpectralQuadrature(DenseSymmetricOperator(matrix), probes: [probe], steps: steps)
        .rules.first)
  }

  private func expect(
    _ rule: SpectralQuadrature.Rule, nodes: [Double], weights: [Double], _ tolerance: Double
  ) {
    #expect(rule.nodes.count == nodes.count && rule.weights.count == weights.count)
    for (own, expected) in zip(rule.nodes + rule.weights, nodes + weights) {
      #expect(abs(own - expected) <= tolerance, "\(own), not \(expected)")
    }
  }

  /// From the first unit vector, m steps of second differences are the rule of the Chebyshev
  /// polynomials of the second kind: nodes 2 - 2 cos(k pi/(m + 1)), weights
  /// 2/(m + 1) sin^2(k pi/(m + 1)). The length of the probe does not matter.
  @Test(arguments: [1, 2, 5, 13], [1.0, -0.01, 40]) func chebyshev(
    steps: Int, length: Double
  ) throws {
    let probe = [length] + [Double](repeating: 0, count: 29)
    let angles = (1...steps).map { Double($0) * .pi / Double(steps + 1) }
    expect(
      try rule(secondDifferences(30), probe, steps: steps),
      nodes: angles.map { 2 - 2 * cos($0) },
      weights: angles.map { 2 / Double(steps + 1) * sin($0) * sin($0) }, 1e-14)
  }

  /// Of the measure of eight equal eigenvalues' weights at the roots of a Gauss-Legendre rule of eight
  /// points, the rule with three points is that of Legendre: 0 and +-sqrt(3/5), weights 8/18 and 5/18.
  /// The eight are from tables (Abramowitz and Stegun, 25.4).
  @Test func legendre() throws {
    let half = [
      (0.183434642495650, 0.362683783378362), (0.525532409916329, 0.313706645877887),
      (0.796666477413627, 0.222381034453374), (0.960289856497536, 0.101228536290376),
    ]
    let table = half.reversed().map { (-$0.0, $0.1) } + half
    let probe = table.map { $0.1.squareRoot() }
    let root = 0.6.squareRoot()
    expect(
      try rule(diagonal(table.map(\.0)), probe, steps: 3), nodes: [-root, 0, root],
      weights: [5.0 / 18, 8.0 / 18, 5.0 / 18], 1e-13)
    // All eight steps give the table back, halved.
    expect(
      try rule(diagonal(table.map(\.0)), probe, steps: 8), nodes: table.map(\.0),
      weights: table.map { $0.1 / 2 }, 1e-13)
  }

  /// Eigenvalues that coincide share one node with all their weight.
  @Test func multipleEigenvalues() throws {
    let probe = [1.0, 2, -2, 4, 3]
    expect(
      try rule(diagonal([-1, -1, 2, 2, 7]), probe, steps: 5), nodes: [-1, 2, 7],
      weights: [5.0 / 34, 20.0 / 34, 9.0 / 34], 1e-13)
  }

  /// The mean of two probes, its standard error, and shares below a threshold, by hand.
  @Test func meansOverProbes() throws {
    let matrix = diagonal([1, 3])
    let quadrature = try SpectralQuadrature(
      DenseSymmetricOperator(matrix), probes: [[1, 0], [1, 1]], steps: 2)
    let (mean, error) = quadrature.mean { $0 }
    // 1 and 2.
    #expect(abs(mean - 1.5) <= 1e-15 && abs(error - 0.5) <= 1e-15)
    #expect(abs(quadrature.trace - 3) <= 1e-14)
    let share = quadrature.share(below: 2)
    #expect(abs(share.value - 0.75) <= 1e-15 && abs(share.standardError - 0.25) <= 1e-15)
    #expect(SpectralQuadrature(eigenvalues: [1, 1, 4, 8]).share(below: 4).value == 0.5)
  }
}
