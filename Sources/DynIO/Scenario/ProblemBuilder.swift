import DynNumerics
public import Dynamics

/// Turns a scenario into a problem: loads and draws its arrays and checks that they fit together.
public struct ProblemBuilder {
  let scenario: Scenario
  let loader: ArrayLoader

  /// A builder for a scenario.
  public init(_ scenario: Scenario) {
    self.scenario = scenario
    loader = ArrayLoader(folder: scenario.folder, seed: scenario.initialState.seed)
  }

  /// The problem of the scenario.
  ///
  /// - Throws: `Fault` for arrays that do not fit, files that cannot be read, combinations that
  ///   the case refuses, and sizes beyond the memory at hand.
  public func problem() throws(Fault) -> Problem {
    let arrays = try GivenArrays(scenario, loader)
    let sizes = try ProblemSizes(scenario.model, arrays)
    let isReduced = try isReduced(sizes)
    let partition = try partition(arrays, sizes)
    let groupings = try groupings(of: partition, arrays, sizes)
    let groups = groupings[0]
    let network = try scenario.model.network.map { specification throws(Fault) in
      try NetworkBuilder(specification: specification, loader: loader)
        .network(partition, sortedBy: groups.partition)
    }
    let builder = InitialStateBuilder(
      specification: scenario.initialState, arrays: arrays, sizes: sizes, loader: loader,
      hasBias: scenario.model.hasBias, layers: scenario.model.layers, network: network)
    let (start, scatter) = try start(builder, groups, isReduced: isReduced)
    let features: any FeatureSource =
      if let network { network.features } else { try features(groups.partition, sizes) }
    var problem = try problem(groups, features, start, reducedScatter: scatter)
    if problem.model.entry.normalizes, problem.model.features.areFree {
      try checkNonZero(start.state, groups.partition)
    }
    problem.notes = arrays.notes
    problem.distribution = scenario.initialState.distribution
    problem.continuesRun = scenario.beginning.isThatOfState
    problem.velocity = try velocity(of: start, groups.partition)
    if let saddle = scenario.initialState.saddle { problem = try saddle.start(of: problem) }
    problem.laterPhases = try laterPhases(groupings, features, start)
    return problem
  }

  /// The parameters of the scenario with given groups, features and start.
  private func problem(
    _ groups: GroupedTargets, _ features: any FeatureSource, _ start: InitialState,
    reducedScatter: [Double]? = nil
  ) throws(Fault) -> Problem {
    let loss = try loss(groups)
    let labels = try labelOperator(groups, loss)
    let model = Model(
      scenario.model.effectiveCase, features: features, loss: loss,
      rescalesLearningRate: scenario.model.rescalesLearningRate,
      hasLayers: scenario.model.layers?.isDeep ?? false)
    return Problem(
      model: model, labels: labels, decay: decay(critical: labels.criticalDecay, loss),
      seed: scenario.initialState.seed, start: start, reducedScatter: reducedScatter,
      rates: scenario.rates)
  }

  /// The groups of this phase and of all later ones, the same samples in each.
  private func groupings(
    of partition: ClassPartition, _ arrays: GivenArrays, _ sizes: ProblemSizes
  ) throws(Fault) -> [GroupedTargets] {
    var groupings = [try groups(of: partition, arrays.targets, sizes)]
    for (index, phase) in scenario.phases.enumerated() {
      do throws(Fault) {
        let rule = try GivenArrays.targets(phase.scenario, loader)
        let count = rule?.groupCount ?? sizes.classCount
        guard count == sizes.groupCount else {
          throw Fault(
            "model.targets",
            "\(count) groups of samples, and the phase before has \(sizes.groupCount): targets of a "
              + "phase are of the same samples")
        }
        groupings.append(
          try ProblemBuilder(phase.scenario).groups(of: partition, rule, sizes))
      } catch {
        throw error.within("phases[\(index + 1)]")
      }
    }
    return try GroupedTargets.refined(groupings)
  }

  private func laterPhases(
    _ groupings: [GroupedTargets], _ features: any FeatureSource, _ start: InitialState
  ) throws(Fault) -> [Phase] {
    var phases: [Phase] = []
    for (index, phase) in scenario.phases.enumerated() {
      do throws(Fault) {
        phases.append(
          Phase(
            from: phase.begin,
            try ProblemBuilder(phase.scenario).problem(groupings[index + 1], features, start)))
      } catch {
        throw error.within("phases[\(index + 1)]")
      }
    }
    return phases
  }

