import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// Observables of groups, by their definitions sample by sample.
@Suite struct TargetObservableTests {
  private func problem(_ rule: any TargetRule, sizes: [Int]) throws -> Problem {
    try SmallProblem("observed") {
      $0.targets = rule
      $0.sizes = sizes
    }.problem()
  }

  private func observations(_ problem: Problem, at time: Double) throws -> [Observation] {
    var flow = try PreparedProblem(problem).exactFlow(until: time)
    let snapshot = try flow.snapshot(at: time)
    let full = FullSnapshot(time: time, problem: problem, state: snapshot.state().unscaled)
    return [snapshot, full].map { Observation($0) { .unknown("not asked for") } }
  }

  @Test(arguments: [1, 2, 3] as [UInt64]) func accuraciesCountSamples(seed: UInt64) throws {
    let problem = try problem(NoisyTargets(noise: .symmetric(0.5), seed: seed), sizes: [8, 7, 9])
    let targets = problem.labels.targets
    let (classes, given) = (try #require(targets.trueClasses), try #require(targets.givenClasses))
    for observation in try observations(problem, at: 6) {
      let logits = problem.logits(observation.snapshot.state().unscaled)
      var (right, givenRight, flipped, memorized) = (0.0, 0.0, 0.0, 0.0)
      for (sample, group) in problem.labels.partition.sortedLabels.enumerated() {
        let row = Array(logits.elements[logits.range(ofRow: sample)])
        let decision = row.firstIndex(of: row.max() ?? 0)
        right += decision == classes[group] ? 1 : 0
        givenRight += decision == given[group] ? 1 : 0
        guard given[group] != classes[group] else { continue }
        flipped += 1
        memorized += decision == given[group] ? 1 : 0
      }
      #expect(Observable.accuracy.value(observation) == right / 24)
      #expect(Observable.accuracyGiven.value(observation) == givenRight / 24)
      #expect(Observable.memorized.value(observation) == memorized / flipped)
    }
  }

  /// Groups of one class are pooled: all class observables are those of the same state under one-hot
  /// labels.
  @Test func classObservablesPoolGroups() throws {
    let noisy = try problem(NoisyTargets(noise: .symmetric(0.5), seed: 4), sizes: [8, 7, 9])
    let classes = try #require(noisy.labels.targets.trueClasses)
    let labels = noisy.labels.partition.sortedLabels.map { classes[$0] }
    let partition = try ClassPartition(labels: labels, classCount: 3)
    let loss = UnhingedLoss(gamma: 0.3)
    for observation in try observations(noisy, at: 3) {
      let state = observation.snapshot.state().unscaled
      let plain = Problem(
        modelCase: .unconstrained, loss: loss,
        labels: try LabelOperator(partition: partition, loss: loss),
        initialState: State(
          features: partition.sorting(state.features), prototypes: state.prototypes),
        rates: noisy.rates)
      let other = Observation(
        FullSnapshot(time: 3, problem: plain, state: plain.initialState)
      ) { .unknown("not asked for") }
      let names = [
        "accuracy", "alignment", "alignment_distance", "nc1_pinv", "nc1_quot", "nc1_cdnv",
        "nc2_etf_err_features", "nc2_etf_err_prototypes", "nc3_dual_err", "nc3_align", "nc4_agree",
        "etf_distance_h", "norm_h_minority", "margin",
      ]
      for observable in Observables.named(names) {
        let (own, expected) = (observable.value(observation), observable.value(other))
        #expect(
          abs(own - expected) <= 1e-12 * abs(expected), "\(observable.name): \(own), \(expected)")
      }
    }
  }

  @Test func setsAreRightWhereAllTheirLogitsLead() throws {
    let sample = TargetProblems.multilabel[0]
    let problem = try sample.problem()
    let sets = try #require(problem.labels.targets.answers)
    for time in [0.0, 3, 10] {
      for observation in try observations(problem, at: time) {
        let logits = problem.logits(observation.snapshot.state().unscaled)
        let right = problem.labels.partition.sortedLabels.enumerated().filter { sample, group in
          let inside = sets[group].map { logits[sample, $0] }.min() ?? 0
          let outside = (0..<4).filter { !sets[group].contains($0) }.map { logits[sample, $0] }
          return inside > outside.max() ?? 0
        }.count
        #expect(Observable.accuracy.value(observation) == Double(right) / 10)
      }
    }
  }

  /// Values are of no class: what needs one is nan, and not measured unless asked for.
  @Test func valuesHaveNoClasses() throws {
    let problem = try problem(TargetProblems.values(3, 4), sizes: [2, 3, 1, 2])
    for observation in try observations(problem, at: 2) {
      for observable in Observables.all where observable.needsClasses {
        #expect(observable.value(observation).isNaN, "\(observable.name)")
      }
      for observable in [Observable.accuracy, .accuracyGiven, .memorized] {
        #expect(observable.value(observation).isNaN, "\(observable.name)")
      }
      #expect(Observable.loss.value(observation).isFinite)
    }
    #expect(!Observables.defaults(for: problem).contains { $0.needsClasses })
  }

  /// In expectation the share is the mean probability of the decision.
  @Test func expectedAccuracyIsTheMeanProbability() throws {
    let rule = NoisyTargets(noise: .confusion(TargetProblems.confusion))
    let problem = try problem(rule, sizes: [4, 3, 5])
    for observation in try observations(problem, at: 4) {
      let logits = problem.logits(observation.snapshot.state().unscaled)
      let shares = problem.labels.partition.sortedLabels.enumerated().map { sample, label in
        let row = Array(logits.elements[logits.range(ofRow: sample)])
        return TargetProblems.confusion[label, row.firstIndex(of: row.max() ?? 0) ?? 0]
      }
      #expect(abs(Observable.accuracyGiven.value(observation) - shares.sum / 12) <= 1e-15)
      #expect(Observable.memorized.value(observation).isNaN)
    }
  }
}
