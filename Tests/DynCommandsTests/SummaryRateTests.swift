import Foundation
import Testing

/// The rates and times that the summary derives, of two samples whose four modes are followed by hand.
@Suite struct SummaryRateTests {
  typealias Start = TwoSampleFlow

  static let starts = [
    Start(growing: (1, 0.02), falling: (20, 5)), Start(growing: (1, 3), falling: (0.1, 0.1)),
    Start(growing: (0.5, 0.01), falling: (1e-3, 40)),
  ]

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private func run(
    _ start: Start, time: String = #"{"end": 200, "outputs": 101}"#,
    rate: String = #"{"kind": "constant", "value": 0.5}"#,
    solvers: String = #"{"kind": "closed_form"}"#
  ) async throws -> SummaryText {
    try folder.put(
      SmallScenario.text(
        model: Start.model, start.initialState,
        "\"learning_rate\": {\"prototypes\": \(rate), "
          + #""features": {"kind": "proportional", "ratio": 2.25}}"#,
        "\"time\": \(time)", "\"solvers\": [\(solvers)]",
        #""observables": ["direction_distance"]"#), in: "s.json")
    return SummaryText(
      try await expectSuccess(["simulate", "s.json", "-o", "out.csv"], in: folder).output)
  }

  /// Minus the slope of the least-squares line through the logarithms.
  private func slope(_ points: [(zeta: Double, distance: Double)]) -> Double {
    let count = Double(points.count)
    let (x, y) = (points.map(\.zeta), points.map { log($0.distance) })
    let (sx, sy) = (x.reduce(0, +), y.reduce(0, +))
    let sxy = zip(x, y).map { $0 * $1 }.reduce(0, +)
    let sxx = x.map { $0 * $0 }.reduce(0, +)
    return -(count * sxy - sx * sy) / (count * sxx - sx * sx)
  }

  private func expect(_ text: String?, _ expected: Double, _ tolerance: Double = 5e-5) throws {
    let value = try #require(Double(text ?? ""), "\(text ?? "nothing") is no number")
    #expect(abs(value / expected - 1) <= tolerance, "\(value), not \(expected)")
  }

  /// Five digits of each. Integration by steps that are too long has a rate that is not the flow's,
  /// and is fitted in the CSV by the textbook's sums.
  @Test(arguments: starts) func ratesAreFittedWhereTheyShow(start: Start) async throws {
    let summary = try await run(
      start,
      solvers: #"{"kind": "closed_form"}, {"kind": "ode", "method": "rk4", "step": 2}, "#
        + #"{"kind": "gradient_descent", "step": 1}"#)
    let table = try CSVTable(try folder.text(of: "out.csv"))
    let zeta = try table.column("zeta_w", of: "ode")
    let distances = try table.column("direction_distance", of: "ode")
    let window = zip(zeta, distances).filter { $0 >= start.settled && $1 > 1e-10 }
    try #require((10...100).contains(window.count))
    let steps = slope(window.map { ($0, $1) })
    #expect(abs(steps - 0.3) > 1e-4, "the steps' own rate is told from the flow's")
    // A step of descent is 0.5 in zeta_w.
    let descent = log((1 + 0.5 * 0.9) / (1 + 0.5 * 0.6)) / 0.5
    for (solver, predicted, fitted) in [
      ("closed_form", 0.3, 0.3), ("ode", 0.3, steps), ("gradient_descent", descent, descent),
    ] {
      let row = try summary.row(solver, ofTable: "solver")
      try expect(row["predicted rate"], predicted)
      try expect(row["fitted rate"], fitted)
    }
    #expect(
      try summary.rest(after: "limit direction: ") == "approached like exp(-0.3 zeta_w)")
    let closed = try table.column("direction_distance", of: "closed_form")
    for (zeta, value) in zip(zeta, closed) where value > 1e-9 {
      #expect(abs(value / start.distance(zeta: zeta) - 1) <= 1e-5)
    }
  }

  /// Three points, four points that span less than an e-fold, and none that has settled.
  @Test(arguments: [
    ("[0, 5, 10, 60, 62, 64]", "-"), ("[0, 5, 10, 60, 62, 64, 68]", "0.3"),
    ("[0, 60, 61, 62, 63]", "-"), ("[0, 60, 62, 64, 67]", "0.3"), ("[0, 1, 2, 3, 4, 5, 6]", "-"),
    ("[0, 200, 210, 220, 230, 240]", "-"),
  ]) func aFitNeedsFourPointsOverAnEFold(times: String, fitted: String) async throws {
    let summary = try await run(Self.starts[0], time: "{\"at\": \(times)}")
    let row = try summary.row("closed_form", ofTable: "solver")
    #expect(row["fitted rate"] == fitted && row["predicted rate"] == "0.3", "\(row)")
  }

  /// From before and from after the scenario's end.
  @Test(arguments: starts, [1.0, 40, 4000]) func theTimeToToleranceIsReached(
    start: Start, end: Double
  ) async throws {
    var (low, high) = (0.0, 1000.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if start.distance(zeta: middle) < 1e-6 { high = middle } else { low = middle }
    }
    let summary = try await run(start, time: "{\"end\": \(end)}")
    let text = try summary.rest(after: "within 1e-6 of it: t = ")
    // zeta_w = t/2.
    try expect(text, 2 * high)
  }

  /// A rate whose integral ends at 0.5/0.05 = 10, where the distance is above 1e-3.
  @Test func theToleranceIsNeverReached() async throws {
    let rate = #"{"kind": "exponential", "value": 0.5, "rate": 0.05}"#
    let summary = try await run(Self.starts[0], rate: rate)
    #expect(try summary.rest(after: "within 1e-6 of it: ") == "never, zeta_w ends at 10")
  }

  /// A rate so small that a search of a trillion times the end does not suffice: what it says is true.
  @Test func theToleranceIsNotReachedSoon() async throws {
    let summary = try await run(
      Self.starts[0], time: #"{"end": 1e-3}"#, rate: #"{"kind": "constant", "value": 1e-9}"#)
    let text = try summary.rest(after: "within 1e-6 of it: not before t = ")
    let time = try #require(Double(text))
    #expect(time >= 1e-3 * exp2(39) * (1 - 1e-4))
    #expect(Self.starts[0].distance(zeta: 1e-9 * time) > 1e-6)
  }
}
