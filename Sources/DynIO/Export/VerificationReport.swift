public import Dynamics

/// The outcome of cross-checks, for people and for programs.
public struct VerificationReport {
  /// One scenario with its results.
  public typealias Entry = (scenario: String, results: [CheckResult])

  private let entries: [Entry]

  /// A report over scenarios in order.
  public init(_ entries: [Entry]) { self.entries = entries }

  /// Whether any check failed.
  public var hasFailures: Bool {
    entries.contains { $0.results.contains(where: \.isFailure) }
  }

  /// A table a scenario, with the counts of all verdicts in the last line.
  public var lines: [String] {
    var lines: [String] = []
    for (scenario, results) in entries {
      var table = TextTable(
        ["check", "solver", "observed", "bound", "verdict"], leftAligned: [0, 1, 4])
      for result in results {
        table.add([
          result.check, result.solver,
          result.observed.isNaN ? "-" : result.observed.brief(digits: 4), result.bound.text,
          result.verdict.text,
        ])
      }
      lines += [scenario] + table.lines + [""]
    }
    return lines + [counts]
  }

  private var counts: String {
    let results = entries.flatMap(\.results)
    let passed = results.count { $0.verdict == .pass }
    let failed = results.count(where: \.isFailure)
    return "\(passed) pass, \(failed) fail, \(results.count - passed - failed) not applicable"
  }

  /// The results as a list of objects.
  public var json: Value {
    .list(
      entries.flatMap { scenario, results in
        results.map { result in
          .object([
            .init(key: "scenario", value: .string(scenario)),
            .init(key: "check", value: .string(result.check)),
            .init(key: "solver", value: .string(result.solver)),
            .init(
              key: "observed", value: result.observed.isNaN ? .null : .number(result.observed)),
            .init(key: "bound", value: .string(result.bound.text)),
            .init(key: "verdict", value: .string(result.verdict.word)),
            .init(key: "reason", value: result.verdict.reason.map { .string($0) } ?? .null),
          ])
        }
      })
  }
}

extension CheckResult.Verdict {
  /// The verdict in one word or two.
  fileprivate var word: String {
    switch self {
    case .pass: "pass"
    case .fail: "fail"
    case .notApplicable: "not applicable"
    }
  }

  fileprivate var reason: String? {
    switch self {
    case .pass: nil
    case .fail(let reason): reason
    case .notApplicable(let reason): reason
    }
  }

  fileprivate var text: String { reason.map { "\(word): \($0)" } ?? word }
}

extension CheckResult.Bound {
  /// The bound in words.
  fileprivate var text: String {
    switch self {
    case .atMost(let bound): "at most \(bound.brief(digits: 3))"
    case .atLeast(let bound): "at least \(bound.brief(digits: 3))"
    case .near(let value, let tolerance):
      "\(value.brief()) +- \(tolerance.brief(digits: 2))"
    case .none: "-"
    }
  }
}
