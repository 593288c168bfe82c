import RealModule

/// The weights omega_c of the classes in the mean loss.
///
/// Source A has all weights 1. With imbalance (<doc:ExactReduction>) weights proportional
/// to 1/sqrt(n_c) restore the balanced dynamics of the prototypes for any class sizes.
public enum ClassWeights: Sendable, Equatable {
  /// omega_c = 1.
  case uniform
  /// omega_c = n/(C n_c).
  case inverseFrequency
  /// omega_c proportional to n_c^(-1/2), with sum n_c omega_c = n.
  case inverseSqrtFrequency
  /// omega_c proportional to (1 - beta)/(1 - beta^n_c), with sum n_c omega_c = n: the inverse
  /// effective number of samples (Cui et al., CVPR 2019).
  case effectiveNumber(beta: Double)
  /// The user's own.
  case list([Double])

  /// The weights for given class sizes (C), expected ones too.
  public func values(for sizes: [Double]) -> [Double] {
    let sampleCount = sizes.reduce(0, +)
    switch self {
    case .uniform: return sizes.map { _ in 1 }
    case .inverseFrequency:
      return sizes.map { sampleCount / (Double(sizes.count) * $0) }
    case .inverseSqrtFrequency:
      let total = sizes.reduce(0) { $0 + $1.squareRoot() }
      return sizes.map { sampleCount / (total * $0.squareRoot()) }
    case .effectiveNumber(let beta):
      let shares = sizes.map { Self.inverseEffectiveNumber($0, beta: beta) }
      let total = zip(sizes, shares).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * $1.1 : 0) }
      return shares.map { sampleCount * $0 / total }
    case .list(let values): return values
    }
  }

  /// (1 - beta)/(1 - beta^n), without cancellation where beta is near 1; 1/n in the limit.
  private static func inverseEffectiveNumber(_ size: Double, beta: Double) -> Double {
    guard beta > 0 else { return 1 }
    return (1 - beta) / -Double.expMinusOne(size * Double.log(beta))
  }
}
