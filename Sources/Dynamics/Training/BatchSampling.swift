/// Which samples a step of descent sees, and from when class weights count.
public struct BatchSampling: Sendable, Equatable {
  /// How the samples of a step are chosen.
  public enum Order: String, Sendable, CaseIterable {
    /// Every sample once in an epoch, in a new random order for each.
    case epoch
    /// Anew in every step, without replacement within it.
    case independent
  }

  /// Samples a step, about; exactly so where they are drawn independently; nil for all.
  public let size: Int?
  /// How they are chosen.
  public let order: Order
  /// The seed of batches, input noise and perturbations; nil for the problem's.
  public let seed: UInt64?
  /// The number of the first step with the problem's class weights (deferred re-weighting); the
  /// steps before it weigh all samples alike. Nil for weights from the start.
  public let reweightFrom: Int?

  /// All samples and weights from the start.
  public static let none = BatchSampling(size: nil, seed: nil, reweightFrom: nil)

  /// A way of sampling.
  public init(size: Int?, order: Order = .epoch, seed: UInt64?, reweightFrom: Int?) {
    self.size = size
    self.order = order
    self.seed = seed
    self.reweightFrom = reweightFrom
  }

  /// The seed of what steps on a problem draw.
  func seed(for problem: Problem) -> UInt64 { seed ?? problem.seed }

  /// Whether steps differ from those on the whole objective.
  public var isActive: Bool { size != nil || reweightFrom != nil }

  /// Why batches cannot be drawn of so many samples; nil where they can.
  func refusal(sampleCount: Int) -> String? {
    guard order == .independent, let size, size > sampleCount else { return nil }
    return
      "a batch of \(size) cannot be drawn without replacement of \(sampleCount) samples: lower "
      + "\"batch\" to at most \(sampleCount)"
  }

  /// The keys in scenarios.
  static let parameters: [Parameter] = [
    .optional(
      "batch", .integer(.atLeast(1)),
      "samples a step, about: an epoch is cut into round(n/batch) nearly equal batches in a new "
        + "random order; default: all; class weights are not renormalised within a batch (PyTorch "
        + "divides by the batch's sum of weights)"),
    .optional(
      "sampling", .choice(Order.allCases.map(\.rawValue)),
      "epoch: every sample once in an epoch; independent: exactly batch samples, drawn without "
        + "replacement anew in every step, as batch_moments expects",
      default: .string(Order.epoch.rawValue)),
    .optional(
      "seed", .integer(.from(0, through: 0x1p53 - 1)),
      "seed of batches, input noise and perturbations; default: that of the initial state"),
    .optional(
      "reweight_from", .integer(.atLeast(0)),
      "number of the first step with class_weights, weights being 1 before it (deferred "
        + "re-weighting); default: 0"),
  ]

  /// Reads the keys.
  ///
  /// - Throws: `Fault` for independent draws without a batch.
  init(_ fields: Fields) throws(Fault) {
    let word = fields.has("sampling") ? try fields.string("sampling") : Order.epoch.rawValue
    let order = Order(rawValue: word) ?? .epoch
    if order == .independent, !fields.has("batch") {
      throw Fault(
        "sampling", "\"independent\" draws batches: give \"batch\", or leave the key out")
    }
    self.init(
      size: fields.has("batch") ? try fields.integer("batch") : nil, order: order,
      seed: fields.has("seed") ? UInt64(try fields.number("seed")) : nil,
      reweightFrom: fields.has("reweight_from") ? try fields.integer("reweight_from") : nil)
  }
}