  /// What the run before has left of its velocity; nil where it has none, or there is none before.
  private func velocity(
    of start: InitialState, _ partition: ClassPartition
  ) throws(Fault) -> State? {
    do throws(Fault) {
      return try scenario.beginning.run?.velocity(of: start, partition)
    } catch {
      throw error.within("time.begin")
    }
  }

  /// The state at time 0 and in the reduced representation the scatter of every class.
  private func start(
    _ builder: InitialStateBuilder, _ groups: GroupedTargets, isReduced: Bool
  ) throws(Fault) -> (start: InitialState, scatter: [Double]?) {
    let partition = groups.partition
    if let aligned = scenario.initialState.aligned {
      let labels = try labelOperator(groups, try loss(groups))
      return (
        try builder.aligned(aligned, labels, isReduced: isReduced),
        isReduced ? partition.sizes.map { _ in 0 } : nil
      )
    }
    guard isReduced else { return (try builder.start(partition), nil) }
    let (start, scatter) = try Reduction(builder: builder, partition: partition).start()
    return (start, scatter)
  }

  /// Whether the samples are reduced to class means and scatter: because the scenario says so, or
  /// because only then they fit into memory and nothing that it asks for needs them.
  private func isReduced(_ sizes: ProblemSizes) throws(Fault) -> Bool {
    func estimate(isReduced: Bool) -> MemoryEstimate {
      MemoryEstimate(
        scenario, scenario.model.outline, dimension: sizes.featureDimension,
        classCount: sizes.classCount, classSizes: sizes.classSizes, isReduced: isReduced)
    }
    // What a network takes is known with its data.
    guard scenario.model.network == nil else { return false }
    if !scenario.phases.isEmpty, scenario.model.representation == .reduced {
      throw Fault(
        "model.representation",
        "phases begin from the samples, which the reduced representation does not keep: set it to "
          + "\"full\"")
    }
    let full = estimate(isReduced: false)
    if scenario.model.representation == .reduced || (!full.fits && mayReduce) {
      try checkObservables()
      try estimate(isReduced: true).check()
      return true
    }
    try full.check()
    return false
  }

  /// Whether the memory at hand may decide for the reduced representation.
  private var mayReduce: Bool {
    let model = scenario.model
    guard model.representation == nil, model.reducesToClassMeans, scenario.phases.isEmpty,
      case .normal = scenario.initialState.features, observableThatNeedsSamples == nil
    else { return false }
    return scenario.solvers.allSatisfy { !$0.solver.movesState }
  }

  private var observableThatNeedsSamples: Observable? {
    let watched = scenario.stopCondition.map { [$0.observable] } ?? []
    return (Observables.named(scenario.observables ?? []) + watched).first(where: \.needsSamples)
  }

  private func checkObservables() throws(Fault) {
    guard let observable = observableThatNeedsSamples else { return }
    throw Fault(
      "model.representation",
      "\(observable.name) needs the samples, which the reduced representation does not keep: "
        + "leave \(observable.name) out or set \"representation\" to \"full\"")
  }

  private func partition(
    _ arrays: GivenArrays, _ sizes: ProblemSizes
  ) throws(Fault) -> ClassPartition {
    guard let labels = arrays.labels else { return ClassPartition(sizes: sizes.classSizes) }
    do throws(Fault) {
      return try ClassPartition(labels: labels, classCount: sizes.groupCount)
    } catch {
      throw error.within("model.labels")
    }
  }

  /// The samples in groups of one target: one-hot labels, unless the scenario replaces them.
  private func groups(
    of partition: ClassPartition, _ rule: (any TargetRule)?, _ sizes: ProblemSizes
  ) throws(Fault) -> GroupedTargets {
    let weights = scenario.model.classWeights
    guard let rule else {
      try checkClassWeights(sizes.classCount)
      return GroupedTargets(classes: partition, classWeights: weights)
    }
    try checkClassWeights(rule)
    if scenario.model.network != nil, !rule.hasClasses {
      throw Fault(
        "model.targets",
        "the data of a network are of classes, and label sets and values are of none: leave the key "
          + "out, or the network")
    }
    do throws(Fault) {
      return try rule.groups(
        of: partition, classCount: sizes.classCount, classWeights: weights)
    } catch {
      throw error.within("model.targets")
    }
  }

