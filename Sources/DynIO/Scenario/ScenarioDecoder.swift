import DynText
public import Dynamics

/// Turns the tree of a scenario file into plain values, gathering every fault on the way.
struct ScenarioDecoder {
  private let root: Fields
  private(set) var faults: [Fault] = []

  /// Reads a tree.
  ///
  /// - Throws: `ScenarioFaults` with all that is wrong.
  static func decode(
    _ value: Value, name: String, folder: String
  ) throws(ScenarioFaults) -> Scenario {
    let structural = formerNetwork(value).map { [$0] } ?? ScenarioFormat.shape.faults(of: value)
    guard structural.isEmpty else { throw ScenarioFaults(structural) }
    let phases = PhaseDecoding(value, name: name, folder: folder)
    guard phases.isEmpty else { return try phases.scenario() }
    var decoder = ScenarioDecoder(root: Fields(value))
    let scenario = decoder.scenario(value, name: name, folder: folder)
    guard let scenario, decoder.faults.isEmpty else { throw ScenarioFaults(decoder.faults) }
    return scenario
  }

  private init(root: Fields) { self.root = root }

  /// The remedy for a network in the form of version 0.1, a case with keys of its own.
  private static func formerNetwork(_ value: Value) -> Fault? {
    let model = Fields(value).fields("model")
    let isFormerCase = model["case"] == .string("perceptron")
    let keys = ["hidden", "data", "jitter"].filter(model.has)
    guard isFormerCase || !keys.isEmpty else { return nil }
    guard !model.has("network") else {
      return isFormerCase
        ? Fault(
          "model.case", "a network stands beside a case: set it to \"regularized\" or another")
        : Fault("model.\(keys[0])", "this key belongs into \"network\": move it there")
    }
    let hidden = model["hidden"] ?? .number(32)
    let data = model["data"] ?? .object([.init(key: "kind", value: .string("mixture"))])
    let members =
      [("hidden", hidden), ("data", data)] + (model["jitter"].map { [("jitter", $0)] } ?? [])
    let network = JSONWriter.text(
      .object(members.map { .init(key: $0.0, value: $0.1) }), indented: false)
    let advice =
      isFormerCase ? ", with \"case\": \"regularized\" or another and \"bias\": true" : ""
    return Fault(
      isFormerCase ? "model.case" : "model.\(keys[0])",
      "a network is a key of its own beside the cases: write \"network\": \(network)\(advice)")
  }

  /// Runs one part; its fault is kept, so that the other parts are still examined.
  private mutating func attempt<Part>(
    _ path: String, _ part: () throws(Fault) -> Part
  ) -> Part? {
    do throws(Fault) {
      return try part()
    } catch {
      faults.append(error.within(path))
      return nil
    }
  }

  private mutating func scenario(_ value: Value, name: String, folder: String) -> Scenario? {
    let root = root
    let model = attempt("model") { () throws(Fault) in
      try ModelSpecification(root.fields("model"))
    }
    var initial = attempt("initial_state") { () throws(Fault) in
      try InitialStateSpecification(root.fields("initial_state"))
    }
    let beginning = attempt("time") { [initial] () throws(Fault) in
      try RunBeginning(root.fields("time"), initial, folder: folder)
    }
    let seed = seed(of: beginning)
    if let seed { initial?.seed = seed }
    let rates = rates()?.beginning(at: beginning?.time ?? 0)
    let times = beginning.flatMap { beginning in
      attempt("time") { () throws(Fault) in
        try OutputTimes.times(root.fields("time"), from: beginning.time)
      }
    }
    let solvers = solvers()
    let stop = attempt("stop_when") { () throws(Fault) in try Self.stopConditions(root) }
    if let rates, let times { checkRates(rates, end: times.last ?? 0) }
    checkNames()
    if let times { checkStepCounts(solvers, time: (times.last ?? 0) - (times.first ?? 0)) }
    if let model { faults += CaseRules(model).faults }
    if let model, spectrumInterval != nil, let refusal = model.landscapeRefusal {
      faults.append(
        Fault(
          "spectrum",
          "Hessian spectra are not offered \(refusal.reason): leave the key out or \(refusal.remedy)"
        ))
    }
    if model?.network != nil, root.fields("initial_state").has("features") {
      faults.append(
        Fault(
          "initial_state.features",
          "the features of a network follow from its weights: leave the key out"))
    }
    if let model, let initial, case .balanced = initial.features,
      model.network != nil || model.layers?.isDeep == true
    {
      faults.append(
        Fault(
          "initial_state.kind",
          "a balanced start is one of features and prototypes that are variables: leave the key or "
            + "\(model.network == nil ? "model.layers" : "model.network") out"))
    }
    if let initial, model?.network != nil, initial.aligned != nil {
      faults.append(
        Fault(
          "initial_state.kind",
          "the features of a network follow from its weights: leave the key out"))
    }
    if let initial, let model, !model.hasBias, initial.bias != .zeros {
      faults.append(
        Fault("initial_state.bias", "the model has no bias: set model.bias to true or leave it out")
      )
    }
    guard let model, var initial, let rates, let beginning, let times, let stop else { return nil }
    if let network = model.network, initial.drawsPrototypes {
      initial.prototypes = .normal(scale: 1 / Double(network.width).squareRoot())
    }
    let observables = root.list("observables").compactMap { value -> String? in
      if case .string(let name) = value { name } else { nil }
    }
    return Scenario(
      name: (try? root.string("name")) ?? name,
      resolved: ScenarioFormat.shape.filled(Self.seeding(value, seed)), folder: folder,
      model: model,
      initialState: initial, rates: rates, times: times,
      beginning: beginning, solvers: solvers,
      observables: root.has("observables") ? observables : nil,
      spectrumInterval: spectrumInterval,
      compares: !root.has("compare") || root.isTrue("compare"), stopCondition: stop.first)
  }

