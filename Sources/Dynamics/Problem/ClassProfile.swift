import RealModule

/// How many samples each class has.
public enum ClassProfile: Sendable, Equatable {
  /// The same number for all.
  case balanced(Int)
  /// The user's own list.
  case list([Int])
  /// Majorities first, then round(minorityFraction C) minorities of max(1, floor(majority/ratio)), of
  /// a ratio that may be a few units of rounding above the number that is meant.
  case step(majority: Int, ratio: Double, minorityFraction: Double)
  /// n_c = max(1, floor(largest ratio^(-c/(C-1)) + 1e-9)).
  case exponential(largest: Int, ratio: Double)

  /// The sizes for a number of classes (C).
  public func sizes(classCount: Int) -> [Int] {
    switch self {
    case .balanced(let size): [Int](repeating: size, count: classCount)
    case .list(let sizes): sizes
    case .step(let majority, let ratio, let minorityFraction):
      stepSizes(classCount, majority, ratio, minorityFraction)
    case .exponential(let largest, let ratio):
      (0..<classCount).map { label in
        let share = Double(label) / Double(max(classCount - 1, 1))
        return max(1, Int((Double(largest) * Double.pow(ratio, -share) + 1e-9).rounded(.down)))
      }
    }
  }

  private func stepSizes(
    _ classCount: Int, _ majority: Int, _ ratio: Double, _ minorityFraction: Double
  ) -> [Int] {
    let minorities = Int((minorityFraction * Double(classCount)).rounded())
    let quotient = Double(majority) / ratio
    let minority = max(1, Int((quotient * (1 + 4 * Double.ulpOfOne)).rounded(.down)))
    return [Int](repeating: majority, count: classCount - minorities)
      + [Int](repeating: minority, count: minorities)
  }
}
