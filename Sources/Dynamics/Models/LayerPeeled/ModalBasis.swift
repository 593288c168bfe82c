import DynNumerics
import RealModule
import Synchronization

/// The initial state of a problem of the cases unconstrained, regularized or anchored, decomposed
/// into the modes of the label operator.
///
/// With H = A Q + H_perp, a_j = A X_j and w_j = W U_j (<doc:ExactReduction>) every mode is a 2 x 2
/// system on the vectors (a_j, w_j). At any time they are combinations of (a_0, w_0) and, where rates
/// are proportional, of the system's eigenvectors; all that is quadratic in the state follows from
/// inner products of these vectors, read in the frame in which least cancels (`ModeFrame`).
public final class ModalBasis: Sendable {
  /// The problem that was decomposed.
  public let problem: Problem
  /// The logarithm of what its state was divided by before.
  let logUnit: Double
  /// One per distinct singular value; empty where there are no fixed eigenvectors.
  let orientations: [ModeOrientation]
  /// Whether xi_1 of a distinct value is there at all: below `absentShare` of what A and W put into
  /// it, it is rounding of the data, and neither trajectory nor prediction follow its growth.
  let isGrowing: [Bool]
  /// The same of xi_2.
  let isFalling: [Bool]
  /// (a_0, w_0) per mode.
  let start: ModalFrame
  /// (xi_1, xi_2) per mode; nil where there are no fixed eigenvectors.
  let spectral: ModalFrame?
  let maps: ModalMaps
  /// A at time 0 (p x K).
  let classPart: Matrix
  /// What the modes see of it: all, unless there are more groups than classes.
  let modalPart: Matrix
  /// The squared deviations from the group's mean, summed over each group (K).
  let scatter: [Double]
  /// The squared norm of all that moves as these deviations do: with them what A has beyond the modes.
  let totalScatter: Double
  /// The blocks at time 0.
  let initialBlocks: [ModeBlock]
  /// Whether squares of one block of the initial state leave the range of a double beside the other's:
  /// then observables are read from the full state, block by block.
  let isLopsided: Bool
  /// c, the drive of the bias; empty without a bias.
  let biasDrive: [Double]
  /// Passes over the rows of features, and the threads that they may use.
  let rows: ClassRows
  let threads: Int
  /// The memory of the last full state.
  let spareFeatures = Mutex<Matrix?>(nil)

  /// Parts with less than this share of the terms that make them up are absent.
  static let absentShare = 1e-13

  /// Decomposes the initial state. O(p n + p C^2).
  ///
  /// - Parameters:
  ///   - problem: the problem.
  ///   - logUnit: the logarithm of what the problem's state was divided by, which its coefficients
  ///     carry in their scales.
  ///   - threads: how many threads passes over the features may use.
  public init(_ problem: Problem, logUnit: Double = 0, threads: Int = 1) {
    let modes = problem.labels.modes
    let sizes = problem.labels.partition.sizes
    self.problem = problem
    self.logUnit = logUnit
    self.threads = threads
    rows = ClassRows(sizes: sizes)
    if let reduced = problem.reducedScatter {
      (classPart, scatter) = (problem.start.features, reduced)
    } else {
      let moments = rows.moments(problem.start.features, threads: threads)
      let roots = sizes.map { 1 / Double($0).squareRoot() }
      (classPart, scatter) = (moments.sums.scalingColumns(by: roots), moments.scatter)
    }
    let a = classPart.times(modes.right)
    modalPart =
      problem.labels.groupCount > problem.classCount ? a.timesTransposed(modes.right) : classPart
    totalScatter = scatter.sum + (classPart - modalPart).elements.sumOfSquares
    isLopsided = Self.isLopsided(
      features: Double.hypot(classPart.elements.norm, totalScatter.squareRoot()),
      prototypes: problem.start.prototypes.elements.norm, problem)
    let w = problem.start.prototypes.times(modes.left)
    let plain = ModalFrame(first: a, second: w, modes: modes)
    guard let ratio = problem.rates.ratio, problem.movesPrototypes else {
      (start, spectral, orientations, isGrowing, isFalling) = (plain, nil, [], [], [])
      initialBlocks = modes.distinctValues.map { _ in ModeBlock(start: .identity) }
      biasDrive = problem.start.bias == nil ? [] : problem.labels.biasDrive
      maps = ModalMaps(problem.labels)
      return
    }
    let orientations = modes.distinctValues.map {
      ModeOrientation(singularValue: $0, decay: problem.decay, ratio: ratio)
    }
    self.orientations = orientations
    initialBlocks = orientations.map {
      ModeBlock(start: .identity, spectral: $0.initialPair)
    }
    let vectors = EigenvectorParts(a, w, modes, orientations, absentBelow: Self.absentShare)
    (spectral, isGrowing, isFalling) = (vectors.frame, vectors.isGrowing, vectors.isFalling)
    let isPresent = zip(isGrowing, isFalling).map { $0 || $1 }
    start = isPresent.contains(false) ? plain.keeping(isPresent, modes) : plain
    biasDrive = problem.start.bias == nil ? [] : problem.labels.biasDrive
    maps = ModalMaps(problem.labels)
  }

  private static func isLopsided(
    features: Double, prototypes: Double, _ problem: Problem
  ) -> Bool {
    // The reduced representation has no samples to be read from.
    guard features > 0, prototypes > 0, !problem.isReduced else { return false }
    let (low, high) = (
      ScaledMatrix.rangeOfSquares.lowerBound, ScaledMatrix.rangeOfSquares.upperBound
    )
    return features < low * prototypes || features > high * prototypes
  }

