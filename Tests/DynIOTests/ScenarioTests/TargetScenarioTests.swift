import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

@testable import DynIO

/// Targets from scenarios.
@Suite struct TargetScenarioTests {
  private static func text(
    _ targets: String, model: String = #""classes": 3, "samples_per_class": [4, 3, 5]"#,
    loss: String = #"{"kind": "unhinged"}"#
  ) -> String {
    #"{"model": {\#(model), "feature_dimension": 4, "loss": \#(loss), "targets": \#(targets)}}"#
  }

  @Test func smoothedTargetsAreTheirFormula() throws {
    let labels = try ScenarioText.problem(Self.text(#"{"kind": "smoothed", "epsilon": 0.3}"#))
      .labels
    let expected = Matrix(rows: 3, columns: 3) { $0 == $1 ? 0.8 : 0.1 }
    let found = labels.targets.table.matrix(classCount: 3)
    #expect((found - expected).elements.norm <= 1e-15)
    #expect(labels.targets.groupsAreClasses && !labels.targets.areClasses)
  }

  @Test func oneHotLabelsAreTheLimits() throws {
    for targets in [
      #"{"kind": "smoothed", "epsilon": 0}"#, #"{"kind": "noisy", "probability": 0}"#,
      #"{"kind": "noisy", "probability": 0, "draw": true}"#,
      #"{"kind": "multilabel", "sets": [[0], [1], [2]]}"#,
      #"{"kind": "values", "values": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}"#,
    ] {
      let found = try ScenarioText.problem(Self.text(targets)).labels
      let plain = try ScenarioText.problem(
        Self.text(#"{"kind": "smoothed", "epsilon": 0}"#)
          .replacing(#", "targets": {"kind": "smoothed", "epsilon": 0}"#, with: "")
      ).labels
      #expect((found.columns - plain.columns).elements.norm <= 1e-15, "\(targets)")
      #expect(abs(found.criticalDecay - plain.criticalDecay) <= 1e-15, "\(targets)")
    }
  }

  /// Shares of changed labels, whatever the order of the samples, and independent of other draws.
  @Test func drawsHaveTheirProbability() throws {
    let model = #""classes": 5, "samples_per_class": 2000"#
    func problem(_ seed: Int, _ start: Int = 1) throws -> Problem {
      try ScenarioText.problem(
        Self.text(
          #"{"kind": "noisy", "probability": 0.3, "draw": true, "seed": \#(seed)}"#, model: model
        ).dropLast() + #", "initial_state": {"seed": \#(start)}}"#)
    }
    let labels = try problem(1).labels
    let (classes, given) = (
      try #require(labels.targets.trueClasses), try #require(labels.targets.givenClasses)
    )
    let sizes = labels.partition.sizes
    let flipped = sizes.indices.filter { classes[$0] != given[$0] }.map { sizes[$0] }
    #expect(abs(Double(flipped.reduce(0, +)) - 3000) <= 4 * 45.8)
    // Each of the 20 pairs has 150 in the mean.
    #expect(flipped.count == 20 && flipped.allSatisfy { abs(Double($0) - 150) <= 5 * 11.9 })
    #expect(labels.classSizes == [Int](repeating: 2000, count: 5))
    #expect(try problem(1, 9).labels.targets == labels.targets)
    #expect(try problem(1, 9).labels.partition == labels.partition)
    #expect(try problem(2).labels.partition != labels.partition)
  }

  /// Labels in any order: each sample keeps its own class.
  @Test func drawsKeepTheOrderOfSamples() throws {
    let labels = [2, 0, 1, 1, 2, 0, 0, 2, 1, 0]
    let problem = try ScenarioText.problem(
      Self.text(
        #"{"kind": "noisy", "probability": 0.5, "draw": true}"#,
        model: #""labels": {"kind": "values", "values": \#(labels)}"#))
    #expect(problem.labels.userLabels == labels)
  }

  @Test func setsAndValuesHaveGroups() throws {
    let sets = try ScenarioText.problem(
      Self.text(
        #"{"kind": "multilabel", "sets": [[0, 2], [1], [3, 1], [2]], "normalize": true}"#,
        model: #""classes": 4, "samples_per_class": [2, 3, 1, 4]"#)
    ).labels
    #expect(sets.classCount == 4 && sets.groupCount == 4)
    #expect(sets.targets.table[2, 0] == 0.5 && sets.targets.table[1, 1] == 1)
    let values = try ScenarioText.problem(
      Self.text(
        #"{"kind": "values", "values": [[1, 0, 0.5, 2], [0, 1, -1, 0]]}"#,
        model: #""samples_per_class": 3"#))
    #expect(values.classCount == 2 && values.labels.groupCount == 4 && values.sampleCount == 12)
    let labelled = try ScenarioText.problem(
      Self.text(
        #"{"kind": "values", "values": [[1, 0, 0.5, 2], [0, 1, -1, 0]]}"#,
        model: #""labels": {"kind": "values", "values": [3, 0, 1, 2, 3]}"#))
    #expect(labelled.labels.partition.sizes == [1, 1, 1, 2])
    #expect(labelled.labels.userLabels == [3, 0, 1, 2, 3])
  }

  @Test(arguments: [
    (#"{"kind": "smoothed", "epsilon": 1.5}"#, "model.targets.epsilon: 1.5"),
    (#"{"kind": "noisy"}"#, "give probability or confusion"),
    (#"{"kind": "noisy", "probability": -0.1}"#, "model.targets.probability: -0.1"),
    (#"{"kind": "noisy", "confusion": [[0.5, 0.6], [0, 1]]}"#, "the probabilities sum to 1.1"),
    (#"{"kind": "noisy", "confusion": [[1, 0], [0, 0.5, 0.5]]}"#, "square table"),
    (#"{"kind": "noisy", "confusion": [[1, 0], [0, 1]]}"#, "the number of classes"),
    (#"{"kind": "multilabel", "sets": [[0], []]}"#, "model.targets.sets[1]"),
    (#"{"kind": "multilabel", "sets": [[0], [1, 1], [2]]}"#, "named twice"),
    (#"{"kind": "multilabel", "sets": [[0], [1, 7], [2]]}"#, "class 7 is not in 0...2"),
    (#"{"kind": "multilabel", "sets": [[0], [1]]}"#, "3 sizes for 2 groups"),
    (#"{"kind": "values", "values": [[1, 2], [1]]}"#, "rows of different lengths"),
    (#"{"kind": "smoothd", "epsilon": 0.1}"#, "smoothed"),
  ]) func mistakesAreNamed(targets: String, sentence: String) {
    let faults = ScenarioText.faults(Self.text(targets))
    #expect(faults.contains(sentence), "\(faults)")
  }

  @Test(arguments: ["ldam", "ldt"]) func lossesOfTheLabelRefuseTargets(loss: String) {
    let own = loss == "ldt" ? #"{"kind": "ldt", "delta": [1, 2, 1]}"# : #"{"kind": "ldam"}"#
    let faults = ScenarioText.faults(
      Self.text(#"{"kind": "smoothed", "epsilon": 0.1}"#, loss: own))
    #expect(faults.contains("the loss \(loss) depends on the label"), "\(faults)")
  }

  @Test func weightsOfGroupsFollowNoClass() {
    let sets = #"{"kind": "multilabel", "sets": [[0, 2], [1]]}"#
    func faults(_ weights: String) -> String {
      ScenarioText.faults(
        Self.text(
          sets, model: #""classes": 3, "samples_per_class": 2, "class_weights": \#(weights)"#))
    }
    #expect(faults(#""inverse_frequency""#).contains("of no class"))
    #expect(faults("[1, 2, 3]").contains("3 weights for 2 groups"))
    #expect(faults("[1, 2]") == "none")
  }

  @Test func networksAndGeometriesSaySo() {
    let network = #"""
      {"model": {"loss": {"kind": "cross_entropy"}, "classes": 3, "samples_per_class": 4,
        "network": {"hidden": 5, "data": {"kind": "mixture", "dimension": 4}},
        "targets": {"kind": "multilabel", "sets": [[0], [1], [2]]}},
       "solvers": [{"kind": "gradient_descent", "step": 0.1}]}
      """#
    #expect(ScenarioText.faults(network).contains("the data of a network are of classes"))
    let noisy = network.replacing(
      #"{"kind": "multilabel", "sets": [[0], [1], [2]]}"#,
      with: #"{"kind": "noisy", "probability": 0.4, "draw": true}"#)
    #expect(ScenarioText.faults(noisy) == "none")
  }
}
