import DynNumerics
import RealModule

/// Features and linear layers of the unhinged loss from an aligned start: N = L + 1 factors per mode,
/// with x_0 = h/sqrt(s) and x_l = w_l, move at the rate sqrt(s) sigma (<doc:Depth>).
struct AlignedLayers: Sendable {
  /// Why a problem has no closed form.
  struct Refusal: Error {
    let reason: String
  }

  let problem: Problem
  let alignment: LayerAlignment
  /// The modes of the alignment without decay.
  let modes: [MultilinearMode]
  /// eta_1 = s eta_2.
  private let ratio: Double
  /// lambda of every factor per unit of zeta_2: s lambda_1, lambda of W_1, ..., W_L.
  let decays: [Double]

  /// - Throws: `Refusal` for a start that is not aligned, and factors whose modes have no closed form.
  init(_ problem: Problem) throws(Refusal) {
    guard let ratio = problem.rates.ratio else {
      throw Refusal(reason: "linear layers have a closed form at proportional learning rates only")
    }
    self.problem = problem
    self.ratio = ratio
    let alignment = try Self.alignment(of: problem)
    self.alignment = alignment
    let decays = [ratio * problem.decay.features] + problem.decay.layers
    self.decays = decays
    let most = decays.reduce(0, max)
    guard alignment.modes.isEmpty || decays.allSatisfy({ most - $0 <= Self.tolerance * most })
    else {
      throw Refusal(
        reason: "linear layers have a closed form at equal weight decay only: that of every layer, "
          + "and eta_1/eta_2 times that of the features")
    }
    modes = try Self.modes(of: alignment, ratio: ratio)
  }

  private static let tolerance = LayerAlignment.tolerance

  private static func alignment(of problem: Problem) throws(Refusal) -> LayerAlignment {
    let found: LayerAlignment?
    do throws(NumericsError) {
      found = try LayerAlignment.of(problem)
    } catch {
      throw Refusal(
        reason: "linear layers have no closed form from this start: \(error.description)")
    }
    guard let found else {
      throw Refusal(
        reason: "linear layers have a closed form from aligned starts only, whose factors share "
          + "singular vectors with the label operator: set initial_state to {\"kind\": \"aligned\"}"
      )
    }
    return found
  }

  private static func modes(
    of alignment: LayerAlignment, ratio: Double
  ) throws(Refusal) -> [MultilinearMode] {
    let root = ratio.squareRoot()
    let largest = (alignment.norms.enumerated().map { $0 == 0 ? $1 / root : $1 }).max() ?? 0
    return try alignment.modes.map { mode throws(Refusal) in
      let sizes = mode.sizes.enumerated().map { $0 == 0 ? $1 / root : $1 }
      let allowance = tolerance * (sizes.map(abs).max() ?? 0) + 1e-2 * tolerance * largest
      guard
        let solved = MultilinearMode(
          rate: root * mode.singularValue, sizes: sizes, allowance: allowance)
      else {
        throw Refusal(
          reason: "linear layers have a closed form for features and two layers, or more layers of "
            + "equal size, and the mode with singular value \(mode.singularValue) has features, over "
            + "sqrt(eta_1/eta_2), and layers of sizes \(sizes)")
      }
      return solved
    }
  }

  /// The decay that all factors of a mode have per unit of zeta_2.
  var decay: Double { decays.reduce(0, max) }

  /// (N-2) lambda, by which time without decay ends.
  var clockDecay: Double { Double(decays.count - 2) * decay }

  /// The time without decay at a reading of zeta_2.
  func clock(at zeta: Double) -> UndecayedClock { UndecayedClock(zeta: zeta, decay: clockDecay) }

  /// What the factors grow by without decay at a time, a list per mode.
  func changes(at clock: UndecayedClock) -> [[Double]] { modes.map { $0.changes(at: clock) } }

  /// The state of the flow: the modes' factors have grown by given changes, all decay.
  ///
  /// - Parameters:
  ///   - changes: of x_i without decay, a list per mode.
  ///   - kept: what decay leaves of H, W_1, ..., W_L.
  ///   - bias: b.
  func state(changes: [[Double]], kept: [Double], bias: [Double]?) -> State {
    let units = [ratio.squareRoot()] + kept.dropFirst().map { _ in 1 }
    return state(
      shifts: changes.map { mode in
        mode.indices.map { kept[$0] * units[$0] * mode[$0] }
      }, kept: kept, bias: bias)
  }

  /// The state in which of every factor of the start a share is kept and its modes are shifted.
  ///
  /// - Parameters:
  ///   - shifts: of h, w_1, ..., w_L beside the share that is kept, a list per mode.
  ///   - kept: the shares of H, W_1, ..., W_L.
  ///   - bias: b.
  func state(shifts: [[Double]], kept: [Double], bias: [Double]?) -> State {
    let labels = problem.labels
    let start = problem.initialState
    func shift(_ factor: Int) -> Matrix {
      alignment.sides[factor + 1].scalingColumns(by: shifts.map { $0[factor] })
        .timesTransposed(alignment.sides[factor])
    }
    let roots = labels.partition.sizes.map { 1 / Double($0).squareRoot() }
    return State(
      features: kept[0] * start.features + labels.repeated(shift(0).scalingColumns(by: roots)),
      layers: start.layers.enumerated().map { kept[$0 + 1] * $1 + shift($0 + 1) }, bias: bias)
  }

  /// The signs of the product of the layers as a mode blows up.
  func finalSign(of mode: Int) -> Double { modes[mode].finalSigns.dropFirst().reduce(1, *) }
}
