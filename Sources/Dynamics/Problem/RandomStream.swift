public import DynNumerics

/// What is drawn: each purpose has a random stream of its own, so that the size of one array does not
/// change another, nor what solvers draw the start.
public enum RandomStream: UInt64, Sendable {
  /// H at time 0.
  case features = 1
  /// W, or its layers, at time 0.
  case prototypes
  /// b at time 0.
  case bias
  /// The weights of a network at time 0.
  case hiddenWeights
  /// Which classes are the large ones, and where clusters are.
  case classOrder
  /// Training inputs.
  case data
  /// Test inputs.
  case testData
  /// Squared deviations from class means, where samples are not kept.
  case scatter
  /// The order of samples in epochs.
  case batches = 11
  /// Noise on a network's inputs.
  case inputNoise
  /// Random steps of perturbed descent.
  case perturbation
  /// Fixed noise of class-wise Hessians.
  case classNoise
  /// The direction from a saddle.
  case saddleDirection
  /// Labels that noise changes.
  case targets
  /// Batches that are drawn independently of each other.
  case independentBatches = 20
}

extension RandomNormals {
  /// The generator of one stream.
  ///
  /// - Throws: `NumericsError` when it cannot be made.
  public init(seed: UInt64, stream: RandomStream) throws(NumericsError) {
    try self.init(seed: seed, stream: stream.rawValue)
  }
}
