import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

@testable import DynIO

/// Networks and their data from scenarios.
@Suite struct NetworkBuilderTests {
  private static let solvers = #""solvers": [{"kind": "gradient_descent"}]"#

  private static func digits(_ sizes: String, seed: Int = 1, shuffles: Bool = false) -> String {
    #"{"model": {"loss": {"kind": "cross_entropy"}, "classes": 10, "bias": true,"#
      + #" "samples_per_class": \#(sizes), "network": {"hidden": 5,"#
      + #" "data": {"kind": "file", "path": "../data/digits.npz","#
      + #" "divide_by": 16, "shuffle_classes": \#(shuffles)}}}, "initial_state": {"seed": \#(seed)},"#
      + " \(solvers)}"
  }

  private static func mixture(
    _ keys: String = "", model: String = "", network: String = ""
  ) -> String {
    #"{"model": {"loss": {"kind": "cross_entropy"}, "classes": 3, "bias": true,"#
      + #" "samples_per_class": [40, 20, 10]\#(model), "network": {"hidden": 5\#(network),"#
      + #" "data": {"kind": "mixture", "dimension": 4,"#
      + #" "radius": 6, "tests_per_class": 50\#(keys)}}}, \#(solvers)}"#
  }

  /// The file's class sizes are 174 to 183, 1797 in all.
  @Test func filesGiveTrainingAndTestInputs() throws {
    let problem = try ScenarioText.problem(
      Self.digits("{\"kind\": \"exponential\", \"largest\": 120, \"ratio\": 100}"))
    let network = try #require(problem.network)
    #expect(problem.labels.partition.sizes == [120, 71, 43, 25, 15, 9, 5, 3, 2, 1])
    #expect(network.testLabels.count == 1797 - 10 * 120)
    #expect(network.inputs.rows == 65 && network.inputs.columns == 294)
    // Divided by 16 and centred.
    #expect(network.inputs.elements.allSatisfy { abs($0) <= 1 })
    #expect(problem.featureDimension == 5)
    // P ~ N(0, 2/d) with biases 0 and W ~ N(0, 1/h).
    let layer = try #require(problem.initialState.hidden.first)
    #expect(layer.column(64).allSatisfy { $0 == 0 })
    let variance = layer.elements.sumOfSquares / Double(5 * 64)
    #expect(abs(variance / (2.0 / 64) - 1) <= 0.3)
    #expect(problem.initialState.bias == [Double](repeating: 0, count: 10))
  }

  @Test func noSampleIsInTrainingAndTest() throws {
    let network = try #require(try ScenarioText.problem(Self.digits("100")).network)
    func columns(_ matrix: Matrix) -> Set<[Double]> {
      Set(matrix.transposed.elements.chunks(of: matrix.rows))
    }
    let (training, tests) = (columns(network.inputs), columns(network.testInputs))
    #expect(training.count == 1000 && tests.count == 797)
    #expect(training.isDisjoint(with: tests))
  }

