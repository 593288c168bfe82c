/// The share of noise over batches: of a solver that follows expectations only, nan for others.
extension Observable {
  static let noiseShare = Observable(
    "noise_share", symbol: "noise/E|Z|^2",
    "share of E|Z|^2 that batches add to |E Z|^2 (batch_moments only)",
    isCheap: Self.onRequest
  ) { _ in .nan }
}
