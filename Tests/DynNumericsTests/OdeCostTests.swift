import DynNumerics
import Testing

@Suite struct OdeCostTests {
  static let controls: [StepControl] = [
    .adaptive(relative: 1e-6, absolute: 1e-6), .adaptive(relative: 1e-10, absolute: 1e-10),
    .fixed(0.07),
  ]

  private func isPossible(_ method: OdeMethod, _ control: StepControl) -> Bool {
    if case .fixed = control { method.allowsFixedStep } else { true }
  }

  @Test(arguments: OdeMethod.all, controls)
  func statisticsCountTheCallsThatHappened(method: OdeMethod, control: StepControl) throws {
    guard isPossible(method, control) else { return }
    for problem in OdeProblem.smooth {
      let outcome = try problem.integrated(method, control, through: [1, 1.5, problem.end])
      #expect(outcome.statistics.evaluations == outcome.record.evaluations)
      #expect(outcome.statistics.jacobianEvaluations == outcome.record.jacobians)
      #expect(method.needsJacobian == (outcome.record.jacobians > 0))
    }
  }

  /// Sums of substeps may round up: nothing else may reach beyond.
  @Test(arguments: OdeMethod.all, controls)
  func nothingIsEvaluatedBeyondTheEnd(method: OdeMethod, control: StepControl) throws {
    guard isPossible(method, control) else { return }
    for problem in OdeProblem.smooth {
      for end in [0.1, 0.7, 1, problem.end] {
        let outcome = try problem.integrated(method, control, through: [end])
        #expect(outcome.record.latest <= end * (1 + 1e-14))
        #expect(outcome.time == end)
      }
    }
  }

  /// Stages of one step, with one evaluation more where the method ends on one.
  static let stages = ["rk4": 11, "rkf45": 6, "rkck": 6, "rk8pd": 13, "dopri5": 6, "dop853": 12]

  @Test(arguments: OdeMethod.all.filter(\.allowsFixedStep))
  func fixedStepsCostTheirStages(method: OdeMethod) throws {
    let stages = try #require(Self.stages[method.name])
    let outcome = try OdeProblem.oscillator.integrated(method, .fixed(0.01), through: [1])
    #expect(outcome.statistics.steps == 100)
    #expect(outcome.statistics.rejectedSteps == 0)
    #expect(outcome.statistics.evaluations >= 100 * stages)
    #expect(outcome.statistics.evaluations <= 100 * (stages + 1) + 1)
  }

  /// Evaluations that twice the published step counts of each kind of method would need.
  @Test(arguments: OdeMethod.all) func smoothProblemsAreCheap(method: OdeMethod) throws {
    let control = StepControl.adaptive(relative: 1e-8, absolute: 1e-8)
    let outcome = try OdeProblem.oscillator.integrated(method, control)
    #expect(outcome.statistics.steps >= 4)
    #expect(outcome.statistics.evaluations <= (method.name == "rk4" ? 4000 : 1500))
  }

  @Test(arguments: OdeMethod.all) func manyOutputsDoNotMakeStepsShortForGood(
    method: OdeMethod
  ) throws {
    let problem = OdeProblem.oscillator
    let control = StepControl.adaptive(relative: 1e-8, absolute: 1e-8)
    let direct = try problem.integrated(method, control)
    // Every output is preceded by a stop a hair before it.
    let stops = (1...5).flatMap { [Double($0) * 1.2 - 1e-9, Double($0) * 1.2] }
    let stopped = try problem.integrated(method, control, through: stops)
    #expect(
      stopped.statistics.evaluations
        <= 2 * direct.statistics.evaluations + 20 * stops.count)
  }

  @Test func theLastFixedStepIsShortenedToEndAtTheOutput() throws {
    let outcome = try OdeProblem.decay.integrated(.rkf45, .fixed(0.3), through: [1, 2.5])
    #expect(outcome.statistics.steps == 4 + 5)
    #expect(outcome.time == 2.5)
  }

  @Test func aStepThatDividesTheIntervalUpToRoundingTakesNoExtraStep() throws {
    let outcome = try OdeProblem.decay.integrated(.rk4, .fixed(0.1), through: [0.3, 0.7, 1])
    #expect(outcome.statistics.steps == 10)
  }

  @Test func anEndThatIsReachedAlreadyCostsNothing() throws {
    let outcome = try OdeProblem.decay.integrated(
      .rk8pd, .adaptive(relative: 1e-8, absolute: 1e-8), through: [0])
    #expect(outcome.statistics == OdeStatistics())
    #expect(outcome.state == [1])
  }
}