  @Test func theSeedDecidesWhichClassesAreLarge() throws {
    func tests(_ seed: Int) throws -> [Int] {
      let labels = try #require(
        try ScenarioText.problem(Self.digits("20", seed: seed, shuffles: true)).network
      ).testLabels
      return (0..<10).map { label in labels.count { $0 == label } }
    }
    #expect(try tests(1).sorted() == tests(2).sorted())
    #expect(try tests(1) != tests(2))
    #expect(try tests(1) == tests(1))
  }

  /// Clusters around their means: sample means of many lie within a few standard errors on the
  /// sphere, training and test alike.
  @Test func mixturesAreUnitClustersOnASphere() throws {
    let json = Self.mixture().replacing("[40, 20, 10]", with: "[4000, 4000, 4000]")
      .replacing("\"tests_per_class\": 50", with: "\"tests_per_class\": 4000")
    let network = try #require(try ScenarioText.problem(json).network)
    for matrix in [network.inputs, network.testInputs] {
      for label in 0..<3 {
        let columns = Array(label * 4000..<(label + 1) * 4000)
        let mean = (0..<4).map { row in columns.map { matrix[row, $0] }.sum / 4000 }
        #expect(abs(mean.norm - 6) <= 0.1)
        let variance =
          (0..<4).map { row in
            columns.map { (matrix[row, $0] - mean[row]) * (matrix[row, $0] - mean[row]) }.sum / 4000
          }.sum / 4
        #expect(abs(variance - 1) <= 0.05)
      }
    }
    let difference = (0..<4).map { network.inputs[$0, 0] - network.testInputs[$0, 0] }
    #expect(difference.norm > 0)
  }

  /// A separable mixture is learnt, its smallest class too.
  @Test func trainingLearnsAMixture() throws {
    let problem = try ScenarioText.problem(Self.mixture(network: ", \"jitter\": 0.1"))
    let solver = GradientDescentSolver(
      step: 1, form: .iterated, momentum: Momentum(factor: 0.9, isNesterov: false),
      sampling: BatchSampling(size: 20, seed: nil, reweightFrom: nil))
    let simulation = Simulation(
      prepared: try PreparedProblem(problem), solvers: [NamedSolver(name: "gd", solver: solver)],
      times: [0, 60], observables: Observables.named(["accuracy", "test_accuracy", "objective"]))
    let rows = simulation.run()[0].rows
    #expect(rows[1].values[0] >= 0.95)
    #expect(rows[1].values[1] >= 0.9)
    #expect(rows[1].values[2] < rows[0].values[2])
  }

  @Test func faultsNameTheKey() {
    #expect(
      ScenarioText.faults(Self.mixture(model: ", \"feature_dimension\": 4")).contains(
        "hidden units"))
    #expect(
      ScenarioText.faults(Self.mixture(model: ", \"weight_decay\": \"critical\"")).contains(
        "critical"))
    #expect(ScenarioText.faults(Self.mixture(", \"radiu\": 1")).contains("did you mean \"radius\""))
    #expect(ScenarioText.faults(Self.digits("190")).contains("needs 190 samples"))
    let missing = Self.digits("10").replacing("digits.npz", with: "none.npz")
    #expect(ScenarioText.faults(missing).contains("none.npz"))
    let bare = #"{"model": {"classes": 2, "samples_per_class": 2, "network": {}}}"#
    #expect(ScenarioText.faults(bare).contains("model.network: the key \"hidden\" is missing"))
    let huge = Self.mixture().replacing("[40, 20, 10]", with: "[900000000000, 20, 10]")
    #expect(ScenarioText.faults(huge) != "none")
    let closed = Self.mixture().replacing("gradient_descent", with: "closed_form")
    #expect(ScenarioText.faults(closed).contains("no closed form"))
  }

  /// Columns of one norm have no scale beside it, but for the default that a resolved scenario has.
  @Test(arguments: [(1.0, true), (5, false)]) func normsAndScalesExclude(
    scale: Double, isValid: Bool
  ) throws {
    let text =
      #"{"model": {"classes": 2, "samples_per_class": 2, "feature_dimension": 3},"#
      + #" "initial_state": {"features": {"kind": "normal", "scale": \#(scale), "norm": 2}}}"#
    guard isValid else {
      return #expect(ScenarioText.faults(text).contains("initial_state.scale: columns of one norm"))
    }
    let features = try ScenarioText.problem(text).initialState.features
    for sample in 0..<4 { #expect(abs(features.column(sample).norm - 2) <= 1e-15) }
  }

  /// The keys that a network had in version 0.1 are answered with where they are now.
  @Test(arguments: [
    #""case": "perceptron", "hidden": 3, "data": {"kind": "mixture"}, "jitter": 0.5,"#,
    #""hidden": 3, "data": {"kind": "mixture"}, "jitter": 0.5,"#,
  ]) func theFormerFormIsToldTheNewOne(keys: String) {
    let text = #"{"model": {\#(keys) "classes": 2, "samples_per_class": 2}}"#
    #expect(
      ScenarioText.faults(text).contains(
        #""network": {"hidden":3,"data":{"kind":"mixture"},"jitter":0.5}"#))
  }
}

extension Array {
  /// Consecutive pieces of one length.
  fileprivate func chunks(of length: Int) -> [[Element]] {
    stride(from: 0, to: count, by: length).map { Array(self[$0..<Swift.min($0 + length, count)]) }
  }
}
