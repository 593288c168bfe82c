/// A positive loss that falls to zero exponentially as the margins grow, so that on separable data
/// it underflows long before its direction has settled: value and gradient exist in log space.
public protocol VanishingLoss: Loss {
  /// The natural logarithm of the loss, finite where the loss itself is too small for a double.
  func logValue(logits: Span<Double>, label: Int) -> Double
  /// Writes the gradient by the logits times e^-logUnit (C).
  func gradient(
    logits: Span<Double>, label: Int, logUnit: Double,
    into gradient: inout MutableSpan<Double>)
  /// The largest factor between a logit and what the exponentials see of it.
  var steepness: Double { get }
}
