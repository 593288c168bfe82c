import DynNumerics
import Dynamics

extension Problem {
  /// The same problem from another initial state.
  public func starting(from state: State) -> Problem {
    starting(from: InitialState(state))
  }

  /// The same problem with features and prototypes multiplied by numbers of their own.
  public func scaled(features: Double, prototypes: Double) -> Problem {
    let state = initialState
    return starting(
      from: State(
        features: features * state.features, prototypes: prototypes * state.prototypes,
        bias: state.bias))
  }
}
