import DynNumerics
import Dynamics

/// What needs how much memory, in the full and in the reduced representation.
struct MemoryCount {
  typealias Part = MemoryEstimate.Part

  private let scenario: Scenario
  private let p: Double
  private let n: Double
  private let classes: Double
  private let model: Model
  private let hasEqualClasses: Bool
  private static let smaller = "lower feature_dimension, samples_per_class or classes"

  /// Counts for C classes and the sizes of K groups; what depends on either is counted for the larger
  /// number.
  init(
    _ scenario: Scenario, _ model: Model, dimension: Int, classCount: Int, classSizes: [Int]
  ) {
    self.scenario = scenario
    p = Double(dimension)
    n = classSizes.reduce(0) { $0 + Double($1) }
    classes = Double(max(classCount, classSizes.count))
    self.model = model
    let weights = scenario.model.classWeights.values(for: classSizes.map(Double.init))
    hasEqualClasses =
      scenario.model.targets == nil && classSizes.allSatisfy { $0 == classSizes.first }
      && weights.allSatisfy { $0 == weights.first }
  }

  private var state: Double { 8 * p * (n + classes) }

  var reducedParts: [Part] {
    [modes, trajectory, classGeometry].compactMap { $0 } + stillWorkSpaces
  }

  /// Of solvers that move less than the state; they run one after the other.
  private var stillWorkSpaces: [Part] {
    let parts = scenario.solvers.filter { !$0.solver.movesState }.map { named in
      Part(
        what: "the work space of \(named.name)", bytes: named.solver.workSpace(sizes),
        remedy: "leave the solver out or lower classes")
    }
    return parts.filter { $0.bytes > 0 }.max { $0.bytes < $1.bytes }.map { [$0] } ?? []
  }

  var fullParts: [Part] {
    var parts = [modes, trajectory] + stillWorkSpaces
    let movers = scenario.solvers.filter(\.solver.movesState)
    let keepsStart =
      scenario.compares || movers.isEmpty || scenario.solvers.count > 1
    // Solvers run one after the other, and each gives back what it took.
    parts += movers.map { movingParts(of: $0) }.max { $0.bytes < $1.bytes } ?? []
    if keepsStart {
      parts.append(
        Part(
          what: "the initial state", bytes: state,
          remedy: scenario.compares && !movers.isEmpty
            ? "set \"compare\" to false and list one solver, or " + Self.smaller
            : "set \"representation\" to \"reduced\" or " + Self.smaller))
    }
    parts += solutionParts(hasClosedForm: movers.count < scenario.solvers.count)
    parts += recordedParts + partsWhileObserving
    return parts + kernelParts
  }

  /// States that are kept until they are written; then their archive is made, the last of them twice.
  func finalStates(_ number: Int) -> Part {
    Part(
      what: "the final states and their archive", bytes: (2 * Double(number) + 1) * state,
      remedy: "leave --states out, run fewer solvers and members at a time, or " + Self.smaller)
  }

  /// Rows of members that have run, until a figure is drawn of them.
  func keptRows(members: Int) -> Part {
    Part(
      what: "the rows of \(members) members", bytes: Double(members) * trajectory.bytes,
      remedy: "leave --plot out, or lower the number of outputs or members")
  }

  /// The modes, and the fixed matrices that times are combined from.
  private var modes: Part {
    Part(
      what: "the modes and their tables",
      bytes: 8 * (5.5 * p * classes + 7.6 * classes * classes),
      remedy: "lower classes or feature_dimension")
  }

  private var trajectory: Part {
    let rows = scenario.solvers.reduce(0) { $0 + $1.solver.reportTimes(for: scenario.times).count }
    // The default is 16 observables in the cases without a network.
    let row = TrajectoryRows.bytes(observables: scenario.observables?.count ?? 16)
    return Part(
      what: "the trajectory", bytes: Double(rows * row + 8 * scenario.times.count),
      remedy: "lower the number of outputs")
  }

  private func movingParts(of named: NamedSolver) -> [Part] {
    let moving = Part(
      what: "the moving state of \(named.name)", bytes: state,
      remedy: "use closed_form or gradient_descent with \"form\": \"exact\", or " + Self.smaller)
    let bytes = named.solver.workSpace(sizes)
    guard bytes > 0 else { return [moving] }
    return [
      moving,
      Part(
        what: "the work space of \(named.name)", bytes: bytes,
        remedy: "choose another method, or " + Self.smaller),
    ]
  }

