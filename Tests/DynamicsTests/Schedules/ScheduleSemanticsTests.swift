import Testing

@testable import Dynamics

@Suite struct ScheduleSemanticsTests {
  /// Steps of gradient descent ask for eta(k step): the product of floating-point numbers.
  @Test(arguments: [0.1, 0.3, 0.7, 1e-3, 3]) func stepsHappenAtExactMultiples(every: Double) {
    let schedule = StepSchedule(value: 1, factor: 0.5, every: every)
    let wrong = (0..<1000).filter { k in
      let expected = Double(sign: .plus, exponent: -k, significand: 1)
      let last = (Double(k + 1) * every).nextDown
      return schedule.rate(at: Double(k) * every) != expected || schedule.rate(at: last) != expected
    }
    #expect(wrong.isEmpty)
  }

  @Test(arguments: [0.1, 0.3, 0.7, 3]) func restartsHappenAtExactMultiples(period: Double) {
    let schedule = CosineRestartsSchedule(value: 1, final: 0, period: period, multiplier: 1)
    let multiples = (1..<1000).map { Double($0) * period }
    let late = multiples.count { schedule.rate(at: $0) < 0.5 }
    let early = multiples.count { schedule.rate(at: $0.nextDown) > 0.5 }
    #expect(late == 0, "so many restarts come after their multiple of the period")
    #expect(early == 0, "so many restarts come before their multiple of the period")
  }

  /// The documentation promises constant cost; a loop over the cycles takes seconds.
  @Test func cyclesOfOneLengthCostTheSameHoweverManyThereAre() {
    let schedule = CosineRestartsSchedule(value: 1, final: 0, period: 1, multiplier: 1)
    let elapsed = ContinuousClock().measure { _ = schedule.rate(at: 2e8 + 0.5) }
    #expect(elapsed < .milliseconds(200))
  }

  @Test func decreasingSchedulesStayAtTheirFinalRate() {
    let cosine = CosineSchedule(value: 0.3, final: 0.1, period: 2)
    let polynomial = PolynomialSchedule(value: 0.3, final: 0.1, period: 2, power: 2)
    for time in [2, 2.5, 1e9] {
      #expect(cosine.rate(at: time) == 0.1 && cosine.slope(at: time) == 0)
      #expect(polynomial.rate(at: time) == 0.1 && polynomial.slope(at: time) == 0)
    }
  }

  @Test func milestonesCountFromTheirOwnTimeOn() {
    let schedule = MultistepSchedule(value: 8, factor: 0.5, milestones: [1, 2, 2, 5])
    #expect([0, 1, 1.5, 2, 4.9, 5, 9].map(schedule.rate) == [8, 4, 4, 1, 1, 0.5, 0.5])
    #expect(schedule.breakpoints(before: 5) == [1, 2])
  }

  @Test func restartsBeginAnewAtTheFullRate() {
    let schedule = CosineRestartsSchedule(value: 4, final: 2, period: 1, multiplier: 2)
    #expect([0, 1, 3, 7].map(schedule.rate) == [4, 4, 4, 4])
    #expect(abs(schedule.rate(at: 2) - 3) < 1e-15)
    #expect(schedule.breakpoints(before: 8) == [1, 3, 7])
    #expect(schedule.integral(to: 7) == 21)
  }

  private func fault(_ members: [(String, Value)]) -> Fault? {
    let value = Value.object(members.map { Value.Member(key: $0.0, value: $0.1) })
    do { _ = try Schedules.kinds.make(Fields(value)) } catch { return error }
    return nil
  }

  private func points(_ points: [[Double]]) -> Value {
    .list(points.map { .list($0.map { .number($0) }) })
  }

  @Test func pointsMustComeInOrder() {
    let fault = fault([
      ("kind", .string("piecewise_linear")), ("points", points([[0, 1], [2, 1], [2, 3]])),
    ])
    #expect(fault?.path == "points[2]")
    #expect(fault?.message.contains("time 2 does not come after 2") == true)
  }

  @Test func pointsAreHeldToTwoNumbers() {
    let fault = fault([("kind", .string("piecewise_linear")), ("points", points([[0, 1, 2]]))])
    #expect(fault?.path == "points[0]")
  }

  @Test func faultsInsideAWarmupNameTheirPlace() {
    let then = Value.object([
      Value.Member(key: "kind", value: .string("piecewise_linear")),
      Value.Member(key: "points", value: points([[1, 1], [0, 1]])),
    ])
    let fault = fault([("kind", .string("warmup")), ("duration", .number(1)), ("then", then)])
    #expect(fault?.path == "then.points[1]")
  }

  @Test func aWarmupCannotLeadToAWarmup() {
    let shape = Schedules.kinds.shape()
    let inner = Value.object([Value.Member(key: "kind", value: .string("warmup"))])
    let value = Value.object([
      Value.Member(key: "kind", value: .string("warmup")),
      Value.Member(key: "duration", value: .number(1)), Value.Member(key: "then", value: inner),
    ])
    #expect(shape.faults(of: value).map(\.path) == ["then.kind"])
  }
}
