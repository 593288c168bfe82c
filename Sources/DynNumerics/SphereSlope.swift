internal import CKernels

extension Span where Element == Double {
  /// Writes e (v - (h'v)/|h|^2 h), divided by |h| unless rescaled: how a feature h that the logits
  /// normalise moves towards v.
  public func slopeOnSphere(
    towards pull: Span<Double>, rate: Double, rescaled: Bool,
    into slope: inout MutableSpan<Double>
  ) {
    precondition(pull.count == count && slope.count == count, "lengths differ")
    unsafe withUnsafeBufferPointer { feature in
      unsafe pull.withUnsafeBufferPointer { pull in
        unsafe slope.withUnsafeMutableBufferPointer { slope in
          guard let feature = feature.baseAddress, let pull = pull.baseAddress,
            let slope = slope.baseAddress
          else { return }
          unsafe dyn_sphere_slope(
            Int64(count), rate, rescaled ? 1 : 0, pull, feature, slope)
        }
      }
    }
  }
}
