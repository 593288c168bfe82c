/// When the state of a flow becomes infinite.
public enum BlowUp: Sendable, Equatable {
  /// At a time and a reading of zeta_2, first in so many modes of a singular value of the label operator.
  case at(time: Double, zeta: Double, singularValue: Double, modes: Int)
  /// Never, for the reason given.
  case never(String)

  /// The time; infinite where there is none.
  public var time: Double {
    if case .at(let time, _, _, _) = self { time } else { .infinity }
  }
}
