import DynNumerics
import Dynamics

/// What needs how much memory, in the full and in the reduced representation.
struct MemoryCount {
  typealias Part = MemoryEstimate.Part

  private let scenario: Scenario
  private let p: Double
  private let n: Double
  private let classes: Double
  private static let smaller = "lower feature_dimension, samples_per_class or classes"

  init(_ scenario: Scenario, dimension: Int, classSizes: [Int]) {
    self.scenario = scenario
    p = Double(dimension)
    n = classSizes.reduce(0) { $0 + Double($1) }
    classes = Double(classSizes.count)
  }

  private var state: Double { 8 * p * (n + classes) }

  var reducedParts: [Part] { [modes, trajectory] }

  var fullParts: [Part] {
    var parts = [modes, trajectory]
    let movers = scenario.solvers.filter { moves($0.solver) }
    let keepsStart =
      scenario.compares || movers.isEmpty || scenario.solvers.count > 1
    parts += movers.flatMap { movingParts(of: $0) }
    if keepsStart {
      parts.append(
        Part(
          what: "the initial state", bytes: state,
          remedy: scenario.compares && !movers.isEmpty
            ? "set \"compare\" to false and list one solver, or " + Self.smaller
            : "set \"representation\" to \"reduced\" or " + Self.smaller))
    }
    parts += observableParts
    return parts + kernelParts
  }

  /// States that are kept until they are written; then their archive is made, and read as bytes.
  func finalStates(_ number: Int) -> Part {
    Part(
      what: "the final states and their archive", bytes: 3 * Double(number) * state,
      remedy: "leave --states out, run fewer solvers and members at a time, or " + Self.smaller)
  }

  private func moves(_ solver: any Solver) -> Bool {
    if let descent = solver as? GradientDescentSolver { return descent.form == .iterated }
    return !(solver is ClosedFormSolver)
  }

  /// The modes, and the fixed matrices that times are combined from.
  private var modes: Part {
    Part(
      what: "the modes and their tables", bytes: 8 * (20 * p * classes + 40 * classes * classes),
      remedy: "lower classes or feature_dimension")
  }

  private var trajectory: Part {
    let columns = Double((scenario.observables?.count ?? 16) + 6)
    let rows = Double(scenario.times.count) * Double(scenario.solvers.count)
    return Part(
      what: "the trajectory", bytes: 24 * columns * rows, remedy: "lower the number of outputs")
  }

  private func movingParts(of named: NamedSolver) -> [Part] {
    let moving = Part(
      what: "the moving state of \(named.name)", bytes: state,
      remedy: "use closed_form or gradient_descent with \"form\": \"exact\", or " + Self.smaller)
    let vectors = workVectors(named.solver)
    guard vectors > 0 else { return [moving] }
    return [
      moving,
      Part(
        what: "the work space of \(named.name)", bytes: vectors,
        remedy: "choose another method, or " + Self.smaller),
    ]
  }

  /// Bytes of work space: a block a thread, or the whole state where blocks are not independent or
  /// keep their history.
  private func workVectors(_ solver: any Solver) -> Double {
    let isWhole =
      scenario.model.effectiveCase == .ntkInvariant || (scenario.model.lossName != "unhinged")
    let block = scenario.model.effectiveCase == .spherical ? 8 * p : 8 * (n + classes)
    let threads = Double(Concurrency.processorCount)
    if let ode = solver as? OdeSolver {
      return 20 * (isWhole || ode.method.keepsHistory ? state : threads * block)
    }
    guard let descent = solver as? GradientDescentSolver, !descent.settings.sampling.isActive else {
      return landscapeVectors(solver) * state
    }
    let velocity = descent.settings.momentum.factor > 0 ? state : 0
    return velocity + (isWhole ? 4 * state : threads * 8 * block)
  }

  /// Copies of the state that descent and flows on a landscape hold.
  private func landscapeVectors(_ solver: any Solver) -> Double {
    if solver is SharpnessAwareFlowSolver { return 24 }
    return solver is any SteppedSolver ? 8 : 0
  }

  private var observableParts: [Part] {
    let names = scenario.observables ?? []
    let named = Observables.named(names).filter { $0.needsSamples && $0.name != "accuracy" }
    var parts = named.prefix(1).map { observable in
      Part(
        what: "full states for \(observable.name)", bytes: 3 * state,
        remedy: "leave \(observable.name) out of \"observables\"")
    }
    if scenario.observables == nil || names.contains("accuracy") {
      parts.append(
        Part(
          what: "logits for accuracy", bytes: 32 * classes * n,
          remedy: "leave accuracy out of \"observables\""))
    }
    return parts
  }

  private var kernelParts: [Part] {
    switch scenario.model.kernel {
    case .dense:
      return [
        Part(
          what: "the dense kernel on p n = \(Value.text(p * n)) entries",
          bytes: 24 * p * n * p * n, remedy: "give the kernel's factors instead")
      ]
    case .kronecker(let coordinates, let samples):
      var parts: [Part] = []
      if coordinates != .identity {
        parts.append(
          Part(
            what: "the kernel on coordinates", bytes: 32 * p * p,
            remedy: "lower feature_dimension"))
      }
      if samples != .identity {
        parts.append(
          Part(
            what: "the kernel on samples", bytes: 32 * n * n, remedy: "lower samples_per_class"))
      }
      return parts
    case nil: return []
    }
  }
}
