import DynNumerics

/// The batches of descent one after the other: epochs in random order, cut into nearly equal parts, or
/// independent draws.
struct BatchPlan: ~Copyable {
  private let problem: Problem
  private let sampling: BatchSampling
  private let batchCount: Int
  private let noise: (scale: Double, dimension: Int)?
  private let uniformWeights: [Double]
  private var order: [Int]
  private var shuffler: RandomNormals
  private var noiseGenerator: RandomNormals
  private var step = 0

  /// The batches from the first one on after a number of steps.
  init(
    _ problem: Problem, _ landscape: any Landscape, _ sampling: BatchSampling, after steps: Int
  ) throws(NumericsError) {
    let seed = sampling.seed(for: problem)
    let shuffler = try RandomNormals(
      seed: seed, stream: sampling.order == .epoch ? .batches : .independentBatches)
    let noiseGenerator = try RandomNormals(seed: seed, stream: RandomStream.inputNoise)
    self.problem = problem
    self.sampling = sampling
    noise = landscape.inputNoise
    let count = problem.sampleCount
    batchCount =
      sampling.size.map {
        max(1, Int((Double(count) / Double($0)).rounded()))
      } ?? 1
    order = Array(0..<count)
    uniformWeights = [Double](repeating: 1, count: problem.labels.groupCount)
    self.shuffler = shuffler
    self.noiseGenerator = noiseGenerator
    // Without anything drawn there is nothing to go through.
    guard batchCount > 1 || sampling.order == .independent || noise != nil else {
      step = steps
      return
    }
    for _ in 0..<steps { _ = draw() }
  }

  /// The batch of the next step.
  mutating func next() -> Batch {
    let isReweighted = step >= sampling.reweightFrom ?? 0
    let (samples, noise) = draw()
    var batch = Batch(
      samples, of: problem, groupWeights: isReweighted ? nil : uniformWeights)
    batch.noise = noise
    return batch
  }

  /// The samples of the next step, and what is added to their inputs.
  private mutating func draw() -> (samples: [Int], noise: Matrix?) {
    let samples = sampling.order == .epoch ? nextOfEpoch() : nextDraw()
    step += 1
    guard let noise else { return (samples, nil) }
    return (samples, draw(noise.scale, noise.dimension, samples.count))
  }

  private mutating func nextOfEpoch() -> [Int] {
    let position = step % batchCount
    if batchCount > 1, position == 0 { shuffle() }
    let count = order.count
    return Array(order[position * count / batchCount..<(position + 1) * count / batchCount])
  }

  private mutating func nextDraw() -> [Int] {
    shuffler.nextSubset(min(sampling.size ?? order.count, order.count), of: order.count)
  }

  /// Sorts by independent continuous numbers: every order has the same chance.
  private mutating func shuffle() {
    let keys = shuffler.next(order.count)
    order = keys.indices.sorted { keys[$0] < keys[$1] }
  }

  private mutating func draw(_ scale: Double, _ dimension: Int, _ count: Int) -> Matrix {
    Matrix(
      rows: dimension, columns: count,
      elements: noiseGenerator.next(dimension * count, scale: scale))
  }
}