  /// Weights of label sets and values follow no class.
  private func checkClassWeights(_ rule: any TargetRule) throws(Fault) {
    guard !rule.hasClasses, let count = rule.groupCount else { return }
    switch scenario.model.classWeights {
    case .uniform: return
    case .list(let weights) where weights.count == count: return
    case .list(let weights):
      throw Fault(
        "model.class_weights",
        "\(weights.count) weights for \(count) groups of targets: give one a group")
    default:
      throw Fault(
        "model.class_weights",
        "these targets are of no class whose size a weight could follow: give \"uniform\" or a list "
          + "of \(count)")
    }
  }

  /// The loss for classes of given sizes, before targets.
  func loss(_ classSizes: [Double]) throws(Fault) -> any Loss {
    guard let fields = scenario.model.loss else {
      return UnhingedLoss.averaged(classCount: classSizes.count)
    }
    do throws(Fault) {
      return try Losses.kinds(classSizes: classSizes).make(fields)
    } catch {
      throw error.within("model.loss")
    }
  }

  private func loss(_ groups: GroupedTargets) throws(Fault) -> any Loss {
    let loss = try loss(groups.classMasses)
    guard let targeted = loss.towards(groups.targets) else {
      throw Fault(
        "model.targets",
        "the loss \(scenario.model.lossName) depends on the label of a sample and takes no targets: "
          + "leave the key out or choose another loss")
    }
    return targeted
  }

  private func labelOperator(
    _ groups: GroupedTargets, _ loss: any Loss
  ) throws(Fault) -> LabelOperator {
    do throws(NumericsError) {
      return try LabelOperator(
        groups, loss: loss.unhinged ?? .averaged(classCount: groups.targets.classCount))
    } catch {
      throw Fault("model", "\(error.description): gamma, a class weight or a target is too large")
    }
  }

  /// - Throws: `Fault` for a list of weights of another length.
  func checkClassWeights(_ classCount: Int) throws(Fault) {
    guard case .list(let weights) = scenario.model.classWeights, weights.count != classCount
    else { return }
    throw Fault(
      "model.class_weights",
      "\(weights.count) weights for \(classCount) classes: give one a class")
  }

  /// The decays, with the critical one in numbers. One number for all is that of what moves.
  func decay(critical: Double, _ loss: any Loss) -> WeightDecay {
    func value(_ decay: ModelSpecification.Decay) -> Double {
      switch decay {
      case .value(let value): value
      case .critical: critical
      }
    }
    let model = scenario.model
    let (features, prototypes, bias) = model.decay
    var decay = WeightDecay(
      features: value(features), prototypes: value(prototypes),
      bias: value(
        bias ?? (loss.unhinged == nil || model.network != nil ? .value(0) : prototypes)))
    if model.sharesDecay {
      if !model.effectiveCase.movesPrototypes { decay.prototypes = 0 }
      if !model.allowsFeatureDecay { decay.features = 0 }
    }
    if !model.hasBias { decay.bias = 0 }
    decay.layers = model.layerDecays(each: decay.prototypes)
    return decay
  }

  private func checkNonZero(_ state: State, _ partition: ClassPartition) throws(Fault) {
    let sample = (0..<state.features.columns).first { state.features.column($0).norm == 0 }
    guard let sample else { return }
    throw Fault(
      "initial_state.features",
      "sample \(partition.order[sample]) is zero and has no direction: "
        + "normalised features must not be zero")
  }

  /// Features that are variables, moved through a kernel where the scenario gives one.
  private func features(
    _ partition: ClassPartition, _ sizes: ProblemSizes
  ) throws(Fault) -> any FeatureSource {
    guard let specification = scenario.model.kernel else {
      return scenario.model.effectiveCase.features
    }
    let builder = KernelBuilder(loader: loader, sizes: sizes, partition: partition)
    return KernelFeatures(try builder.kernel(specification))
  }
}
