import DynNumerics
import RealModule

/// A state with the inner products that the flow of squared error has at a time:
///
///     Z'Z = E Z_0' (I + Z_0 J Z_0'/n)^-1 Z_0 E,   E = e^(zeta F),   J = integral_0^zeta e^(2 s F) ds
///
/// (<doc:SquaredErrorFlow>). In the eigenvectors of F column k of Z_0 E is e^(x zeta) b_k and that of
/// Z_0 (J/n)^1/2 is e^(max(x zeta, 0)) b_k/c, where c^2 = (n/zeta) y/(1 - e^-y), y = 2 |x| zeta. In a
/// basis that is graded by the latter the matrix to be inverted is D (D^-2 + R R') D with D diagonal, up
/// to e^(x zeta), and no entry of R above 1: growth is taken out before anything is added. A time costs
/// O(p^2 (n + C)).
struct BalancedRegressionClosedForm: Evaluator {
  let basis: BalancedRegressionBasis

  func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    let problem = basis.problem
    let zeta = problem.rates.integrals(to: time).prototypes
    guard zeta > 0 else {
      return FullSnapshot(time: time, problem: problem, state: problem.initialState)
    }
    do throws(NumericsError) {
      return FullSnapshot(
        time: time, problem: problem, state: try basis.state(at: zeta), isUpToRotation: true)
    } catch {
      throw SolverFailure(error)
    }
  }
}

extension BalancedRegressionBasis {
  /// The state at a reading of the clock above 0, up to a rotation.
  fileprivate func state(at zeta: Double) throws(NumericsError) -> ScaledState {
    let growth = eigenvalues.map { max($0 * zeta, 0) }
    let fall = eigenvalues.map { min($0 * zeta, 0) }
    let saturations = eigenvalues.map { saturation($0, zeta) }
    let logWeights = eigenvalues.indices.map { column in
      Double.log(lengths[column]) + Double.log(unit) - Double.log(saturations[column])
        + growth[column]
    }
    let frame = GradedFrame(directions, logWeights: logWeights)
    let levels = frame.levels.map { max($0, 0) }

    // Columns of Z_0 that have grown, row i divided by e^level_i.
    var grown = frame.coordinates
    for row in 0..<grown.rows {
      for column in 0..<grown.columns where grown[row, column] != 0 {
        grown[row, column] *= lengths[column] * Double.exp(growth[column] - levels[row])
      }
    }
    let weighted = grown.scalingColumns(by: saturations.map { unit / $0 })
    var inverse = weighted.timesTransposed(weighted)
    for row in levels.indices { inverse[row, row] += Double.exp(-2 * levels[row]) }
    let decomposition = try inverse.symmetricEigendecomposition()
    let root = decomposition.vectors.congruence(
      decomposition.values.map { 1 / $0.squareRoot() })
    let turned = frame.vectors.times(root)

    // What falls least sets the scale.
    let present = fall.indices.filter { lengths[$0] > 0 }
    let logScale = present.map { fall[$0] }.max() ?? 0
    let factors = fall.map { unit * Double.exp(min($0 - logScale, 0)) }
    let restFactor = unit * Double.exp(min(-decay * zeta - logScale, 0))
    let restMap = turned.scalingColumns(by: levels.map { restFactor * Double.exp(-$0) })
      .timesTransposed(frame.vectors)
    return ScaledState(
      state(frame: turned, columns: grown.scalingColumns(by: factors), restMap: restMap),
      logScale: logScale)
  }

  /// c of an eigenvalue: how long a column must be, after its growth, to slow itself down.
  private func saturation(_ eigenvalue: Double, _ zeta: Double) -> Double {
    let exponent = 2 * abs(eigenvalue) * zeta
    let share = exponent > 0 ? exponent / -Double.expMinusOne(-exponent) : 1
    return (Double(problem.sampleCount) / zeta * share).squareRoot()
  }
}
