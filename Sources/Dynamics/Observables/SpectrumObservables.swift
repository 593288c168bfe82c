import DynNumerics

extension Observable {
  /// The extremes of Hessian spectra at every `interval`-th output, nan between: of the whole
  /// objective, and of every class's mean loss.
  public static func spectra(every interval: Int, classCount: Int) -> [Observable] {
    let total = extremes("hessian", "the whole objective", every: interval) { $0.total }
    let classes = (0..<classCount).flatMap { label in
      extremes("class_\(label)", "class \(label)'s mean loss", every: interval) {
        $0.classes[label]
      }
    }
    return total + classes
  }

  private static func extremes(
    _ name: String, _ what: String, every interval: Int,
    _ spectrum: @escaping @Sendable (SpectrumReport) -> HessianSpectrum
  ) -> [Observable] {
    func extreme(
      _ suffix: String, _ which: String,
      _ value: @escaping @Sendable (HessianSpectrum) -> Double
    ) -> Observable {
      Observable(
        "\(name)_\(suffix)", symbol: "\(name)_\(suffix)",
        "\(which) eigenvalue of the Hessian of \(what)", isCheap: onRequest
      ) { observation in
        guard observation.row.isMultiple(of: interval) else { return .nan }
        return observation.spectra.map { value(spectrum($0)) } ?? .nan
      }
    }
    return [
      extreme("lambda_min", "smallest") { $0.smallest },
      extreme("lambda_max", "largest") { $0.largest },
    ]
  }
}

extension Observation {
  /// Larger Hessians go to Lanczos: along a trajectory only the extremes are kept.
  private static let settings = SpectrumSettings(denseLimit: 300)

  /// The spectra of the state; nil where there are none, or they do not converge.
  func measureSpectra() -> SpectrumReport? {
    guard let landscape = problem.landscape else { return nil }
    return try? SpectrumReport(
      landscape, problem, at: state.unscaled, settings: Self.settings)
  }
}
