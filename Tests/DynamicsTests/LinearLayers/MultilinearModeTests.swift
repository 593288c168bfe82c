import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// One mode of linear layers against `depth_cases.json`: Taylor integration of its equation and quadrature
/// of its blow-up by mpmath at 30 digits.
@Suite struct MultilinearModeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let fields: Fields
    var testDescription: String { (try? fields.string("id")) ?? "?" }
  }

  static let cases: [Case] = {
    guard let file = try? ReferenceFile.value("depth_cases.json") else { return [] }
    return Fields(file).list("cases").map { Case(fields: Fields($0)) }
  }()

  @Test func theFileHasAllCases() { #expect(Self.cases.count == 24) }

  private func mode(_ reference: Case) throws -> (MultilinearMode, decay: Double) {
    let fields = reference.fields
    let mode = try #require(
      MultilinearMode(
        rate: try fields.number("rate"), sizes: fields.numbers("sizes"), allowance: 1e-12))
    return (mode, try fields.number("decay"))
  }

  @Test(arguments: cases) func theBlowUpIsThatOfTheQuadrature(reference: Case) throws {
    let (mode, decay) = try mode(reference)
    let degree = Double(mode.sizes.count - 2)
    let zeta = UndecayedClock.zeta(at: mode.end, decay: degree * decay)
    guard let expected = try? reference.fields.number("blow_up") else {
      #expect(zeta == .infinity)
      return
    }
    #expect(abs(zeta / expected - 1) <= 4e-15)
  }

  /// Near the blow-up a unit of rounding in zeta is more than one in the state.
  @Test(arguments: cases) func theFactorsAreThoseOfTheIntegration(reference: Case) throws {
    let (mode, decay) = try mode(reference)
    let degree = Double(mode.sizes.count - 2)
    let blowUp = (try? reference.fields.number("blow_up")) ?? .infinity
    for (zeta, value) in zip(
      reference.fields.numbers("zeta"), reference.fields.list("values").compactMap(\.numbers))
    {
      let clock = UndecayedClock(zeta: zeta, decay: degree * decay)
      let found = zip(mode.sizes, mode.changes(at: clock)).map { exp(-decay * zeta) * ($0 + $1) }
      let error = zip(found, value).map { $0 - $1 }.norm
      let condition = blowUp.isFinite ? blowUp / (blowUp - zeta) : 1
      #expect(error <= 8e-15 * condition * value.norm, "zeta = \(zeta)")
    }
  }

  @Test func theStartIsExact() {
    for sizes in [[0.3, 0.3, 0.3], [0.3, 0.7, 0.2], [0.1, -0.1, 0.1, 0.1]] {
      let mode = MultilinearMode(rate: 0.3, sizes: sizes, allowance: 1e-13)
      #expect(mode?.changes(at: UndecayedClock(zeta: 0, decay: 0.2)) == sizes.map { _ in 0 })
    }
  }

  @Test func fourFactorsOfDifferentSizesHaveNoClosedForm() {
    #expect(MultilinearMode(rate: 1, sizes: [1, 1, 1, 1.001], allowance: 1e-12) == nil)
    #expect(MultilinearMode(rate: 1, sizes: [1, 1, 1, 0], allowance: 1e-12) == nil)
  }

  /// u -> c u moves the blow-up by c^-(N-2), over all sizes whose blow-up is a double.
  @Test(arguments: [(3, 150), (4, 140), (5, 100), (8, 50)]) func theBlowUpScales(
    factors: Int, decades: Int
  ) throws {
    func end(_ size: Double) throws -> Double {
      try #require(
        MultilinearMode(
          rate: 0.375, sizes: [Double](repeating: size, count: factors), allowance: 0)
      ).end
    }
    let unit = try end(1)
    for decade in stride(from: -decades, through: decades, by: 10) {
      let size = pow(10, Double(decade))
      let expected = pow(10, -Double(decade * (factors - 2))) * unit
      #expect(abs(try end(size) / expected - 1) <= 1e-13, "10^\(decade)")
    }
  }

  /// Three sizes keep their ratios: x -> c x moves the blow-up by 1/c.
  @Test func theBlowUpOfThreeSizesScales() throws {
    func end(_ scale: Double) throws -> Double {
      try #require(
        MultilinearMode(
          rate: 0.375, sizes: [0.3, 0.9, -0.2].map { scale * $0 }, allowance: 0)
      ).end
    }
    let unit = try end(1)
    for decade in stride(from: -300, through: 300, by: 20) {
      let size = pow(10, Double(decade))
      #expect(abs(try end(size) * size / unit - 1) <= 1e-13, "10^\(decade)")
    }
  }

  /// Where decay and growth balance exactly the factors stay.
  @Test func theThresholdIsAFixedPoint() throws {
    let mode = try #require(
      MultilinearMode(rate: 0.5, sizes: [0.5, 0.5, 0.5, 0.5], allowance: 0))
    let decay = 0.125
    #expect(UndecayedClock.zeta(at: mode.end, decay: 2 * decay) == .infinity)
    for zeta in [1.0, 100, 1000] {
      let clock = UndecayedClock(zeta: zeta, decay: 2 * decay)
      let value = exp(-decay * zeta) * (0.5 + mode.changes(at: clock)[0])
      #expect(abs(value - 0.5) <= 2e-16 * max(4, decay * zeta), "zeta = \(zeta)")
    }
  }
}
