import DynNumerics
import RealModule

/// Free features under linear layers with the unhinged loss: the flow is multilinear, and from aligned
/// starts its modes have exact solutions (<doc:Depth>).
struct LayeredLinearFamily: ModelFamily {
  func includes(_ model: Model) -> Bool { model.hasUnhingedLayers }

  func flow(of problem: Problem, threads: Int) -> any Flow {
    LandscapeFlow(ModelLandscape(problem), problem)
  }

  func exactRefusal(of problem: Problem) -> String? {
    do throws(AlignedLayers.Refusal) {
      _ = try AlignedLayers(problem)
      return nil
    } catch {
      return error.reason
    }
  }

  func solution(
    of problem: Problem, threads: Int
  ) throws(NumericsError) -> (any ExactSolution)? {
    (try? AlignedLayers(problem)).map { AlignedSolution(layers: $0) }
  }

  func descentRefusal(of problem: Problem, _ momentum: Momentum) -> String? {
    exactRefusal(of: problem).map {
      "\($0.replacing("closed form", with: "exact descent")), or use \"form\": \"iterated\""
    }
  }

  /// Where the time of blow-up is predicted and near it is named, else, of a state that has grown, the
  /// mode that leads.
  func growthCause(of prepared: PreparedProblem, at state: State, time: Double) -> String? {
    if let blowUp = prepared.prediction.blowUp {
      return time > Self.nearBlowUp * blowUp.time ? blowUp.cause : nil
    }
    let problem = prepared.problem
    guard !(state.largestFactor < Self.growth * problem.initialState.largestFactor) else {
      return nil
    }
    let text = "\(BlowUp.reason), which has no closed form from a start that is not aligned"
    return problem.leadingValue(of: state).map {
      "\(text); the mode with singular value \($0) leads"
    } ?? text
  }

  /// The share of the time until the blow-up from which on it explains what happens.
  private static let nearBlowUp = 0.9
  /// How much a factor has grown by then.
  private static let growth = 100.0
}

extension State {
  /// The largest norm of features and layers.
  fileprivate var largestFactor: Double {
    ([features.elements.norm] + layers.map(\.elements.norm)).reduce(0) {
      $1 > $0 || $1.isNaN ? $1 : $0
    }
  }
}

extension Model {
  /// Whether linear layers stand above free features that enter as they are, with the unhinged loss.
  var hasUnhingedLayers: Bool {
    features.areFree && !entry.normalizes && prototypes.move && !prototypes.areOneMatrix
      && loss.unhinged != nil
  }
}

extension Problem {
  /// The singular value of the mode whose part of the loss is the largest; nil of a state that is zero
  /// or not finite.
  fileprivate func leadingValue(of state: State) -> Double? {
    let norms = [state.features.elements.norm] + state.layers.map(\.elements.norm)
    guard norms.allSatisfy({ $0.isFinite && $0 > 0 }) else { return nil }
    let modes = labels.modes
    let images = zip(state.layers, norms.dropFirst()).reduce(
      labels.project(state.features.divided(by: norms[0])).times(modes.right)
    ) { $1.0.divided(by: $1.1).times($0) }
    return modes.values.indices.map { mode in
      let part = modes.left.column(mode).dot(images.column(mode))
      return (value: modes.values[mode], size: modes.values[mode] * abs(part))
    }.max { $0.size < $1.size }?.value
  }
}

/// The solution from an aligned start.
struct AlignedSolution: ExactSolution {
  let layers: AlignedLayers
  let prediction: LimitPrediction

  init(layers: AlignedLayers) {
    self.layers = layers
    prediction = layers.prediction
  }

  func flow(until end: Double) -> any Evaluator {
    AlignedClosedForm(layers: layers, blowUp: prediction.blowUp)
  }

  func descent(step: Double, momentum: Momentum) -> (any Evaluator)? {
    AlignedDescent(layers, step: step, momentum: momentum)
  }

  var descentIsScaled: Bool { false }

  func descentPrediction(step: Double, until end: Double) -> LimitPrediction {
    var prediction = LimitPrediction.unknown("descent on linear layers has no predicted rate")
    prediction.blowUp = self.prediction.blowUp
    return prediction
  }

  func fastestRate(_ rates: RatePair) -> Double {
    let decay = layers.problem.decay
    return max(rates.features * decay.features, rates.prototypes * (decay.layers.max() ?? 0))
  }

  /// Errors of a state near its blow-up grow as the time that is left of it falls.
  func sensitivity(until end: Double) -> Double {
    guard case .at(let time, _, _, _)? = prediction.blowUp else { return 1 }
    return time / max(time - end, time.ulp)
  }
}

/// The closed form at any time before the blow-up.
private struct AlignedClosedForm: Evaluator {
  let layers: AlignedLayers
  let blowUp: BlowUp?

  func snapshot(at time: Double) throws(SolverFailure) -> any Snapshot {
    let problem = layers.problem
    let zeta = problem.rates.integrals(to: time).prototypes
    let clock = layers.clock(at: zeta)
    guard layers.modes.allSatisfy({ clock.left(until: $0.end) > 0 }) else { throw ended(time) }
    let bias = problem.start.bias.map { start in
      let decay = problem.decay.bias
      let drive = decay > 0 ? -Double.expMinusOne(-decay * zeta) / decay : zeta
      return zip(start, problem.labels.biasDrive).map {
        Double.exp(-decay * zeta) * $0 + drive * $1
      }
    }
    let state = layers.state(
      changes: layers.changes(at: clock), kept: layers.decays.map { Double.exp(-$0 * zeta) },
      bias: bias)
    guard state.norm.isFinite else {
      throw SolverFailure(
        "the state outgrows a double at t = \(time): \(reason); end earlier")
    }
    return FullSnapshot(time: time, problem: problem, state: state)
  }

  private func ended(_ time: Double) -> SolverFailure {
    SolverFailure("there is no state at t = \(time): \(reason); end earlier")
  }

  private var reason: String { blowUp?.cause ?? "factors are too large" }
}

extension BlowUp {
  fileprivate static let reason =
    "the flow of linear layers under the unhinged loss blows up in finite time"

  /// Why there is no state beyond it; nil where there is one.
  fileprivate var cause: String? {
    guard case .at(let time, _, let value, _) = self else { return nil }
    return "\(Self.reason), here at t = \(time) in the mode with singular value \(value)"
  }
}
