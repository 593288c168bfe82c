import DynNumerics
import Foundation
import Testing

@Suite struct OdeAccuracyTests {
  private func error(
    _ problem: OdeProblem, _ method: OdeMethod, tolerance: Double
  ) throws -> Double {
    let control = StepControl.adaptive(relative: tolerance, absolute: tolerance)
    let outcome = try problem.integrated(method, control)
    #expect(outcome.failure == nil)
    #expect(outcome.time == problem.end)
    return outcome.error(problem)
  }

  /// The bound that is promised for the methods that control the error of the step they take.
  @Test(
    arguments: OdeMethod.all.filter { !["rk4", "msadams", "msbdf"].contains($0.name) },
    OdeProblem.smooth)
  func errorsStayWithinAHundredTolerances(method: OdeMethod, problem: OdeProblem) throws {
    for tolerance in [1e-4, 1e-6, 1e-8, 1e-10] {
      #expect(try error(problem, method, tolerance: tolerance) <= 100 * tolerance)
    }
  }

  /// What is promised of the others: five times less error for a tenth of the tolerance.
  @Test(
    arguments: OdeMethod.all.filter { ["rk4", "msadams", "msbdf"].contains($0.name) },
    OdeProblem.smooth)
  func errorsFallWithTheTolerance(method: OdeMethod, problem: OdeProblem) throws {
    let coarse = try error(problem, method, tolerance: 1e-4)
    let fine = try error(problem, method, tolerance: 1e-9)
    #expect(fine <= coarse / 3125)
    #expect(fine <= 1e-6)
  }

  @Test(arguments: OdeMethod.all.filter(\.needsJacobian))
  func implicitMethodsTakeFewStepsOnAStiffProblem(method: OdeMethod) throws {
    let problem = OdeProblem.stiff
    let outcome = try problem.integrated(method, .adaptive(relative: 1e-7, absolute: 1e-7))
    #expect(outcome.failure == nil)
    #expect(outcome.error(problem) <= 1e-5)
    #expect(outcome.statistics.steps < 600)
    #expect(outcome.statistics.jacobianEvaluations > 0)
  }

  /// Halves the step until rounding would show, and compares the last two errors.
  @Test(arguments: OdeMethod.all.filter(\.allowsFixedStep))
  func fixedStepsConvergeWithTheMethodsOrder(method: OdeMethod) throws {
    let problem = OdeProblem.driven
    let order = try #require(method.order)
    let errors = try (2..<11).map { halvings -> Double in
      let (end, step) = (2.0, 2.0 / Double(1 << halvings))
      return try problem.integrated(method, .fixed(step), through: [end]).error(problem)
    }
    let clear = errors.filter { $0 > 1e-12 }
    let observed = log2(clear[clear.count - 2] / clear[clear.count - 1])
    #expect(abs(observed - Double(order)) <= 0.2)
  }

  @Test(arguments: OdeMethod.all)
  func stopsOnTheWayChangeNothingButRounding(method: OdeMethod) throws {
    let problem = OdeProblem.driven
    let control = StepControl.adaptive(relative: 1e-9, absolute: 1e-9)
    let stops = (1...40).map { problem.end * Double($0) / 40 }
    let outcome = try problem.integrated(method, control, through: stops)
    #expect(outcome.failure == nil)
    #expect(outcome.time == problem.end)
    #expect(outcome.error(problem) <= 1e-6)
  }
}
