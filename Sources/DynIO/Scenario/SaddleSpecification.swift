import DynNumerics
public import Dynamics

/// A start near an exact saddle, as a scenario gives it.
public struct SaddleSpecification: Sendable, Equatable {
  /// Which saddle.
  public var saddle: ExactSaddle
  /// The distance from it.
  public var offset: Double
  /// Which way.
  public var direction: SaddleStart.Direction

  /// The word for it.
  static let kind = "saddle"
  private static let keys = ["saddle", "offset", "direction"]
  private static let arrays = ["features", "prototypes", "bias"]

  /// Reads the object `initial_state`, whose shape is valid; nil where it is no saddle.
  ///
  /// - Throws: `Fault` for keys that do not go together.
  init?(_ fields: Fields) throws(Fault) {
    guard fields["kind"] == .string(Self.kind) else {
      // An aligned start names what it refuses itself.
      guard fields["kind"] != .string(AlignedSpecification.kind),
        let key = Self.keys.first(where: fields.has)
      else { return nil }
      throw Fault(key, "this key belongs to a saddle: add \"kind\": \"saddle\" or leave it out")
    }
    if let key = Self.arrays.first(where: fields.has) {
      throw Fault(key, "a start near a saddle draws no arrays: leave this key or \"kind\" out")
    }
    guard fields.has("saddle"), let saddle = ExactSaddle(rawValue: try fields.string("saddle"))
    else {
      let names = ExactSaddle.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: " or ")
      throw Fault("saddle", "the saddle is missing: give \(names)")
    }
    self.saddle = saddle
    offset = try fields.number("offset", default: 1e-3)
    direction =
      fields.has("direction")
      ? SaddleStart.Direction(rawValue: try fields.string("direction")) ?? .random : .random
  }

  /// The problem with its initial state near the saddle.
  ///
  /// - Throws: `Fault` for a problem without this saddle.
  func start(of problem: Problem) throws(Fault) -> Problem {
    do throws(Fault) {
      guard let landscape = problem.landscape, problem.model.isBilinear else {
        throw Fault(
          "saddle",
          "exact saddles are those of features and prototypes that move freely, the cases "
            + "unconstrained and regularized without layers or a network: change the model or leave "
            + "\"kind\" out")
      }
      let start = SaddleStart(
        name: saddle.rawValue, saddle: try state(of: problem), offset: offset,
        direction: direction)
      return try moved(problem, to: start, landscape)
    } catch {
      throw error.within("initial_state")
    }
  }

  private func state(of problem: Problem) throws(Fault) -> State {
    do throws(Fault) {
      return try saddle.state(of: problem)
    } catch {
      throw error.within("saddle")
    }
  }

  private func moved(
    _ problem: Problem, to start: SaddleStart, _ landscape: any Landscape
  ) throws(Fault) -> Problem {
    do throws(NumericsError) {
      return problem.starting(near: start, at: try start.state(landscape, seed: problem.seed))
    } catch {
      throw Fault("direction", error.description)
    }
  }
}
