public import DynNumerics

/// Features that are variables, but move through a constant neural tangent kernel: each gradient by
/// them is multiplied by it.
public struct KernelFeatures: FeatureSource {
  private let tangentKernel: any TangentKernel
  private let free = FreeFeatures()

  /// The features of a kernel.
  public init(_ kernel: any TangentKernel = KroneckerKernel.identity) { tangentKernel = kernel }

  /// It mixes rows and columns of H.
  public var invariantRefusal: String { "a kernel conserves none of these" }

  /// The kernel.
  public var kernel: (any TangentKernel)? { tangentKernel }

  /// H.
  public func shapes(of problem: Problem) -> [MatrixShape] { free.shapes(of: problem) }

  /// H.
  public func variables(of state: State) -> [Matrix] { free.variables(of: state) }

  /// Writes H.
  public func place(_ variables: [Matrix], in state: inout State) {
    free.place(variables, in: &state)
  }

  /// The batch's columns.
  public func pass(_ variables: [Matrix], _ batch: Batch) -> any FeaturePass {
    free.pass(variables, batch)
  }
}
