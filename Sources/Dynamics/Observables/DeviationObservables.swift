/// Standard deviations over random starts: of solvers that follow expectations only, nan for others.
extension Observable {
  static let lossDeviation = deviation(of: .loss)
  static let squaredNormFeaturesDeviation = deviation(of: .squaredNormFeatures)
  static let squaredNormPrototypesDeviation = deviation(of: .squaredNormPrototypes)
  static let squaredNormStateDeviation = deviation(of: .squaredNormState)

  /// All of them.
  static let deviations: [Observable] = [
    lossDeviation, squaredNormFeaturesDeviation, squaredNormPrototypesDeviation,
    squaredNormStateDeviation,
  ]

  private static func deviation(of observable: Observable) -> Observable {
    Observable(
      deviationName(of: observable.name), symbol: "sd of \(observable.symbol)",
      "standard deviation of \(observable.name) over random starts (start_moments only)",
      isCheap: Self.onRequest
    ) { _ in .nan }
  }

  /// The name of the standard deviation of an observable, where there is one.
  public static func deviationName(of name: String) -> String { name + "_sd" }
}
