public import DynNumerics

/// What a network is trained and tested on.
public struct NetworkInputs: Sendable {
  /// (x; 1), training inputs sorted by class with a last row of ones ((d + 1) x n).
  public let inputs: Matrix
  /// The same for test inputs ((d + 1) x tests).
  public let testInputs: Matrix
  /// The label of every test input.
  public let testLabels: [Int]
  /// Standard deviation of the normal numbers that training adds to the inputs, fresh each batch.
  public let jitter: Double
  /// Fixed noise for class-wise Hessians; nil without jitter.
  let classNoise: ClassNoise?

  /// Inputs without their row of ones (d x n and d x tests); `seed` is that of the class-wise
  /// Hessians' noise.
  ///
  /// - Throws: `NumericsError` when there is no random number generator.
  public init(
    inputs: Matrix, sizes: [Int], testInputs: Matrix, testLabels: [Int], jitter: Double = 0,
    seed: UInt64 = 1
  ) throws(NumericsError) {
    self.inputs = inputs.appendingRow(of: 1)
    self.testInputs = testInputs.appendingRow(of: 1)
    self.testLabels = testLabels
    self.jitter = jitter
    classNoise =
      jitter > 0
      ? try ClassNoise(scale: jitter, dimension: inputs.rows, sizes: sizes, seed: seed) : nil
  }

  /// The state of a network with weights P_1, ..., P_L: its features are the last activations of the
  /// training inputs. O(h n d).
  public func state(hidden: [Matrix], prototypes: Matrix, bias: [Double]?) -> State {
    State(
      features: hidden.features(of: inputs), prototypes: prototypes, bias: bias, hidden: hidden)
  }

  /// The inputs of a batch with its noise added ((d + 1) x samples).
  func inputs(of batch: Batch) -> Matrix {
    let isWhole =
      batch.samples.count == inputs.columns && batch.samples.elementsEqual(0..<inputs.columns)
    var chosen = isWhole ? inputs : inputs.permutingColumns(batch.samples)
    guard let noise = batch.noise else { return chosen }
    for index in noise.elements.indices { chosen.elements[index] += noise.elements[index] }
    return chosen
  }
}

/// Fixed noise on the inputs of every class.
struct ClassNoise: Sendable {
  private let matrices: [Matrix]

  init(scale: Double, dimension: Int, sizes: [Int], seed: UInt64) throws(NumericsError) {
    var generator = try RandomNormals(seed: seed, stream: RandomStream.classNoise)
    matrices = sizes.map { size in
      let columns = size * max(1, (NetworkFeatures.noisyClassCount + size - 1) / size)
      return Matrix(
        rows: dimension, columns: columns,
        elements: generator.next(dimension * columns, scale: scale))
    }
  }

  /// The noise of a class's repeated samples.
  subscript(label: Int) -> Matrix { matrices[label] }
}
