import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// The spherical closed form near the poles beta = +-1.
@Suite struct SphericalClosedFormTests {
  #if arch(x86_64)
    /// 1 - beta and sin from planar input (beta_0, q), against tanh(artanh beta_0 + x) in 80 bits
    /// written for 1 - beta: 1 - beta = 2/(1 + e^(2(a + x))), e^(2a) = (1 + beta_0)/(1 - beta_0).
    @Test(
      arguments: [1e-300, 1e-30, 1e-16, 1e-8, 0.3, 1, 1.7, 2 - 1e-12], [0.0, 1e-3, 1, 30, 200])
    func distanceToThePoleKeepsRelativeAccuracy(oneMinusBeta: Double, exponent: Double) {
      let start = (oneMinusBeta / (2 - oneMinusBeta)).squareRoot()
      let t = start * exp(-exponent)
      let point = PlanarPoint(radius: 1, halfTangent: t)
      let ratio = (2 - Float80(oneMinusBeta)) / Float80(oneMinusBeta)
      let grown = ratio * Float80Exponential.value(2 * Float80(exponent))
      let expected = 2 / (1 + grown)
      let own = 2 * Float80(t) * Float80(t) / (1 + Float80(t) * Float80(t))
      #expect(abs(own / expected - 1) <= 1e-14)
      #expect(abs(Float80(1 - point.x) - expected) <= 3e-16)
      let sine = (expected * (2 - expected)).squareRoot()
      // Given 1 - beta as a double, the angle to the far pole is known to eps/(1 + beta).
      let conditioning = 2e-16 / Double(2 - expected)
      #expect(abs(Float80(point.y) / sine - 1) <= Float80(1e-14 + conditioning))
    }
  #endif

  private func problem(feature: [Double], time: Double) throws -> (Problem, State) {
    let partition = ClassPartition(sizes: [1, 1])
    let loss = UnhingedLoss(gamma: 1)
    let prototypes = Matrix(rows: 3, columns: 2, elements: [1, 0, 0, 1, 0, 0])
    let features = Matrix(rows: 3, columns: 2) { row, column in
      column == 0 ? feature[row] : [0, 1, 1][row]
    }
    let problem = Problem(
      modelCase: .spherical, loss: loss,
      labels: try LabelOperator(partition: partition, loss: loss),
      initialState: State(features: features, prototypes: prototypes),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
    var flow = try PreparedProblem(problem).exactFlow(until: time)
    return (problem, try flow.snapshot(at: time).state().unscaled)
  }

  /// v of class 0 is (w_0 - w_1)/n: its direction is (1, -1, 0)/sqrt 2.
  @Test func bothPolesAreFixed() throws {
    for sign in [1.0, -1] {
      let pole = [sign * 2, -sign * 2, 0]
      let (_, state) = try problem(feature: pole, time: 50)
      #expect(state.features.column(0) == pole)
    }
  }

  /// From data at distance e from a pole, the angle is right to about eps/e.
  @Test(arguments: [1e-2, 1e-5, 1e-8, 1e-11], [1.0, -1])
  func nearThePolesTheAngleHasItsConditioning(offset: Double, sign: Double) throws {
    let time = 0.3
    let (problem, state) = try problem(feature: [sign, -sign, offset], time: time)
    // theta from v: tan(theta) = offset/sqrt 2, or pi minus it; |v| = 2 sqrt 2/n with both pulls.
    let square = 2 + offset * offset
    let target = problem.labels.pull(problem.initialState.prototypes).column(0)
    let speed = target.norm
    let tangent = offset / 2.0.squareRoot()
    let half = tangent / (1 + (1 + tangent * tangent).squareRoot())
    let t = (sign > 0 ? half : 1 / half) * exp(-time * speed / square)
    let expected = square.squareRoot() * 2 * t / (1 + t * t)
    #expect(abs(state.features[2, 0] / expected - 1) <= 1e-15 / offset + 1e-14)
  }

  @Test func aZeroTargetLeavesTheFeature() throws {
    let partition = ClassPartition(sizes: [2, 1])
    let loss = UnhingedLoss(gamma: 0)
    let prototypes = Matrix(rows: 2, columns: 2, elements: [0, 1, 0, 1])
    let features = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, -1, 0.5, 1])
    let problem = Problem(
      modelCase: .spherical, loss: loss,
      labels: try LabelOperator(partition: partition, loss: loss),
      initialState: State(features: features, prototypes: prototypes),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
    var flow = try PreparedProblem(problem).exactFlow(until: 9)
    let state = try flow.snapshot(at: 9).state().unscaled
    #expect(state.features.column(0) == [1, -1])
    #expect(state.features.column(2) != [3, 1])
  }

  /// Theorem 7: beta increases at every step of descent that meets the step-size condition.
  @Test(arguments: [false, true])
  func descentIncreasesBeta(rescales: Bool) throws {
    let small = SmallProblem("descent") {
      $0.modelCase = .spherical
      $0.rescales = rescales
    }
    let basis = SphericalBasis(try small.problem())
    let step =
      zip(basis.radii, basis.labels).map { radius, label in
        (rescales ? radius : radius * radius) / basis.speeds[label]
      }.min() ?? 0
    var points = basis.initialPoints
    for _ in 0..<300 {
      for sample in points.indices {
        let before = points[sample].x / points[sample].radius
        let radius = points[sample].radius
        // With eta times the rate constant, e |v|/n = step * speed.
        points[sample].descend(
          size: 1, speed: step * basis.speeds[basis.labels[sample]], rescales: rescales)
        #expect(points[sample].x / points[sample].radius >= before - 1e-15)
        #expect(points[sample].radius >= radius * (1 - 1e-15))
      }
    }
    #expect(points.allSatisfy { $0.x / $0.radius > 0.999 })
  }
}

#if arch(x86_64)
  /// e^x in 80-bit arithmetic by halving and the Taylor series.
  enum Float80Exponential {
    static func value(_ x: Float80) -> Float80 {
      var small = x
      var squarings = 0
      while abs(small) > 0.01 {
        small /= 2
        squarings += 1
      }
      var (term, sum) = (Float80(1), Float80(1))
      for k in 1...12 {
        term *= small / Float80(k)
        sum += term
      }
      for _ in 0..<squarings { sum *= sum }
      return sum
    }
  }
#endif
