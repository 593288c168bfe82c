public import DynNumerics

/// Features that are variables themselves: H (p x n).
public struct FreeFeatures: FeatureSource {
  /// The source.
  public init() {}

  /// They move against their own gradient.
  public var areFree: Bool { true }

  /// H.
  public func shapes(of problem: Problem) -> [MatrixShape] {
    [MatrixShape(rows: problem.featureDimension, columns: problem.sampleCount)]
  }

  /// H.
  public func variables(of state: State) -> [Matrix] { [state.features] }

  /// Writes H.
  public func place(_ variables: [Matrix], in state: inout State) { state.features = variables[0] }

  /// The batch's columns.
  public func pass(_ variables: [Matrix], _ batch: Batch) -> any FeaturePass {
    FreePass(all: variables[0], samples: batch.samples)
  }
}

/// Some columns of H.
struct FreePass: FeaturePass {
  let features: Matrix
  private let samples: [Int]
  private let sampleCount: Int
  private let isWhole: Bool

  init(all: Matrix, samples: [Int]) {
    self.samples = samples
    sampleCount = all.columns
    isWhole = samples.elementsEqual(0..<all.columns)
    features = isWhole ? all : all.permutingColumns(samples)
  }

  /// All columns.
  init(_ features: Matrix) { self.init(all: features, samples: Array(0..<features.columns)) }

  var variableCount: Int { features.elements.count }
  var areVariables: Bool { true }

  func gradient(_ byFeatures: Matrix) -> [Double] {
    guard !isWhole else { return byFeatures.elements }
    var gradient = [Double](repeating: 0, count: features.rows * sampleCount)
    for row in 0..<features.rows {
      for (column, sample) in samples.enumerated() {
        gradient[row * sampleCount + sample] += byFeatures[row, column]
      }
    }
    return gradient
  }

  func change(along direction: ArraySlice<Double>) -> Matrix {
    Matrix(rows: features.rows, columns: features.columns, elements: Array(direction))
  }

  func gradientChanges(
    _ byFeatures: Matrix
  ) -> @Sendable (_ gradientChange: Matrix, _ direction: ArraySlice<Double>) -> [Double] {
    { change, _ in change.elements }
  }

  func traces(
    _ byFeatures: Matrix
  ) -> (_ sample: Int, _ curvature: SampleCurvature) -> Double {
    { _, curvature in curvature.trace }
  }
}
