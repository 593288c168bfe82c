import DynNumerics
import Dynamics
import TestSupport
import Testing

/// Accuracy on test inputs, by groups of classes, against a literal count.
@Suite struct TestAccuracyTests {
  @Test func groupsAreHeadMediumAndTail() throws {
    var random = RandomNumbers(5)
    let sizes = [5, 4, 3, 3, 2, 2, 2, 1, 1, 1]
    let labels = (0..<60).map { $0 % 10 }
    let tests = random.matrix(3, 60)
    let (inputLayer, prototypes) = (random.matrix(4, 4), random.matrix(4, 10))
    let bias = random.matrix(1, 10).elements
    let network = try NetworkInputs(
      inputs: random.matrix(3, sizes.reduce(0, +)), sizes: sizes, testInputs: tests,
      testLabels: labels)
    let problem = Problem(
      modelCase: .unconstrained, loss: CrossEntropyLoss(),
      labels: try LabelOperator(
        partition: ClassPartition(sizes: sizes), loss: .averaged(classCount: 10)),
      features: NetworkFeatures(network),
      initialState: network.state(hidden: [inputLayer], prototypes: prototypes, bias: bias),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
    let correct = labels.indices.map { test -> Bool in
      let activations = (0..<4).map { unit -> Double in
        let sum = (0..<3).reduce(inputLayer[unit, 3]) {
          $0 + inputLayer[unit, $1] * tests[$1, test]
        }
        return tanhOf(sum)
      }
      let logits = (0..<10).map { label in
        (0..<4).reduce(bias[label]) { $0 + prototypes[$1, label] * activations[$1] }
      }
      return logits.indices.max { logits[$0] < logits[$1] } == labels[test]
    }
    func share(_ range: Range<Int>) -> Double {
      let own = labels.indices.filter { range.contains(labels[$0]) }
      return Double(own.count { correct[$0] }) / Double(own.count)
    }
    let names = ["", "_head", "_medium", "_tail"].map { "test_accuracy" + $0 }
    let simulation = Simulation(
      prepared: try PreparedProblem(problem),
      solvers: [
        NamedSolver(name: "gd", solver: GradientDescentSolver(step: 1, form: .iterated))
      ], times: [0], observables: Observables.named(names))
    let values = try #require(simulation.run()[0].rows.first).values
    #expect(values == [share(0..<10), share(0..<3), share(3..<7), share(7..<10)])
    #expect(values[0] > 0)
  }

  private func tanhOf(_ x: Double) -> Double {
    let e = Float80(x)
    var (sum, term) = (Float80(1), Float80(1))
    for k in 1..<60 {
      term *= 2 * e / Float80(k)
      sum += term
    }
    return Double((sum - 1) / (sum + 1))
  }
}
