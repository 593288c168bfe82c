import DynIO
import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// The closed form of squared error against `squared_error_cases.json`: the flow's Taylor series in
/// 50-digit arithmetic.
@Suite struct SquaredErrorReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fields: Fields
  }

  static let cases: [Case] = {
    guard let file = try? ReferenceFile.value("squared_error_cases.json") else { return [] }
    return Fields(file).list("cases").map { value in
      let fields = Fields(value)
      return Case(testDescription: (try? fields.string("name")) ?? "?", fields: fields)
    }
  }()

  @Test func theFileHasAllCases() { #expect(Self.cases.count == 3) }

  private static func matrix(_ fields: Fields, _ key: String) -> Matrix {
    let rows = fields.list(key).compactMap(\.numbers)
    return Matrix(rows: rows.count, columns: rows[0].count, elements: rows.flatMap { $0 })
  }

  private static func problem(_ fields: Fields) throws -> Problem {
    let partition = ClassPartition(sizes: fields.numbers("class_sizes").map { Int($0) })
    let decay = try fields.number("weight_decay")
    return Problem(
      modelCase: .regularized, loss: MeanSquaredErrorLoss(),
      labels: try LabelOperator(
        partition: partition, loss: .averaged(classCount: partition.sizes.count)),
      decay: WeightDecay(features: decay, prototypes: decay, bias: 0),
      initialState: State(
        features: matrix(fields, "features"), prototypes: matrix(fields, "prototypes")),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
  }

  @Test(arguments: cases) func theClosedFormHasTheseDigits(reference: Case) throws {
    let problem = try Self.problem(reference.fields)
    let outputs = reference.fields.list("outputs").map { Fields($0) }
    var flow = try PreparedProblem(problem).exactEvaluator(until: 40)
    #expect(outputs.count == 3)
    for output in outputs {
      let snapshot = try flow.snapshot(at: try output.number("time"))
      let state = snapshot.state().unscaled
      let (norms, parts) = (state.norms, snapshot.objective())
      for (own, name) in [
        (norms.features, "norm_h"), (norms.prototypes, "norm_w"),
        (parts.objective, "objective"),
      ] {
        let expected = try output.number(name)
        // The objective is a sum of squares of residuals, of which only the data's digits are known.
        #expect(abs(own - expected) <= 4e-15 * max(expected, 1e-2), "\(name)")
      }
      let loss = try output.number("loss")
      #expect(abs(parts.loss - loss) <= 4e-15 * max(loss.squareRoot(), 1e-15), "loss")
      for (own, name) in [
        (state.prototypes.transposedTimes(state.features), "logits"),
        (state.features.transposedTimes(state.features), "gram_h"),
        (state.prototypes.transposedTimes(state.prototypes), "gram_w"),
      ] {
        let expected = Self.matrix(output, name)
        #expect((own - expected).elements.norm <= 4e-15 * expected.elements.norm, "\(name)")
      }
    }
  }
}
