import DynNumerics
import Dynamics

/// Makes the inputs of a network and draws its weights.
struct NetworkBuilder {
  let specification: NetworkSpecification
  let loader: ArrayLoader

  /// The features of the network, its inputs sorted by group, and its weights at time 0.
  ///
  /// - Throws: `Fault` for data that do not fit, and too little memory.
  func network(
    _ partition: ClassPartition, sortedBy groups: ClassPartition
  ) throws(Fault) -> (features: NetworkFeatures, weights: [Matrix]) {
    let inputs = try inputs(partition, groups)
    return (NetworkFeatures(inputs), try weights(inputs))
  }

  private func inputs(
    _ partition: ClassPartition, _ groups: ClassPartition
  ) throws(Fault) -> NetworkInputs {
    let data = try NetworkData(specification, sizes: partition.sizes, loader: loader)
    do throws(NumericsError) {
      return try NetworkInputs(
        inputs: groups.sorting(data.inputs), sizes: partition.sizes, testInputs: data.testInputs,
        testLabels: data.testLabels, jitter: specification.jitter, seed: loader.seed)
    } catch {
      throw Fault("model.network.data", error.description)
    }
  }

  /// P_l ~ N(0, 2/fan-in) with biases 0, all from one stream.
  private func weights(_ network: NetworkInputs) throws(Fault) -> [Matrix] {
    let fanIns = [network.inputs.rows - 1] + specification.hidden.dropLast()
    let count = zip(fanIns, specification.hidden).reduce(0) { $0 + $1.0 * $1.1 }
    let normals = try loader.normal(count, scale: 1, stream: .hiddenWeights)
    var start = 0
    return zip(fanIns, specification.hidden).map { fanIn, units in
      defer { start += fanIn * units }
      let spread = (2 / Double(fanIn)).squareRoot()
      return Matrix(rows: units, columns: fanIn + 1) { row, column in
        column < fanIn ? spread * normals[start + row * fanIn + column] : 0
      }
    }
  }
}
