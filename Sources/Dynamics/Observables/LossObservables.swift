import DynNumerics

extension Observable {
  static let loss = Observable("loss", symbol: "L", "mean data loss") { $0.objective.loss }

  static let objective = Observable(
    "objective", symbol: "L + R", "mean data loss plus the weight decay terms",
    applies: { $0.decay != .none }
  ) { $0.objective.objective }

  static let accuracy = Observable(
    "accuracy", symbol: "accuracy",
    "share of samples whose own logit is the largest, ties counted wrong; of sets of classes, all "
      + "of whose logits are", needsSamples: true
  ) { $0.snapshot.correctShare() ?? $0.decisions.isCorrect.share }

  static let accuracyGiven = Observable(
    "accuracy_given", symbol: "accuracy (given)",
    "share of samples whose given label's logit is the largest; in expectation over the noise",
    isCheap: { $0.labels.targets.changesLabels },
    applies: { $0.labels.targets.given != nil }, needsSamples: true
  ) { $0.givenShare }

  static let memorized = Observable(
    "memorized", symbol: "memorised",
    "share of samples with a changed label whose given label's logit is the largest",
    isCheap: { $0.labels.targets.changesLabels && $0.labels.targets.givenClasses != nil },
    applies: { $0.labels.targets.givenClasses != nil }, needsSamples: true
  ) { $0.memorizedShare }
}

extension Observable {
  static let errorBound = Observable(
    "error_bound", symbol: "bound on |Z - Z*|/|Z|",
    "the solver's own bound on its relative error, of linearized; nan for others",
    isCheap: Self.onRequest
  ) { $0.snapshot.errorBound ?? .nan }
}

extension Targets {
  /// Whether some sample may be given another label than its class.
  fileprivate var changesLabels: Bool {
    guard let given, let trueClasses else { return false }
    return given != .oneHot(trueClasses)
  }
}

extension Observation {
  /// The mean probability of the decision among the labels that a sample may be given; nan without any.
  fileprivate var givenShare: Double {
    guard let given = problem.labels.targets.given else { return .nan }
    let shares = zip(problem.labels.partition.sortedLabels, decisions.unique).map { group, label in
      label.map { given[$0, group] } ?? 0
    }
    return shares.sum / Double(shares.count)
  }

  /// Of the samples whose given class is not their own.
  fileprivate var memorizedShare: Double {
    let targets = problem.labels.targets
    guard let given = targets.givenClasses, let classes = targets.trueClasses else { return .nan }
    return zip(problem.labels.partition.sortedLabels, decisions.unique)
      .filter { given[$0.0] != classes[$0.0] }.map { given[$0.0] == $0.1 }.share
  }
}
