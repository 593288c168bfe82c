import DynNumerics
import Dynamics

/// Training inputs sorted by class, and test inputs.
struct NetworkData {
  /// d x n.
  let inputs: Matrix
  /// d x tests.
  let testInputs: Matrix
  let testLabels: [Int]

  /// Draws or loads the data for classes of given sizes.
  ///
  /// - Throws: `Fault` for data that do not fit, and for more than the memory holds.
  init(
    _ specification: NetworkSpecification, sizes: [Int], loader: ArrayLoader
  ) throws(Fault) {
    switch specification.source {
    case .mixture(let dimension, let radius, let testsPerClass):
      try Self.checkMemory(
        dimension, samples: sizes.reduce(0, +), tests: testsPerClass * sizes.count,
        specification.hidden)
      let mixture = GaussianMixture(dimension: dimension, radius: radius, loader: loader)
      self = try mixture.data(sizes: sizes, testsPerClass: testsPerClass)
    case .file(let path, let inputs, let labels, let divisor, let shuffles):
      let samples = try Self.inData { () throws(Fault) in
        try LabelledInputs(
          path: path, inputs: inputs, labels: labels, classCount: sizes.count, loader: loader)
      }
      try Self.checkMemory(
        samples.dimension, samples: samples.labels.count, tests: 0, specification.hidden)
      self = try Self.inData { () throws(Fault) in
        try samples.split(sizes: sizes, divisor: divisor, shuffles: shuffles, loader: loader)
      }
    }
  }

  init(inputs: Matrix, testInputs: Matrix, testLabels: [Int]) {
    self.inputs = inputs
    self.testInputs = testInputs
    self.testLabels = testLabels
  }

  /// Places faults in the data's keys.
  private static func inData<Part>(_ body: () throws(Fault) -> Part) throws(Fault) -> Part {
    do throws(Fault) {
      return try body()
    } catch {
      throw error.within("model.network.data")
    }
  }

  private static func checkMemory(
    _ dimension: Int, samples: Int, tests: Int, _ hidden: [Int]
  ) throws(Fault) {
    let bytes = NetworkFeatures.passBytes(
      samples: samples + tests, dimension: dimension, hidden: hidden)
    guard bytes > Double(SystemMemory.available) else { return }
    throw Fault(
      "model.network",
      "the network needs about \(MemoryEstimate.text(bytes)), and "
        + "\(SystemMemory.free.sentencePart): lower "
        + "samples_per_class, hidden or the data's dimension")
  }
}

/// Unit normal clusters around means that are uniform on a sphere.
struct GaussianMixture {
  let dimension: Int
  let radius: Double
  let loader: ArrayLoader

  /// - Throws: `Fault` when there is no random number generator.
  func data(sizes: [Int], testsPerClass: Int) throws(Fault) -> NetworkData {
    let numbers = try loader.normal(dimension * sizes.count, scale: 1, stream: .classOrder)
    let means = sizes.indices.map { label -> [Double] in
      let direction = Array(numbers[label * dimension..<(label + 1) * dimension])
      let factor = radius / direction.norm
      return direction.map { factor * $0 }
    }
    let tests = sizes.map { _ in testsPerClass }
    return NetworkData(
      inputs: try samples(means, sizes, .data), testInputs: try samples(means, tests, .testData),
      testLabels: tests.enumerated().flatMap { [Int](repeating: $0, count: $1) })
  }

  private func samples(
    _ means: [[Double]], _ sizes: [Int], _ stream: RandomStream
  ) throws(Fault) -> Matrix {
    let labels = sizes.enumerated().flatMap { [Int](repeating: $0, count: $1) }
    let noise = try loader.normal(dimension * labels.count, scale: 1, stream: stream)
    return Matrix(rows: dimension, columns: labels.count) { row, column in
      means[labels[column]][row] + noise[column * dimension + row]
    }
  }
}
