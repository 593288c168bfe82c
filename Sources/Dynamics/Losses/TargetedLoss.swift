import DynNumerics

/// A loss with the targets of every group: the label of a sample is then the number of its group.
public struct TargetedLoss: Loss {
  private let base: any TargetLoss
  /// t of every group (K lists of C).
  private let targets: [[Double]]

  /// A loss towards given targets.
  public init(_ base: any TargetLoss, _ targets: Targets) {
    self.base = base
    self.targets = (0..<targets.groupCount).map {
      targets.table.column($0, classCount: targets.classCount)
    }
  }

  /// The loss towards a group's target.
  public func value(logits: Span<Double>, label group: Int) -> Double {
    let target = targets[group]
    return base.value(logits: logits, target: target.span)
  }

  /// Its gradient.
  public func gradient(
    logits: Span<Double>, label group: Int, into gradient: inout MutableSpan<Double>
  ) {
    let target = targets[group]
    base.gradient(logits: logits, target: target.span, into: &gradient)
  }

  /// Its curvature.
  public func curvature(
    logits: Span<Double>, label group: Int, along direction: Span<Double>,
    into product: inout MutableSpan<Double>
  ) {
    let target = targets[group]
    base.curvature(
      logits: logits, target: target.span, along: direction, into: &product)
  }

  /// That of the loss itself: the targets are in the label operator.
  public var unhinged: UnhingedLoss? { base.unhinged }
  /// That of the loss itself.
  public var isSquaredError: Bool { base.isSquaredError }
  /// That of the loss itself, times the largest sum of a target's sizes.
  public var curvatureBound: Double {
    guard !isSquaredError else { return base.curvatureBound }
    return base.curvatureBound * (targets.map { $0.map(abs).sum }.max() ?? 0)
  }
  /// Sums of convex functions are convex where no target is negative.
  public var isConvex: Bool {
    base.isConvex && (isSquaredError || isLinear || targets.joined().allSatisfy { $0 >= 0 })
  }
}

extension Loss {
  /// The loss towards given targets; itself for one-hot labels, nil where it depends on the label.
  public func towards(_ targets: Targets) -> (any Loss)? {
    guard !targets.areClasses else { return self }
    return (self as? any TargetLoss).map { TargetedLoss($0, targets) }
  }
}
