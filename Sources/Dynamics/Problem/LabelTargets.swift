public import DynNumerics

extension LabelOperator {
  /// The target of every group of samples that share one (C x K): one-hot columns.
  public var targets: Matrix { .identity(partition.sizes.count) }
}
