public import Dynamics

/// Hessian spectra of one state, for people and for programs.
public struct SpectrumTable: Sendable {
  private let title: String
  private let time: Double
  private let report: SpectrumReport
  private let sizes: [Int]

  /// The spectra of a solver's state at a time; `sizes` are those of the classes.
  public init(_ title: String, time: Double, _ report: SpectrumReport, sizes: [Int]) {
    self.title = title
    self.time = time
    self.report = report
    self.sizes = sizes
  }

  /// A row a class, and the whole objective first.
  public var lines: [String] {
    var table = TextTable(
      [
        "hessian", "samples", "lambda_min", "lambda_max", "min/max", "index", "trace", "bound",
        "method",
      ], leftAligned: [0, 8])
    table.add(row("total", sizes.reduce(0, +), report.total, totalBound))
    for (label, spectrum) in report.classes.enumerated() {
      table.add(row("class \(label)", sizes[label], spectrum, report.classBounds?[label]))
    }
    return ["\(title) at t = \(time.brief())", "gradient norm \(report.gradientNorm.brief())"]
      + certificateLines + [""] + table.lines
  }

  private var totalBound: Double? { report.certificate?.smallestEigenvalueBound }

  private func row(
    _ name: String, _ samples: Int, _ spectrum: HessianSpectrum, _ bound: Double?
  ) -> [String] {
    [
      name, "\(samples)", spectrum.smallest.brief(), spectrum.largest.brief(),
      spectrum.ratio.brief(digits: 4), spectrum.index.map { "\($0)" } ?? "?",
      spectrum.trace.brief(), bound.map { $0.brief() } ?? "-", spectrum.method.text,
    ]
  }

  private var certificateLines: [String] {
    guard let certificate = report.certificate else { return [] }
    return [
      "sigma_max(grad_Z L) = \(certificate.sigma.brief()), "
        + "sqrt(lambda_1 lambda_2) = \(certificate.bound.brief()): \(certificate.verdict.text)"
    ]
  }

  /// The same as an object.
  public var json: Value {
    .object([
      .init(key: "gradient_norm", value: .number(report.gradientNorm)),
      .init(key: "total", value: .object(members(report.total))),
      .init(
        key: "classes",
        value: .list(
          zip(sizes, report.classes).map { size, spectrum in
            .object(
              [.init(key: "samples", value: .number(Double(size)))] + members(spectrum))
          })),
      .init(key: "certificate", value: certificate),
    ])
  }

  private func members(_ spectrum: HessianSpectrum) -> [Value.Member] {
    [
      .init(key: "dimension", value: .number(Double(spectrum.dimension))),
      .init(key: "lambda_min", value: .number(spectrum.smallest)),
      .init(key: "lambda_max", value: .number(spectrum.largest)),
      .init(key: "index", value: spectrum.index.map { .number(Double($0)) } ?? .null),
      .init(key: "trace", value: .number(spectrum.trace)),
    ] + spectrum.method.members
  }

  private var certificate: Value {
    guard let certificate = report.certificate else { return .null }
    return .object([
      .init(key: "sigma_max", value: .number(certificate.sigma)),
      .init(key: "bound", value: .number(certificate.bound)),
      .init(key: "global_minimum", value: certificate.verdict.isGlobalMinimum),
    ])
  }
}

extension HessianSpectrum.Method {
  fileprivate var text: String {
    switch self {
    case .dense: "dense"
    case .collapsed: "collapsed"
    case .lanczos(let steps, let residual, let hasConverged):
      "lanczos (\(steps) steps, residual \(residual.brief(digits: 2))"
        + (hasConverged ? ")" : ", not converged)")
    }
  }

  fileprivate var members: [Value.Member] {
    switch self {
    case .dense: [.init(key: "method", value: .string("dense"))]
    case .collapsed: [.init(key: "method", value: .string("collapsed"))]
    case .lanczos(let steps, let residual, let hasConverged):
      [
        .init(key: "method", value: .string("lanczos")),
        .init(key: "steps", value: .number(Double(steps))),
        .init(key: "residual", value: .number(residual)),
        .init(key: "converged", value: .boolean(hasConverged)),
      ]
    }
  }
}

extension SaddleCertificate.Verdict {
  fileprivate var text: String {
    switch self {
    case .globalMinimum: "a global minimum"
    case .strictSaddle: "a strict saddle"
    case .notCritical: "not a critical point"
    case .undecided(let reason): "undecided: \(reason)"
    }
  }

  fileprivate var isGlobalMinimum: Value {
    switch self {
    case .globalMinimum: .boolean(true)
    case .strictSaddle, .notCritical: .boolean(false)
    case .undecided: .null
    }
  }
}
