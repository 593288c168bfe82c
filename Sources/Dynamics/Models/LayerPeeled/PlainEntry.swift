public import DynNumerics

/// Features that enter the logits as they are.
public struct PlainEntry: FeatureEntry {
  /// The entry.
  public init() {}

  /// It does not.
  public var normalizes: Bool { false }

  /// The features.
  public func pass(_ features: Matrix) -> any EntryPass { PlainPass(entered: features) }
}

private struct PlainPass: EntryPass {
  let entered: Matrix
  var rateFactors: [Double]? { nil }

  func gradient(_ byEntered: Matrix) -> Matrix { byEntered }

  func change(along direction: Matrix) -> Matrix { direction }

  func gradientChange(
    _ byEntered: Matrix, changing gradientChange: Matrix, along direction: Matrix
  ) -> Matrix {
    gradientChange
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
