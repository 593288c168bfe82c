internal import CKernels

extension Array where Element == Double {
  /// The sum of the squares, accurate to a few units of rounding for any length.
  public var sumOfSquares: Double { span.dot(span) }

  /// The Euclidean inner product with an array of the same length.
  public func dot(_ other: [Double]) -> Double { span.dot(other.span) }

  /// The Euclidean norm, without overflow or underflow in the squares.
  public var norm: Double {
    // A NaN must stay one: max would drop it.
    let largest = reduce(0) { abs($1) > $0 || $1.isNaN ? abs($1) : $0 }
    guard largest > 0, largest.isFinite else { return largest }
    let scaled = map { $0 / largest }
    return largest * scaled.sumOfSquares.squareRoot()
  }

  /// The sum, accurate to a few units of rounding of the sum of absolute values for any length.
  public var sum: Double { span.sum }
}

/// Blocks of this many products are summed in eight interleaved lanes; the blocks' sums are added
/// with compensation. The order of additions is fixed.
private let blockLength = 256

extension Span where Element == Double {
  /// The largest absolute value; nan if an entry is, 0 if there is none.
  public var largestMagnitude: Double {
    unsafe withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return unsafe dyn_largest(Int64(buffer.count), base)
    }
  }

  /// Whether no entry is infinite or nan.
  public var isFinite: Bool { largestMagnitude.isFinite }

  /// The Euclidean inner product with a span of the same length.
  public func dot(_ other: Span<Double>) -> Double {
    precondition(count == other.count, "lengths differ")
    return unsafe withUnsafeBufferPointer { own in
      unsafe other.withUnsafeBufferPointer { other in
        guard let own = own.baseAddress, let other = other.baseAddress else { return 0 }
        return compensatedBlocks { start, length in
          unsafe dyn_products(length, own + start, other + start)
        }
      }
    }
  }

  /// The sum of the entries.
  public var sum: Double {
    unsafe withUnsafeBufferPointer { own in
      guard let own = own.baseAddress else { return 0 }
      return compensatedBlocks { start, length in unsafe dyn_sum(length, own + start) }
    }
  }

  /// The Neumaier sum of the blocks' sums.
  private func compensatedBlocks(_ block: (_ start: Int, _ length: Int64) -> Double) -> Double {
    var sum = 0.0
    var compensation = 0.0
    for start in stride(from: 0, to: count, by: blockLength) {
      let term = block(start, Int64(Swift.min(blockLength, count - start)))
      let next = sum + term
      let lost = abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      if lost.isFinite { compensation += lost }
      sum = next
    }
    return sum + compensation
  }
}
