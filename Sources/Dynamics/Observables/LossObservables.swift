extension Observable {
  static let loss = Observable("loss", symbol: "L", "mean data loss") { $0.objective.loss }

  static let objective = Observable(
    "objective", symbol: "L + R", "mean data loss plus the weight decay terms",
    applies: { $0.decay != .none }
  ) { $0.objective.objective }

  static let accuracy = Observable(
    "accuracy", symbol: "accuracy",
    "share of samples whose own logit is the largest, ties counted wrong", needsSamples: true
  ) { $0.snapshot.correctShare() ?? $0.decisions.isCorrect.share }
}
