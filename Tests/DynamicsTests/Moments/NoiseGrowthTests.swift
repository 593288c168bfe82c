import DynNumerics
import Foundation
import TestSupport
import Testing

@testable import Dynamics

/// Spectral radii of the map of second moments and the steps at which they are 1.
@Suite struct NoiseGrowthTests {
  private static let decaying = SmallProblem("decaying") {
    $0.sizes = [3, 2, 1]
    $0.modelCase = .regularized
    $0.weights = .list([0.5, 1, 1.8])
    $0.decay = WeightDecay(features: 0.5, prototypes: 0.7, bias: 0)
    $0.rates = LearningRates(prototypes: ConstantSchedule(0.4), features: .proportional(1.7))
  }

  private func growth(
    _ small: SmallProblem, batch: Int, step: Double
  ) throws -> NoiseGrowth? {
    BatchMomentsSolver(batch: batch, step: step)
      .noiseGrowth(try PreparedProblem(try small.problem()))
  }

  /// The largest eigenvalue of G -> mean over all batches of S'G S, by enumeration and a high power of the
  /// map's matrix on a positive G, which meets the vector that dominates.
  private func enumeratedRadius(
    _ small: SmallProblem, batch: Int, step: Double
  ) throws -> Double {
    let problem = try small.problem()
    let all = ExplicitBatches(problem, batch: batch)
    let rates = problem.rates.rates(at: 0)
    let steps = all.batches.map {
      all.step(
        on: $0, RatePair(features: step * rates.features, prototypes: step * rates.prototypes))
    }
    let size = steps[0].rows
    let map = all.mean(
      steps.map { step in
        Matrix(rows: size * size, columns: size * size) {
          step[$1 / size, $0 / size] * step[$1 % size, $0 % size]
        }
      })
    var power = map
    for _ in 0..<16 {
      power = power.times(power)
      power = 1 / power.elements.span.largestMagnitude * power
    }
    let gram = power.times(
      Matrix(rows: size * size, columns: 1) { row, _ in
        row / size == row % size ? 1 : 0
      })
    let image = map.times(gram)
    return image.elements.dot(gram.elements) / gram.elements.sumOfSquares
  }

  @Test(arguments: [1, 2, 5], [0.5, 3.0]) func rateIsThatOfAllBatches(
    batch: Int, step: Double
  ) throws {
    for sizes in [[3, 2, 1], [2, 2, 2]] {
      var small = Self.decaying
      small.sizes = sizes
      if sizes == [2, 2, 2] { small.weights = .uniform }
      let radius = try enumeratedRadius(small, batch: batch, step: step)
      let growth = try #require(try growth(small, batch: batch, step: step))
      #expect(abs((growth.rate ?? .nan) - log(radius) / step) <= 1e-9)
    }
  }

  @Test(arguments: BatchMomentsTests.targetProblems.prefix(2)) func rateOfTargetsIsThatOfAllBatches(
    small: SmallProblem
  ) throws {
    var small = small
    small.rates = Self.decaying.rates
    let radius = try enumeratedRadius(small, batch: 2, step: 0.7)
    let growth = try #require(try growth(small, batch: 2, step: 0.7))
    #expect(abs((growth.rate ?? .nan) - log(radius) / 0.7) <= 1e-9)
  }

  /// The map's matrix is symmetric in its coordinates, and Lanczos finds its largest eigenvalue.
  @Test func lanczosFindsTheLargestEigenvalue() throws {
    var small = Self.decaying
    small.sizes = [4, 3, 1, 2, 5, 1, 2]
    small.weights = .inverseSqrtFrequency
    let problem = try small.problem()
    let map = GroupMomentMap(ModalBasis(problem))
    let change = MomentChange(
      map, BatchDraw(problem, batch: 3), rates: problem.rates.rates(at: 0), length: 0.8)
    // 7 squares, 28 pairs less those of two classes of one sample, 49 and 28.
    #expect(change.dimension == 7 + 26 + 49 + 28)
    let images = (0..<change.dimension).map { index in
      change.image(of: (0..<change.dimension).map { $0 == index ? 1 : 0 })
    }
    let matrix = Matrix(rows: images.count, columns: images.count) { images[$1][$0] }
    #expect(matrix.gap(to: matrix.transposed) <= 1e-14)
    let all = try matrix.symmetricEigendecomposition().values
    let pair = try change.largestEigenpair()
    #expect(abs(pair.value - (all.last ?? .nan)) <= 1e-12)
  }

  @Test(arguments: [1, 2, 5]) func noiseNeitherGrowsNorDecaysAtTheLargestStep(
    batch: Int
  ) throws {
    let growth = try #require(try growth(Self.decaying, batch: batch, step: 1))
    guard case .atMost(let step) = growth.largestStep,
      case .atMost(let full) = growth.largestFullBatchStep
    else {
      Issue.record("there is a largest step")
      return
    }
    #expect(step < full)
    #expect(abs(try enumeratedRadius(Self.decaying, batch: batch, step: step) - 1) <= 1e-9)
    #expect(try enumeratedRadius(Self.decaying, batch: batch, step: 1.01 * step) > 1)
  }

  /// A long run of moments grows at the rate.
  @Test func momentsGrowAtTheRate() throws {
    let problem = try Self.decaying.problem()
    let growth = try #require(try growth(Self.decaying, batch: 2, step: 1))
    let rows = try BatchMomentsSolver(batch: 2, step: 1).values(of: problem, at: [2000, 2100])
    let logarithms = rows.map { log($0["squared_norm_z"] ?? .nan) }
    #expect(abs((logarithms[1] - logarithms[0]) / 100 - (growth.rate ?? .nan)) <= 1e-9)
    let descent = try GradientDescentSolver(step: 1, form: .exact)
      .values(of: problem, at: [2000, 2100]).map { 2 * ($0["log_norm_z"] ?? .nan) }
    #expect(abs((descent[1] - descent[0]) / 100 - growth.meanRate) <= 1e-9)
  }

  @Test func nothingIsShortEnoughWhereTheMeanGrows() throws {
    for (batch, bound) in [(2, NoiseGrowth.StepBound.noStep), (6, .everyStep)] {
      let small = SmallProblem("growing") { $0.sizes = [3, 2, 1] }
      let growth = try #require(try growth(small, batch: batch, step: 1))
      #expect(growth.largestStep == bound)
      #expect(growth.largestFullBatchStep == .everyStep)
      let rate = try #require(growth.rate)
      #expect(batch == 6 ? abs(rate - growth.meanRate) <= 1e-12 : rate > growth.meanRate)
    }
  }

  /// Noise in features alone is multiplied by (1 - e lambda)^2.
  @Test func fixedPrototypesLeaveTheDecay() throws {
    var small = SmallProblem("anchored") {
      $0.modelCase = .anchored
      $0.decay = WeightDecay(features: 0.05, prototypes: 0, bias: 0)
    }
    let growth = try #require(try growth(small, batch: 2, step: 2))
    // The rate is 0.5: a step multiplies by 1 - 2 * 0.5 * 0.05.
    #expect(abs((growth.rate ?? .nan) - log(0.95)) <= 1e-15)
    #expect(growth.largestStep == .atMost(2 / (0.5 * 0.05)))
    small.decay = .none
    #expect(try self.growth(small, batch: 2, step: 2)?.largestStep == .everyStep)
  }

  @Test func varyingRatesHaveNoGrowth() throws {
    var small = Self.decaying
    small.rates = LearningRates(prototypes: InverseSqrtSchedule(value: 0.8, timescale: 3))
    #expect(try growth(small, batch: 2, step: 1) == nil)
  }
}