  /// Coefficients of the divided state as those of the state itself.
  func inUnit(_ coefficients: ModeCoefficients) -> ModeCoefficients {
    guard logUnit != 0 else { return coefficients }
    var coefficients = coefficients
    for value in coefficients.blocks.indices { coefficients.blocks[value].logScale += logUnit }
    coefficients.within.logScale += logUnit
    coefficients.logUnit = logUnit
    return coefficients
  }

  /// The frame of a kind.
  subscript(frame: ModeFrame) -> ModalFrame {
    switch frame {
    case .start: start
    case .spectral: spectral ?? start
    }
  }

  /// A block from its coefficients on (a_0, w_0).
  func block(_ pair: ModePair, ofValue value: Int, logScale: Double = 0) -> ModeBlock {
    ModeBlock(
      start: pair,
      spectral: orientations.isEmpty ? nil : pair.seen(through: orientations[value].initialPair),
      logScale: logScale)
  }

  /// The block with xi_1 multiplied by e^upper and xi_2 by e^lower; xi_1 grows only where it is.
  func block(ofValue value: Int, upper: ScaledNumber, lower: ScaledNumber) -> ModeBlock {
    guard start.isPresent(value) else { return 0 * initialBlocks[value] }
    let orientation = orientations[value]
    let rates =
      (isGrowing[value] && upper.value != 0 ? [upper.logScale] : [])
      + (lower.value != 0 ? [lower.logScale] : [])
    let reference = rates.max() ?? 0
    let (first, second) = (upper.relative(to: reference), lower.relative(to: reference))
    guard isGrowing[value] else {
      var block = orientation.block(alongSecond: second)
      block.logScale = reference
      return block
    }
    // Of equal signs the difference is known from the logarithms.
    let gap = upper.logScale - lower.logScale
    let difference =
      upper.value == lower.value
      ? upper.value * (gap >= 0 ? -Double.expMinusOne(-gap) : Double.expMinusOne(gap))
      : first - second
    var block = orientation.block(first: first, second: second, difference: difference)
    block.logScale = reference
    return block
  }

  /// All numbers relative to one common factor. Deviations that are zero have no factor once it
  /// outgrows the state: it would only cancel.
  func plain(_ coefficients: ModeCoefficients, relativeTo logScale: Double) -> PlainCoefficients {
    var plain = coefficients.plain(relativeTo: logScale)
    if totalScatter == 0, abs(plain.within) > 1 { plain.within = 0 }
    return plain
  }

  /// The coefficients at time 0.
  var initialCoefficients: ModeCoefficients {
    ModeCoefficients(
      blocks: initialBlocks, within: ScaledNumber(value: 1), biasDecay: 1, biasDrive: 0)
  }

  /// No part of anything.
  var zeroCoefficients: ModeCoefficients {
    ModeCoefficients(
      blocks: initialBlocks.map { 0 * $0 }, within: ScaledNumber(value: 0), biasDecay: 0,
      biasDrive: 0)
  }

  /// b (C), where the model has one.
  func bias(_ coefficients: PlainCoefficients) -> [Double]? {
    problem.start.bias.map {
      zip($0, biasDrive).map { coefficients.biasDecay * $0 + coefficients.biasDrive * $1 }
    }
  }
}

extension ModeOrientation {
  /// (xi_1, xi_2) of a pair (a, w).
  func components(of a: Double, _ w: Double) -> (Double, Double) {
    let x = a / rootRatio
    return (cosine * x + sine * w, cosine * w - sine * x)
  }
}

extension LabelOperator {
  /// The sum of |h_i - mu_k|^2 over each group (K), from A = H Q'. O(p n).
  func withinClassScatter(_ features: Matrix, classPart: Matrix) -> [Double] {
    let roots = partition.sizes.map { Double($0).squareRoot() }
    var deviations: [Double] = []
    return (0..<partition.classCount).map { label in
      deviations.removeAll(keepingCapacity: true)
      for row in 0..<features.rows {
        let mean = classPart[row, label] / roots[label]
        for sample in partition.range(ofClass: label) {
          deviations.append(features[row, sample] - mean)
        }
      }
      return partition.sizes[label] == 1 ? 0 : deviations.sumOfSquares
    }
  }
}

/// (xi_1, xi_2) of every mode, and which of them are more than rounding of the state.
private struct EigenvectorParts {
  let frame: ModalFrame
  let isGrowing: [Bool]
  let isFalling: [Bool]

  init(
    _ a: Matrix, _ w: Matrix, _ modes: LabelModes, _ orientations: [ModeOrientation],
    absentBelow share: Double
  ) {
    func vectors(_ part: (ModeOrientation, Double, Double) -> Double) -> Matrix {
      Matrix(rows: a.rows, columns: a.columns) {
        part(orientations[modes.index[$1]], a[$0, $1], w[$0, $1])
      }
    }
    let (first, second) = (
      vectors { $0.components(of: $1, $2).0 }, vectors { $0.components(of: $1, $2).1 }
    )
    let all = ModalFrame(first: first, second: second, modes: modes)
    let norms = (a.elements.norm, w.elements.norm)
    let present = orientations.indices.map { value -> (first: Bool, second: Bool) in
      let terms = orientations[value].terms(ofNorms: norms.0, norms.1)
      let own = all.norms(ofValue: value)
      return (own.first > share * terms.0, own.second > share * terms.1)
    }
    isGrowing = present.map(\.first)
    isFalling = present.map(\.second)
    frame =
      present.allSatisfy { $0.first && $0.second }
      ? all
      : ModalFrame(
        first: first.scalingColumns(by: modes.index.map { present[$0].first ? 1 : 0 }),
        second: second.scalingColumns(by: modes.index.map { present[$0].second ? 1 : 0 }),
        modes: modes)
  }
}
