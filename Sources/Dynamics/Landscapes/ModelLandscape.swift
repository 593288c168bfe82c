public import DynNumerics

/// The objective of a model by all its variables, composed of its parts:
///
///     L = sum_i weight_i l(W' phi(h_i) + b, y_i) + the regularisers
///
/// Variables as in ``StateLayout``. A gradient costs three products of O(p n C), and those of the
/// network below, where there is one.
public struct ModelLandscape: Landscape {
  private let problem: Problem
  private let layout: StateLayout
  private let decays: [(end: Int, value: Double)]
  /// The group of every sample.
  private let labels: [Int]

  /// The landscape of a problem.
  public init(_ problem: Problem) {
    self.problem = problem
    layout = StateLayout(problem)
    decays = layout.decays(problem.decay)
    labels = problem.labels.partition.sortedLabels
  }

  /// The number of variables.
  public var dimension: Int { layout.dimension }
  /// How many of them make the features.
  public var featureVariableCount: Int { layout.featureVariableCount }
  /// Features or a network's weights, prototypes or layers, and the bias.
  public var blocks: [VariableBlock] { layout.blocks(problem.decay) }
  /// The noise that training adds to a network's inputs.
  public var inputNoise: (scale: Double, dimension: Int)? { problem.model.features.inputNoise }
  /// The variables of a state.
  public func variables(of state: State) -> [Double] { layout.vector(of: state) }
  /// The state of given variables.
  public func state(of variables: [Double]) -> State { layout.state(of: variables) }

  /// O(p m C) for m samples.
  public func value(at variables: [Double], of batch: Batch) -> Double {
    let pass = pass(variables, batch)
    let value = pass.losses.value(pass.logits)
    return batch.includesDecay ? value + problem.decay.penalty(pass.state) : value
  }

  /// O(p (m C + n)) for m samples.
  public func gradient(at variables: [Double], of batch: Batch) -> [Double] {
    gradient(at: variables, of: batch, rescaling: false)
  }

  /// The gradient, each sample's part times what its learning rate is multiplied by.
  public func descentDirection(at variables: [Double], of batch: Batch) -> [Double] {
    gradient(at: variables, of: batch, rescaling: true)
  }

  private func gradient(
    at variables: [Double], of batch: Batch, rescaling: Bool
  ) -> [Double] {
    let pass = pass(variables, batch)
    let byLogits = pass.logitGradient
    var gradient = pass.wholeGradient(byLogits, rescaling: rescaling)
    if layout.biasCount > 0 { gradient += byLogits.clearColumnSums }
    if batch.includesDecay {
      gradient.add(decays, times: variables)
    }
    return gradient
  }

  /// O(p m C) for m samples.
  public func logitGradient(at variables: [Double], of batch: Batch) -> Matrix {
    pass(variables, batch).logitGradient
  }

  /// By all variables, without input noise.
  public func hessian(at variables: [Double]) -> any HessianOperator {
    ModelHessian(
      pass(variables, .whole(problem)), movesBias: layout.biasCount > 0, decays: decays)
  }

  /// By the prototypes and the variables that make the class's features. A bias is among them where
  /// these are a network's weights, not where features are variables themselves.
  public func hessian(at variables: [Double], ofClass label: Int) -> any HessianOperator {
    let pass = pass(variables, classBatch(label))
    return ModelHessian(
      pass, movesBias: layout.biasCount > 0 && !pass.features.areVariables, decays: [])
  }

  /// The samples of the class.
  public func classBatch(_ label: Int) -> Batch {
    problem.model.features.classBatch(label, problem.labels)
  }

  private func pass(_ variables: [Double], _ batch: Batch) -> ModelPass {
    let (model, state) = (problem.model, layout.variables(of: variables))
    return ModelPass(
      features: model.features.pass(model.features.variables(of: state), batch), model, state,
      WeightedLosses(
        loss: model.loss, labels: batch.samples.map { labels[$0] }, weights: batch.weights))
  }
}

extension [Double] {
  /// Adds lambda times another vector, block by block.
  mutating func add(_ decays: [(end: Int, value: Double)], times other: [Double]) {
    var start = 0
    for (end, value) in decays {
      for index in start..<end { self[index] += value * other[index] }
      start = end
    }
  }
}

/// One pass forward through the parts of a model: what gradients and Hessian-vector products have in
/// common.
struct ModelPass: Sendable {
  let model: Model
  let state: State
  let features: any FeaturePass
  let entry: any EntryPass
  let prototypes: any PrototypePass
  let losses: WeightedLosses
  /// The logits (m x C).
  let logits: Matrix

  init(
    features: any FeaturePass, _ model: Model, _ state: State, _ losses: WeightedLosses
  ) {
    self.model = model
    self.state = state
    self.features = features
    self.losses = losses
    entry = model.entry.pass(features.features)
    prototypes = model.prototypes.pass(state, entry.entered)
    let plain = prototypes.logits
    logits = state.bias.map { plain.addingToRows($0) } ?? plain
  }

  /// G, the gradient by the logits (m x C).
  var logitGradient: Matrix { losses.gradient(logits) }

  /// The gradient by all variables but the bias, from that by the logits.
  func wholeGradient(_ byLogits: Matrix, rescaling: Bool) -> [Double] {
    let gradients = prototypes.gradients(byLogits)
    var byFeatures = entry.gradient(gradients.entered)
    if rescaling, let factors = entry.rateFactors {
      byFeatures = byFeatures.scalingColumns(by: factors)
    }
    return features.gradient(byFeatures) + gradients.variables
  }
}