  private var sizes: StateSizes {
    StateSizes(
      model, dimension: p, samples: n, classes: classes, hasEqualClasses: hasEqualClasses,
      threads: Concurrency.processorCount)
  }

  /// What the exact flow keeps of all samples.
  private func solutionParts(hasClosedForm: Bool) -> [Part] {
    guard !model.solvesUpToRotation else {
      guard followsRotatedFlow else { return [] }
      return [
        Part(
          what: "the exact flow's own state and what no mode sees", bytes: 2 * state,
          remedy: "leave closed_form out, or " + Self.smaller)
      ]
    }
    guard movesSamples, model.hasExactFlow, hasClosedForm || scenario.compares else { return [] }
    return [
      Part(
        what: "the planes of the samples", bytes: 2 * state,
        remedy: "set \"compare\" to false and leave closed_form out, or " + Self.smaller)
    ]
  }

  /// Whether an exact flow is followed that is known up to a rotation: its start is then balanced.
  private var followsRotatedFlow: Bool {
    model.solvesUpToRotation && scenario.solvers.contains { $0.solver.isExactFlow }
  }

  /// Whether samples move on their own.
  private var movesSamples: Bool { model.blockKind == .sample }

  /// The first solver's states, which the others are compared with where there is no exact flow and
  /// they do not take too much; the first and the last are there anyway.
  private var recordedParts: [Part] {
    guard scenario.compares, scenario.solvers.count > 1, !model.hasExactFlow,
      !followsRotatedFlow
    else { return [] }
    let rows = scenario.solvers[0].solver.reportTimes(for: scenario.times).count
    guard Double(rows) * state < Double(SystemMemory.available) / 4 else { return [] }
    return [
      Part(
        what: "the states of \(scenario.solvers[0].name) for comparison",
        bytes: Double(max(0, rows - 2)) * state,
        remedy: "set \"compare\" to false or lower the number of outputs")
    ]
  }

  /// What observables take and give back: the largest, and half of the others for the gaps that they
  /// leave.
  private var partsWhileObserving: [Part] {
    let parts = observableParts.sorted { $0.bytes > $1.bytes }
    return parts.prefix(1)
      + parts.dropFirst().map { Part(what: $0.what, bytes: $0.bytes / 2, remedy: $0.remedy) }
  }

  /// Whether states are formed of modes; they are there where solvers move them.
  private var formsStates: Bool {
    !movesSamples && !scenario.solvers.allSatisfy(\.solver.movesState)
  }

  /// What the neural collapse metrics need, with samples or without.
  private var classGeometry: Part? {
    guard
      scenario.observables?.contains(where: { $0.hasPrefix("nc") }) ?? true
    else { return nil }
    return Part(
      what: "the geometry of the classes", bytes: 8 * 24 * classes * classes,
      remedy: "leave nc1, nc2 and nc3 out of \"observables\"")
  }

  private var observableParts: [Part] {
    let names = scenario.observables ?? []
    let named = Observables.named(names).filter { $0.needsSamples && $0.name != "accuracy" }
    var parts = named.prefix(1).map { observable in
      Part(
        what: "full states for \(observable.name)", bytes: (formsStates ? 2 : 1) * state,
        remedy: "leave \(observable.name) out of \"observables\"")
    }
    if scenario.observables == nil, model.entry.normalizes {
      parts.append(
        Part(what: "full states for alignment", bytes: state, remedy: "give \"observables\""))
    }
    if let classGeometry { parts.append(classGeometry) }
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
          bytes: 40 * p * n * p * n, remedy: "give the kernel's factors instead")
      ]
    case .kronecker(let coordinates, let samples):
      var parts: [Part] = []
      if coordinates != .identity {
        parts.append(
          Part(
            what: "the kernel on coordinates", bytes: 40 * p * p,
            remedy: "lower feature_dimension"))
      }
      if samples != .identity {
        parts.append(
          Part(
            what: "the kernel on samples", bytes: 40 * n * n, remedy: "lower samples_per_class"))
      }
      return parts
    case nil: return []
    }
  }
}

extension [MemoryEstimate.Part] {
  /// The sum of the parts.
  fileprivate var bytes: Double { reduce(0) { $0 + $1.bytes } }
}
