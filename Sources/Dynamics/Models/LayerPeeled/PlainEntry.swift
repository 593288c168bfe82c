public import DynNumerics

/// Features that enter the logits as they are.
public struct PlainEntry: FeatureEntry {
  /// The entry.
  public init() {}

  /// The logits depend on the norms of the features.
  public var normalizes: Bool { false }

  /// Leaves it as it is.
  public func enter(_ feature: inout [Double]) -> Double { 1 }

  /// Leaves it as it is.
  public func pullBack(_ gradient: inout [Double], entered: [Double], norm: Double) {}

  /// The features.
  public func pass(_ features: Matrix) -> any EntryPass { PlainPass(entered: features) }
}

private struct PlainPass: EntryPass {
  let entered: Matrix
  var rateFactors: [Double]? { nil }

  func gradient(_ byEntered: Matrix) -> Matrix { byEntered }

  func change(along direction: Matrix) -> Matrix { direction }

  func gradientChanges(
    _ byEntered: Matrix
  ) -> @Sendable (_ gradientChange: Matrix, _ direction: Matrix) -> Matrix {
    { change, _ in change }
  }

  func curvatures(
    _ prototypes: Matrix, _ byEntered: Matrix
  ) -> (_ sample: Int, _ losses: Matrix) -> SampleCurvature {
    let gram = prototypes.transposedTimes(prototypes)
    return { _, losses in
      SampleCurvature(losses: losses, prototypes: prototypes, gram: gram, bending: nil)
    }
  }
}
