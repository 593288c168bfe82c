/// A positive loss that falls to zero exponentially as the margins grow, so that on separable data
/// it underflows long before its direction has settled: value and gradient exist in log space.
///
/// Its tail depends on the margins tau_y (delta_y z_y - delta_c z_c), whose smallest one training
/// maximises in the end.
public protocol VanishingLoss: Loss {
  /// The natural logarithm of the loss, finite where the loss itself is too small for a double.
  func logValue(logits: Span<Double>, label: Int) -> Double
  /// Writes the gradient by the logits times e^-logUnit (C).
  func gradient(
    logits: Span<Double>, label: Int, logUnit: Double,
    into gradient: inout MutableSpan<Double>)
  /// The largest factor between a logit and what the exponentials see of it.
  var steepness: Double { get }
  /// delta_c: what class c's own logit is multiplied by in the margins.
  func classFactor(_ index: Int) -> Double
  /// tau_y: what all margins of class y's samples are multiplied by.
  func labelFactor(_ label: Int) -> Double
}

extension VanishingLoss {
  /// 1.
  public func classFactor(_ index: Int) -> Double { 1 }
  /// 1.
  public func labelFactor(_ label: Int) -> Double { 1 }
}
