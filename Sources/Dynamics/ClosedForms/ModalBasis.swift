import DynNumerics
import Synchronization

/// The initial state of a problem of the cases unconstrained, regularized or anchored, taken apart
/// into the modes of the label operator.
///
/// With H = A Q + H_perp, a_j = A X_j and w_j = W U_j (<doc:ExactReduction>) every mode is a 2 x 2
/// system on the vectors (a_j, w_j). The basis keeps two vectors (xi_1, xi_2) a mode: along the
/// eigenvectors of that system where rates are proportional, else (a_j, w_j) themselves. All that
/// is quadratic in the state follows from their inner products, whatever the time.
public final class ModalBasis: Sendable {
  /// The problem that was taken apart.
  public let problem: Problem
  /// One a distinct singular value; empty where the vectors are (a_j, w_j).
  let orientations: [ModeOrientation]
  /// The block of every distinct singular value at time 0.
  let initialBlocks: [ModeBlock]
  /// xi_1 and xi_2 of every mode (p x C).
  let first: Matrix
  let second: Matrix
  /// A at time 0 (p x C).
  let classPart: Matrix
  /// |xi_1|^2, xi_1'xi_2 and |xi_2|^2 summed over the modes of each distinct singular value.
  let products: [(first: Double, mixed: Double, second: Double)]
  /// The squared deviations from the class mean, summed over each class (C).
  let scatter: [Double]
  /// c, the drive of the bias; empty without a bias.
  let biasDrive: [Double]
  let gram: ModalGram
  /// Passes over the rows of features, and the threads that they may use.
  let rows: ClassRows
  let threads: Int
  /// Fixed matrices for all times, where they are few.
  let tables: ModalTables?
  /// The memory of the last full state.
  let spareFeatures = Mutex<Matrix?>(nil)
  private let logitCache = Once<ModalLogits>()

  /// Takes the initial state apart. O(p n + p C^2).
  public init(_ problem: Problem, threads: Int = 1) {
    let modes = problem.labels.modes
    let sizes = problem.labels.partition.sizes
    self.problem = problem
    self.threads = threads
    rows = ClassRows(sizes: sizes)
    let roots = sizes.map { 1 / Double($0).squareRoot() }
    if let reduced = problem.reducedScatter {
      (classPart, scatter) = (problem.start.features, reduced)
    } else {
      let moments = rows.moments(problem.start.features, threads: threads)
      (classPart, scatter) = (moments.sums.scalingColumns(by: roots), moments.scatter)
    }
    let a = classPart.times(modes.right)
    let w = problem.start.prototypes.times(modes.left)
    if let ratio = problem.rates.ratio, problem.modelCase.movesPrototypes {
      let decay = problem.decay
      let orientations = modes.distinctValues.map {
        ModeOrientation(singularValue: $0, decay: decay, ratio: ratio)
      }
      self.orientations = orientations
      initialBlocks = orientations.map(\.initialBlock)
      first = Self.combine(a, w, modes) { orientations[$0].components(of: $1, $2).0 }
      second = Self.combine(a, w, modes) { orientations[$0].components(of: $1, $2).1 }
    } else {
      orientations = []
      initialBlocks = modes.distinctValues.map { _ in
        ModeBlock(features: [1, 0], prototypes: [0, 1])
      }
      first = a
      second = w
    }
    biasDrive = problem.start.bias == nil ? [] : problem.labels.biasDrive
    gram = ModalGram(first: first, second: second, labels: problem.labels)
    products = gram.diagonalSums(modes)
    tables = ModalTables(
      Parts(
        modes: modes, gram: gram, first: first, second: second,
        means: classPart.scalingColumns(by: roots),
        prototypes: problem.start.prototypes, sizes: sizes))
  }

  /// The tables of the logits, made when first asked for.
  var logits: ModalLogits {
    logitCache.value { ModalLogits(self) }
  }

  private static func combine(
    _ a: Matrix, _ w: Matrix, _ modes: LabelModes,
    _ entry: (_ distinct: Int, _ a: Double, _ w: Double) -> Double
  ) -> Matrix {
    Matrix(rows: a.rows, columns: a.columns) { entry(modes.index[$1], a[$0, $1], w[$0, $1]) }
  }

  /// The coefficients at time 0.
  var initialCoefficients: ModeCoefficients {
    ModeCoefficients(
      blocks: initialBlocks, within: ScaledNumber(value: 1), biasDecay: 1, biasDrive: 0)
  }

  /// The squared norms of the blocks of a state. O(distinct singular values + C).
  func norms(_ coefficients: PlainCoefficients) -> SquaredNorms {
    var norms = SquaredNorms(
      features: coefficients.within * coefficients.within * scatter.sum, prototypes: 0, bias: 0)
    for (block, product) in zip(coefficients.blocks, products) {
      norms.features += Self.quadratic(block.features, product)
      norms.prototypes += Self.quadratic(block.prototypes, product)
    }
    norms.bias = bias(coefficients)?.sumOfSquares ?? 0
    return norms
  }

  private static func quadratic(
    _ v: SIMD2<Double>, _ product: (first: Double, mixed: Double, second: Double)
  ) -> Double {
    let square = v.x * v.x * product.first + v.y * v.y * product.second
    return max(square + 2 * v.x * v.y * product.mixed, 0)
  }

  /// <M, W'H> of a state: the sum over modes of s_j a_j'w_j. O(distinct singular values).
  func operatorProduct(_ coefficients: PlainCoefficients) -> Double {
    var sum = 0.0
    for (index, block) in coefficients.blocks.enumerated() {
      let (f, w) = (block.features, block.prototypes)
      let product = products[index]
      let pair =
        f.x * w.x * product.first + f.y * w.y * product.second
        + (f.x * w.y + f.y * w.x) * product.mixed
      sum += problem.labels.modes.distinctValues[index] * pair
    }
    return sum
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
  /// The sum of |h_i - mu_c|^2 over each class (C), from A = H Q'. O(p n).
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
