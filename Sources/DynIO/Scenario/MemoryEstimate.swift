import DynNumerics
import Dynamics

/// A rough count of the memory that a scenario needs, taken before anything large is allocated.
public struct MemoryEstimate: Sendable {
  /// What needs how many bytes, largest last.
  public let parts: [(what: String, bytes: Double)]

  /// The sum of the parts.
  public var total: Double { parts.reduce(0) { $0 + $1.bytes } }

  init(_ scenario: Scenario, _ sizes: ProblemSizes) {
    let p = Double(sizes.featureDimension)
    let n = Double(sizes.sampleCount)
    let classes = Double(sizes.classCount)
    let state = 8 * p * (n + classes)
    var parts = [
      (what: "the state and its analytic form", bytes: 5 * state + 64 * classes * classes)
    ]
    let vectors = scenario.solvers.map { Self.vectors($0.solver) }.max() ?? 0
    if vectors > 0 { parts.append(("the solvers' work space", vectors * state)) }
    parts.append(("the logits", 8 * classes * n))
    let columns = Double(Observables.all.count + 6)
    let rows = Double(scenario.times.count) * Double(scenario.solvers.count)
    parts.append(("the trajectory", 8 * columns * rows))
    switch scenario.model.kernel {
    case .dense:
      parts.append(("the dense kernel on p n = \(Value.text(p * n)) entries", 24 * p * n * p * n))
    case .kronecker(let coordinates, let samples):
      if coordinates != .identity { parts.append(("the kernel on coordinates", 32 * p * p)) }
      if samples != .identity { parts.append(("the kernel on samples", 32 * n * n)) }
    case nil: break
    }
    self.parts = parts.sorted { $0.bytes < $1.bytes }
  }

  private static func vectors(_ solver: any Solver) -> Double {
    switch solver {
    case let ode as OdeSolver: ode.method == .rk8pd || ode.method == .msadams ? 20 : 14
    case is GradientDescentSolver: 4
    case is any SteppedSolver: 8
    case is SharpnessAwareFlowSolver: 24
    default: 0
    }
  }

  /// - Throws: `Fault` that names the largest part when the memory at hand does not suffice.
  func check() throws(Fault) {
    let available = Double(SystemMemory.available)
    guard total > available, let largest = parts.last else { return }
    throw Fault(
      "model",
      "the scenario needs about \(Self.text(total)), of which \(largest.what) "
        + "\(Self.text(largest.bytes)), and \(Self.text(available)) are free: lower "
        + "feature_dimension, samples_per_class or classes, or leave that part out")
  }

  /// Bytes in the largest unit that leaves at least 1.
  public static func text(_ bytes: Double) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var value = bytes
    var unit = 0
    while value >= 1024, unit < units.count - 1 {
      value /= 1024
      unit += 1
    }
    return "\((value * 10).rounded() / 10) \(units[unit])"
  }
}
