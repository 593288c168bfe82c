import DynNumerics
import Dynamics

/// The projections of the unconstrained flow on the balanced modes, by its printed formulas.
struct AlignedModes {
  private let size: Int
  private let plus: Matrix
  private let minus: Matrix

  init(_ problem: Problem) {
    let classes = problem.classCount
    let size = problem.labels.partition.sizes[0]
    let root = Double(size).squareRoot()
    let start = problem.initialState
    let sums = start.features.looped(
      Matrix(rows: classes * size, columns: classes) { $0 / size == $1 ? 1 / root : 0 })
    let centring = Matrix(rows: classes, columns: classes) {
      ($0 == $1 ? 1 : 0) - 1 / Double(classes)
    }
    self.size = size
    plus = 0.5 * (start.prototypes + sums).looped(centring)
    minus = 0.5 * (start.prototypes - sums).looped(centring)
  }

  /// (H_1^+, W_1^+).
  var growing: State { state(features: plus, prototypes: plus) }

  /// Zbar for eta_1 = ratio eta_2.
  func limit(ratio: Double) -> State {
    let r = ratio.squareRoot()
    return state(
      features: ((1 + r) / 2) * plus - ((1 - r) / 2) * minus,
      prototypes: ((1 + r) / (2 * r)) * plus - ((1 - r) / (2 * r)) * minus)
  }

  /// One column of the first matrix for every sample, divided by sqrt N.
  private func state(features: Matrix, prototypes: Matrix) -> State {
    let root = Double(size).squareRoot()
    return State(
      features: Matrix(rows: features.rows, columns: features.columns * size) {
        features[$0, $1 / size] / root
      }, prototypes: prototypes)
  }
}
