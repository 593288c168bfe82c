import Dynamics
import Testing

@Suite struct LearningRateTests {
  private let step = MultistepSchedule(value: 2, factor: 0.5, milestones: [1, 3])
  private let other = MultistepSchedule(value: 4, factor: 0.1, milestones: [2, 3])

  @Test func constantRatesAreProportional() {
    let rates = LearningRates(
      prototypes: ConstantSchedule(0.5), features: .schedule(ConstantSchedule(2)))
    #expect(rates.ratio == 4)
    #expect(rates.rates(at: 7) == RatePair(features: 2, prototypes: 0.5))
    #expect(rates.constantRates == RatePair(features: 2, prototypes: 0.5))
  }

  @Test func aRateOfZeroHasNoRatio() {
    let still = LearningRates(
      prototypes: ConstantSchedule(0), features: .schedule(ConstantSchedule(2)))
    #expect(still.ratio == nil)
    #expect(still.constantRates == RatePair(features: 2, prototypes: 0))
  }

  @Test func proportionalRatesFollowThePrototypes() {
    let rates = LearningRates(prototypes: step, features: .proportional(3))
    #expect(rates.ratio == 3 && rates.constantRates == nil)
    #expect(rates.rates(at: 1) == RatePair(features: 3, prototypes: 1))
    #expect(rates.integrals(to: 4) == RatePair(features: 13.5, prototypes: 4.5))
    #expect(rates.breakpoints(before: 3) == [1])
  }

  @Test func separateSchedulesKeepTheirOwnTimes() {
    let rates = LearningRates(prototypes: step, features: .schedule(other))
    #expect(rates.ratio == nil && rates.constantRates == nil)
    #expect(rates.breakpoints(before: 10) == [1, 2, 3])
    #expect(rates.rates(at: 2.5) == RatePair(features: 0.4, prototypes: 1))
    #expect(rates.integrals(to: 2) == RatePair(features: 8, prototypes: 3))
    #expect(rates.slopes(at: 2) == RatePair(features: 0, prototypes: 0))
  }
}
