/// Which samples a step of descent sees, and from when class weights count.
public struct BatchSampling: Sendable, Equatable {
  /// Samples a step, about; nil for all.
  public let size: Int?
  /// The seed of batches, input noise and perturbations; nil for the problem's.
  public let seed: UInt64?
  /// The number of the first step with the problem's class weights (deferred re-weighting); the
  /// steps before it weigh all samples alike. Nil for weights from the start.
  public let reweightFrom: Int?

  /// All samples and weights from the start.
  public static let none = BatchSampling(size: nil, seed: nil, reweightFrom: nil)

  /// A way of sampling.
  public init(size: Int?, seed: UInt64?, reweightFrom: Int?) {
    self.size = size
    self.seed = seed
    self.reweightFrom = reweightFrom
  }

  /// Whether steps differ from those on the whole objective.
  public var isActive: Bool { size != nil || reweightFrom != nil }

  /// The keys in scenarios.
  static let parameters: [Parameter] = [
    .optional(
      "batch", .integer(.atLeast(1)),
      "samples a step, about: an epoch is cut into round(n/batch) nearly equal batches in a new "
        + "random order; default: all; class weights are not renormalised within a batch (PyTorch "
        + "divides by the batch's sum of weights)"),
    .optional(
      "seed", .integer(.from(0, through: 0x1p53 - 1)),
      "seed of batches, input noise and perturbations; default: that of the initial state"),
    .optional(
      "reweight_from", .integer(.atLeast(0)),
      "number of the first step with class_weights, weights being 1 before it (deferred "
        + "re-weighting); default: 0"),
  ]

  /// Reads the keys.
  init(_ fields: Fields) throws(Fault) {
    self.init(
      size: fields.has("batch") ? try fields.integer("batch") : nil,
      seed: fields.has("seed") ? UInt64(try fields.number("seed")) : nil,
      reweightFrom: fields.has("reweight_from") ? try fields.integer("reweight_from") : nil)
  }
}
