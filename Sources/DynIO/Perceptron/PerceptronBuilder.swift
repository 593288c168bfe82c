import DynNumerics
import Dynamics

extension ProblemBuilder {
  /// The problem of a perceptron: data, and weights P ~ N(0, 2/d), W ~ N(0, 1/h), biases 0.
  ///
  /// - Throws: `Fault` for sizes that are missing, data that do not fit, and too little memory.
  func problem(_ specification: PerceptronSpecification) throws(Fault) -> Problem {
    let sizes = try classSizes()
    let data = try PerceptronData(specification, sizes: sizes, loader: loader)
    let partition = ClassPartition(sizes: sizes)
    let loss = try loss(sizes)
    let network: NetworkInputs
    do throws(NumericsError) {
      network = try NetworkInputs(
        inputs: data.inputs, sizes: sizes, testInputs: data.testInputs,
        testLabels: data.testLabels, jitter: specification.jitter,
        seed: scenario.initialState.seed)
    } catch {
      throw Fault("model.data", error.description)
    }
    let labels = try labelOperator(partition, loss)
    return Problem(
      modelCase: .perceptron, loss: loss, labels: labels, decay: decay(critical: 0, loss),
      network: network, seed: scenario.initialState.seed,
      initialState: try state(specification, network, partition), rates: scenario.rates)
  }

  private func classSizes() throws(Fault) -> [Int] {
    guard let profile = scenario.model.profile else {
      throw Fault("model", "the class sizes are not known: give \"samples_per_class\"")
    }
    if case .list(let sizes) = profile {
      guard scenario.model.classCount ?? sizes.count == sizes.count else {
        throw Fault(
          "model.classes",
          "\(scenario.model.classCount ?? 0) classes, but samples_per_class lists "
            + "\(sizes.count): make them agree")
      }
      return sizes
    }
    guard let count = scenario.model.classCount else {
      throw Fault("model", "the number of classes is not known: give \"classes\"")
    }
    guard count <= 100_000 else {
      throw Fault("model.classes", "\(count) classes are too many for a perceptron: give fewer")
    }
    return profile.sizes(classCount: count)
  }

  private func state(
    _ specification: PerceptronSpecification, _ network: NetworkInputs,
    _ partition: ClassPartition
  ) throws(Fault) -> State {
    let (hidden, columns) = (specification.hidden, network.inputs.rows)
    let spread = (2 / Double(columns - 1)).squareRoot()
    let normals = try loader.normal(hidden * (columns - 1), scale: spread, stream: .inputLayer)
    let inputLayer = Matrix(rows: hidden, columns: columns) { row, column in
      column < columns - 1 ? normals[row * (columns - 1) + column] : 0
    }
    let prototypes = Matrix(
      rows: hidden, columns: partition.classCount,
      elements: try loader.normal(
        hidden * partition.classCount, scale: 1 / Double(hidden).squareRoot(),
        stream: .prototypes))
    return network.state(
      inputLayer: inputLayer, prototypes: prototypes,
      bias: [Double](repeating: 0, count: partition.classCount))
  }
}