  /// The seed of the run that a scenario goes on from, where it has none of its own.
  private mutating func seed(of beginning: RunBeginning?) -> UInt64? {
    guard let run = beginning?.run, !root.fields("initial_state").has("seed") else { return nil }
    return attempt("time.begin") { () throws(Fault) in try run.seed() } ?? nil
  }

  /// The tree with a seed written into it.
  private static func seeding(_ value: Value, _ seed: UInt64?) -> Value {
    guard let seed,
      let override = try? ScenarioOverride(
        path: "initial_state.seed", value: .number(Double(seed)))
    else { return value }
    return (try? override.applied(to: value)) ?? value
  }

  private var spectrumInterval: Int? {
    guard root.has("spectrum") else { return nil }
    return Int((try? root.fields("spectrum").number("every", default: 1)) ?? 1)
  }

  private mutating func rates() -> LearningRates? {
    let fields = root.fields("learning_rate")
    let prototypes = attempt("learning_rate.prototypes") { () throws(Fault) -> any Schedule in
      guard fields.has("prototypes") else { return ConstantSchedule(1) }
      return try Schedules.kinds.make(fields.fields("prototypes"))
    }
    let features = attempt("learning_rate.features") {
      () throws(Fault) -> LearningRates.FeatureRate in
      let own = fields.fields("features")
      guard fields.has("features"), try own.string("kind") != "proportional" else {
        return .proportional(try own.number("ratio", default: 1))
      }
      return .schedule(try Schedules.kinds.make(own))
    }
    guard let prototypes, let features else { return nil }
    return LearningRates(prototypes: prototypes, features: features)
  }

  private mutating func solvers() -> [NamedSolver] {
    var solvers: [NamedSolver] = []
    var names: Set<String> = []
    let values = root.has("solvers") ? root.list("solvers") : [Self.defaultSolver]
    for (index, value) in values.enumerated() {
      let fields = Fields(value)
      let solver = attempt("solvers[\(index)]") { () throws(Fault) in
        let kind = try fields.string("kind")
        let name = fields.has("name") ? try fields.string("name") : kind
        try Self.checkName(name, against: &names)
        return NamedSolver(
          name: name, aliases: fields.has("name") ? [] : [kind],
          solver: try Solvers.kinds.make(fields))
      }
      if let solver { solvers.append(solver) }
    }
    return solvers
  }

  private static let defaultSolver = Value.object([
    .init(key: "kind", value: .string("closed_form"))
  ])

  /// The most Unicode scalars of a name.
  private static let nameLimit = 1000

  private static func checkName(_ name: String, against others: inout Set<String>) throws(Fault) {
    guard name.isPlain, name.unicodeScalars.count <= nameLimit,
      !name.utf8.contains(UInt8(ascii: "/"))
    else {
      throw Fault(
        "name",
        "\"\(TerminalText.word(name))\" cannot name a solver: give a text without / and control "
          + "characters, of at most \(nameLimit)")
    }
    guard others.insert(name).inserted else {
      throw Fault(
        "", "a second solver is called \"\(TerminalText.word(name))\": give each its own \"name\"")
    }
  }

  /// The stop condition, if there is one.
  private static func stopConditions(_ root: Fields) throws(Fault) -> [StopCondition] {
    guard root.has("stop_when") else { return [] }
    let fields = root.fields("stop_when")
    let threshold = try fields.number("below")
    return Observables.named([try fields.string("observable")]).map {
      StopCondition(observable: $0, below: threshold)
    }
  }

  private mutating func checkNames() {
    if let name = try? root.string("name"),
      !name.isPlain || name.unicodeScalars.count > Self.nameLimit
    {
      faults.append(
        Fault(
          "name",
          "a name is not empty, has no control characters and at most \(Self.nameLimit) others: "
            + "give another"))
    }
    let names = root.list("observables")
    for (index, name) in names.enumerated() where names[..<index].contains(name) {
      faults.append(Fault("observables[\(index)]", "\(name.brief) is listed twice: leave one out"))
    }
  }

  private mutating func checkRates(_ rates: LearningRates, end: Double) {
    let zeta = rates.integrals(to: end)
    if !zeta.features.isFinite || !zeta.prototypes.isFinite {
      faults.append(
        Fault(
          "learning_rate",
          "the integral of a rate overflows before the end at "
            + "\(Value.text(end)): end earlier or let the rate grow less"))
    }
    guard rates.breakpoints(before: end).count > Schedules.breakpointLimit else { return }
    faults.append(
      Fault(
        "learning_rate",
        "a schedule jumps more than \(Schedules.breakpointLimit) times before "
          + "the end at \(Value.text(end)): make its jumps rarer"))
  }

  private mutating func checkStepCounts(_ solvers: [NamedSolver], time: Double) {
    for (index, named) in solvers.enumerated() {
      guard let step = named.solver.timePerStep, time / step > GradientDescentSolver.stepLimit
      else { continue }
      faults.append(
        Fault(
          "solvers[\(index)].step",
          "\(Value.text(step)) means "
            + "\(Value.text((time / step).rounded())) steps to the end: "
            + "make the step longer, at most 1e9 steps are taken"))
    }
  }
}

extension String {
  /// Whether a text is not empty and can stand in one line of a table.
  fileprivate var isPlain: Bool {
    !isEmpty
      && !unicodeScalars.contains {
        [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
      }
  }
}

/// Everything that is wrong with a scenario.
public struct ScenarioFaults: Error, Sendable {
  /// At least one fault.
  public let faults: [Fault]

  /// Gathers faults.
  public init(_ faults: [Fault]) { self.faults = faults }
}
