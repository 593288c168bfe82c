import DynIO
import Dynamics
import Foundation
import TestSupport
import Testing

/// The losses of `loss_cases.json`, computed in 60-digit decimal arithmetic.
@Suite struct LossReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let fields: Fields
    let classSizes: [Double]
    let direction: [Double]
    var testDescription: String {
      "\(JSONWriter.text(fields["loss"] ?? .null, indented: false)) \(fields.numbers("logits"))"
    }

    func loss() throws -> any Loss {
      try Losses.kinds(classSizes: classSizes).make(fields.fields("loss"))
    }

    /// Numbers that are texts in the file; those below the range of a double read as zero.
    func numbers(_ key: String) -> [Double] {
      fields.list(key).map { if case .string(let text) = $0 { strtod(text, nil) } else { .nan } }
    }

    func number(_ key: String) throws -> Double { strtod(try fields.string(key), nil) }
  }

  static let cases: [Case] = {
    guard let file = try? ReferenceFile.value("loss_cases.json") else { return [] }
    let fields = Fields(file)
    return fields.list("cases").map {
      Case(
        fields: Fields($0), classSizes: fields.numbers("class_sizes"),
        direction: fields.numbers("direction"))
    }
  }()

  @Test func theFileHasAllCases() { #expect(Self.cases.count == 110) }

  /// The exponent's rounding, a few units in the last place of the largest logit times the
  /// largest factor of the losses here, is a relative error of what the exponential makes of it.
  private func tolerance(_ reference: Case) -> Double {
    let largest = reference.fields.numbers("logits").map(abs).max() ?? 0
    return 1e-14 + 16 * (8 * largest).ulp
  }

  @Test(arguments: cases) func values(reference: Case) throws {
    let logits = reference.fields.numbers("logits")
    let label = try reference.fields.integer("label")
    let value = try reference.loss().value(logits: logits.span, label: label)
    let expected = try reference.number("value")
    #expect(abs(value - expected) <= tolerance(reference) * abs(expected) + 1e-300)
    guard let loss = try reference.loss() as? any VanishingLoss else { return }
    let logarithm = loss.logValue(logits: logits.span, label: label)
    let expectedLogarithm = try reference.number("log_value")
    #expect(
      abs(logarithm - expectedLogarithm) <= tolerance(reference) + 1e-14 * abs(expectedLogarithm))
  }

  @Test(arguments: cases) func gradientsAndCurvatures(reference: Case) throws {
    let logits = reference.fields.numbers("logits")
    let label = try reference.fields.integer("label")
    let loss = try reference.loss()
    var result = [Double](repeating: 0, count: logits.count)
    var target = result.mutableSpan
    loss.gradient(logits: logits.span, label: label, into: &target)
    expect(result, "gradient", reference)
    target = result.mutableSpan
    loss.curvature(
      logits: logits.span, label: label, along: reference.direction.span, into: &target)
    expect(result, "curvature", reference)
    guard let loss = loss as? any VanishingLoss else { return }
    target = result.mutableSpan
    loss.gradient(
      logits: logits.span, label: label,
      logUnit: loss.logValue(logits: logits.span, label: label), into: &target)
    expect(result, "relative_gradient", reference)
  }

  private func expect(_ result: [Double], _ key: String, _ reference: Case) {
    // Entries are sums over classes: the largest one is the unit of their rounding.
    let expected = reference.numbers(key)
    let unit = expected.map(abs).max() ?? 0
    for (entry, number) in zip(result, expected) {
      #expect(abs(entry - number) <= tolerance(reference) * unit + 1e-300, "\(key)")
    }
  }
}
