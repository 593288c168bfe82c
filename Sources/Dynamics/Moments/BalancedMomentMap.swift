import DynNumerics

/// Second moments of classes that no renumbering tells apart, averages over all classes: seven
/// numbers.
struct BalancedMoments: SecondMoments, Equatable {
  /// In the order of the properties below; the last is not used.
  fileprivate var numbers: SIMD8<Double>

  /// Of |h_i|^2.
  var square: Double { numbers[0] }
  /// Of h_i'h_j of one class; 0 for classes of one sample.
  var pairOfOneClass: Double { numbers[1] }
  /// Of h_i'h_j of two classes.
  var pairOfTwoClasses: Double { numbers[2] }
  /// Of h_i'w_c, with its own class and with another.
  var mixed: ExchangeableMatrix {
    ExchangeableMatrix(diagonal: numbers[3], beside: numbers[4])
  }
  /// Of W'W.
  var prototypes: ExchangeableMatrix {
    ExchangeableMatrix(diagonal: numbers[5], beside: numbers[6])
  }

  init(
    square: Double, pairs: ExchangeableMatrix, mixed: ExchangeableMatrix,
    prototypes: ExchangeableMatrix
  ) {
    numbers = [
      square, pairs.diagonal, pairs.beside, mixed.diagonal, mixed.beside, prototypes.diagonal,
      prototypes.beside, 0,
    ]
  }

  static func + (left: BalancedMoments, right: BalancedMoments) -> BalancedMoments {
    var sum = left
    sum.numbers += right.numbers
    return sum
  }

  static func * (factor: Double, moments: BalancedMoments) -> BalancedMoments {
    var product = moments
    product.numbers *= factor
    return product
  }

  var largestMagnitude: Double {
    // A nan must stay one: max would drop it.
    (0..<8).reduce(0) { abs(numbers[$1]) > $0 || numbers[$1].isNaN ? abs(numbers[$1]) : $0 }
  }
}

/// The map of `GroupMomentMap` for classes of N samples with exchangeable columns m: O(1) a step.
///
/// Averages over all renumberings of the classes follow the same map, and every total is one.
struct BalancedMomentMap: MomentMap {
  let start: BalancedMoments
  /// m.
  private let columns: ExchangeableMatrix
  /// C.
  private let classes: Double
  /// N.
  private let classSize: Double

  /// The same map in seven numbers; nil where renumbering the classes changes it.
  init?(_ map: GroupMomentMap) {
    guard let size = map.counts.first, map.counts.allSatisfy({ $0 == size }),
      let columns = ExchangeableMatrix(map.columns)
    else { return nil }
    self.columns = columns
    classes = Double(map.counts.count)
    classSize = size
    let start = map.start
    self.start = BalancedMoments(
      square: start.squares.sum / classes, pairs: start.pairs.exchangeableMean,
      mixed: start.mixed.exchangeableMean, prototypes: start.prototypes.exchangeableMean)
  }

  private func product(
    _ left: ExchangeableMatrix, _ right: ExchangeableMatrix
  ) -> ExchangeableMatrix {
    left.times(right, classes: classes)
  }

  func image(of moments: BalancedMoments, _ step: MomentStep) -> BalancedMoments {
    let pulled = product(moments.mixed, columns)
    let forces = product(columns, moments.prototypes)
    let forcePairs = product(forces, columns)
    func pair(_ moment: Double, _ pulled: Double, _ force: Double) -> Double {
      step.features * moment + 2 * step.featurePull * pulled + step.featureNoise.pair * force
    }
    return BalancedMoments(
      square: step.features * moments.square + 2 * step.featurePull * pulled.diagonal
        + step.featureNoise.same * forcePairs.diagonal,
      pairs: ExchangeableMatrix(
        diagonal: classSize > 1
          ? pair(moments.pairOfOneClass, pulled.diagonal, forcePairs.diagonal) : 0,
        beside: pair(moments.pairOfTwoClasses, pulled.beside, forcePairs.beside)),
      mixed: mixed(moments, step, pulled, forces), prototypes: prototypes(moments, step))
  }

  private func mixed(
    _ moments: BalancedMoments, _ step: MomentStep, _ pulled: ExchangeableMatrix,
    _ forces: ExchangeableMatrix
  ) -> ExchangeableMatrix {
    let received = ExchangeableMatrix(
      diagonal: step.mixedPush * (moments.square + (classSize - 1) * moments.pairOfOneClass)
        + (step.mixedNoise.same + (classSize - 1) * step.mixedNoise.pair) * pulled.diagonal,
      beside: classSize
        * (step.mixedPush * moments.pairOfTwoClasses + step.mixedNoise.pair * pulled.beside))
    let pushed = product(received, columns)
    return ExchangeableMatrix(
      diagonal: step.mixed * moments.mixed.diagonal + step.mixedPull * forces.diagonal
        + pushed.diagonal,
      beside: step.mixed * moments.mixed.beside + step.mixedPull * forces.beside + pushed.beside)
  }

  private func prototypes(
    _ moments: BalancedMoments, _ step: MomentStep
  ) -> ExchangeableMatrix {
    let pushed = product(columns, moments.mixed)
    let received = ExchangeableMatrix(
      diagonal: classSize
        * (step.prototypeNoise.same * moments.square
          + (classSize - 1) * (step.prototypeNoise.pair * moments.pairOfOneClass)),
      beside: classSize * classSize * (step.prototypeNoise.pair * moments.pairOfTwoClasses))
    let drawn = product(product(columns, received), columns)
    let factor = 2 * step.prototypePush * classSize
    return ExchangeableMatrix(
      diagonal: step.prototypes * moments.prototypes.diagonal + factor * pushed.diagonal
        + drawn.diagonal,
      beside: step.prototypes * moments.prototypes.beside + factor * pushed.beside + drawn.beside)
  }

  func totals(of moments: BalancedMoments) -> MomentTotals {
    MomentTotals(
      features: classes * classSize * moments.square,
      prototypes: classes * moments.prototypes.diagonal,
      coupling: product(moments.mixed, columns).diagonal)
  }

  /// Whether a class has a pair of samples.
  private var hasPairs: Bool { classSize > 1 }

  func entries(of moments: BalancedMoments) -> [Double] {
    (0..<7).filter { hasPairs || $0 != 1 }.map { moments.numbers[$0] }
  }

  func moments(ofEntries entries: [Double]) -> BalancedMoments {
    var moments = 0 * start
    for (lane, entry) in zip((0..<7).filter { hasPairs || $0 != 1 }, entries) {
      moments.numbers[lane] = entry
    }
    return moments
  }

  func weights(_ rates: RatePair) -> [Double] {
    let samples = classes * classSize
    let mean = (rates.features * rates.prototypes).squareRoot()
    let weights = [
      samples.squareRoot() / rates.features,
      (samples * (classSize - 1)).squareRoot() / rates.features,
      (samples * classSize * (classes - 1)).squareRoot() / rates.features,
      (2 * samples).squareRoot() / mean,
      (2 * samples * (classes - 1)).squareRoot() / mean,
      classes.squareRoot() / rates.prototypes,
      (classes * (classes - 1)).squareRoot() / rates.prototypes,
    ]
    return weights.filter { $0 > 0 }
  }
}
