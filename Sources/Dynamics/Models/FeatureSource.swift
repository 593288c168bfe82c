public import DynNumerics

/// Where features come from: variables, and a function of them.
public protocol FeatureSource: Sendable {
  /// Rows and columns of the blocks of variables.
  func shapes(of problem: Problem) -> [MatrixShape]
  /// The blocks of a state.
  func variables(of state: State) -> [Matrix]
  /// Writes the variables into a state.
  func place(_ variables: [Matrix], in state: inout State)
  /// Writes the features of a state's variables into it.
  func placeFeatures(in state: inout State)
  /// The features of a batch, ready to be differentiated.
  func pass(_ variables: [Matrix], _ batch: Batch) -> any FeaturePass
  /// The samples of one class that its Hessian averages over.
  func classBatch(_ label: Int, _ labels: LabelOperator) -> Batch
  /// Bytes that variables below the features and passes through them take.
  func passBytes(of problem: Problem) -> Double
  /// Standard deviation of the normal numbers added to inputs, and the inputs' dimension; nil where
  /// nothing is added.
  var inputNoise: (scale: Double, dimension: Int)? { get }
  /// Whether the last column of every block of variables holds biases.
  var endInBiases: Bool { get }
  /// Whether the features are variables that move against their own gradient.
  var areFree: Bool { get }
  /// Why no flow of such features has an exact solution; nil where the other parts decide.
  var exactRefusal: String? { get }
  /// Why nothing is conserved that other parts do not conserve.
  var invariantRefusal: String { get }
  /// The kernel that features move through, where there is one.
  var kernel: (any TangentKernel)? { get }
  /// The inputs of a network, where there are any.
  var network: NetworkInputs? { get }
}

extension FeatureSource {
  /// All samples of the class.
  public func classBatch(_ label: Int, _ labels: LabelOperator) -> Batch {
    .ofClass(label, labels)
  }

  /// There is nothing below features that are variables.
  public func passBytes(of problem: Problem) -> Double { 0 }

  /// Features that are variables are there already.
  public func placeFeatures(in state: inout State) {}

  /// Features that are variables have no inputs.
  public var inputNoise: (scale: Double, dimension: Int)? { nil }
  /// Only a network has weights.
  public var endInBiases: Bool { false }
  /// Most are not.
  public var areFree: Bool { false }
  /// The other parts decide.
  public var exactRefusal: String? { nil }
  /// For features that are variables.
  public var invariantRefusal: String { "weight decay conserves nothing" }
  /// Most features move on their own.
  public var kernel: (any TangentKernel)? { nil }
  /// Most features are not a network's.
  public var network: NetworkInputs? { nil }
}

/// Rows and columns of a block of variables.
public struct MatrixShape: Sendable, Equatable {
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int

  /// A shape.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// The number of entries.
  public var count: Int { rows * columns }
}

/// The features of a batch as a function of the variables that they depend on, at a point.
public protocol FeaturePass: Sendable {
  /// The features (p x m).
  var features: Matrix { get }
  /// How many variables they depend on.
  var variableCount: Int { get }
  /// Whether the features are the variables themselves.
  var areVariables: Bool { get }
  /// The gradient by all variables of the source, of which the batch may be a part, of a function with
  /// a given gradient by the features.
  func gradient(_ byFeatures: Matrix) -> [Double]
  /// The change of the features along a direction of the variables.
  func change(along direction: ArraySlice<Double>) -> Matrix
  /// For a given gradient by the features, the change of `gradient` along directions of the variables
  /// along which it changes too.
  func gradientChanges(
    _ byFeatures: Matrix
  ) -> @Sendable (_ gradientChange: Matrix, _ direction: ArraySlice<Double>) -> [Double]
  /// What single samples add to the trace of the Hessian by the variables.
  func traces(_ byFeatures: Matrix) -> (_ sample: Int, _ curvature: SampleCurvature) -> Double
}
