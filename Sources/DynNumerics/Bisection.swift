/// Halves an interval at whose lower end a condition holds and at whose upper end it does not.
///
/// - Parameters:
///   - steps: the most halvings; by default until no double lies between the ends.
///   - tolerance: the width, relative to the upper end, at which it stops.
/// - Returns: the last numbers at which the condition was seen to hold and not to hold, and the middle
///   between them.
public func bisection(
  from low: Double, to high: Double, steps: Int = .max, tolerance: Double = 0,
  holds: (Double) -> Bool
) -> (last: Double, first: Double, middle: Double) {
  var (low, high, step) = (low, high, 0)
  while step < steps, high - low > tolerance * high {
    let middle = low + (high - low) / 2
    guard middle > low, middle < high else { break }
    if holds(middle) { low = middle } else { high = middle }
    step += 1
  }
  return (low, high, low + (high - low) / 2)
}

extension [Double] {
  /// The position of the first of increasing numbers for which a condition holds that holds for all
  /// after it; the end where there is none. O(log count).
  public func partitionIndex(_ holds: (Double) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
