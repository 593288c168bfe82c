import Foundation
import NumpyFiles
import Testing

/// Balanced starts, and squared error in closed form, as users meet them.
@Suite struct BalancedStartTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    try folder.put(
      #"""
      {"model": {"classes": 3, "samples_per_class": [4, 2, 1], "feature_dimension": 4,
         "loss": {"kind": "mse"}, "weight_decay": 0.05},
       "initial_state": {"kind": "balanced", "scale": 0.5, "seed": 3},
       "time": {"end": 30, "outputs": 7},
       "solvers": [{"kind": "closed_form"}, {"kind": "ode", "method": "dop853"},
         {"kind": "gradient_descent", "step": 0.5}],
       "observables": ["loss", "accuracy", "norm_z", "direction_distance", "geometry_distance_w"]}
      """#, in: "s.json")
  }

  @Test func theClosedFormRunsBesideTheOthers() async throws {
    let result = try await expectSuccess(["simulate", "s.json"], in: folder)
    #expect(result.output.contains("up to a rotation"), "\(result.output)")
    let table = try CSVTable(try folder.text(of: "s.csv"))
    #expect(table.solvers == ["closed_form", "ode", "gradient_descent"])
    #expect(try table.column("relative_error", of: "ode").allSatisfy { $0 <= 1e-8 })
    #expect(try table.column("relative_error", of: "closed_form").allSatisfy { $0 == 0 })
    let descent = try table.column("relative_error", of: "gradient_descent")
    #expect(descent.dropFirst().allSatisfy { $0 > 1e-4 && $0 < 0.3 })
    #expect(try table.column("direction_distance", of: "closed_form").allSatisfy(\.isNaN))
    let distance = try table.column("geometry_distance_w", of: "closed_form")
    #expect(distance[6] < 0.5 * distance[0])
    let (exact, other) = (
      try table.column("loss", of: "closed_form"), try table.column("loss", of: "ode")
    )
    for (first, second) in zip(exact, other) { #expect(abs(first - second) <= 1e-8 * first) }
  }

  @Test func verifyCoversIt() async throws {
    let result = try await expectSuccess(["verify", "s.json"], in: folder)
    for check in ["exact flow against ode", "composition over split intervals"] {
      let line = result.output.split(separator: "\n").first { $0.hasPrefix(check) }
      #expect(line?.hasSuffix("pass") == true, "\(result.output)")
    }
  }

  /// The start is balanced, has the asked scale and is the same every time.
  @Test func theStartIsBalanced() async throws {
    for name in ["a.npz", "b.npz"] {
      try await expectSuccess(
        [
          "simulate", "s.json", "--solver", "ode", "--states", name, "--set",
          #"time={"at": [0]}"#,
        ] + quietly, in: folder)
    }
    let features = try #require(try folder.array("ode_H", of: "a.npz").reals)
    let prototypes = try #require(try folder.array("ode_W", of: "a.npz").reals)
    #expect(try folder.data(of: "a.npz") == folder.data(of: "b.npz"))
    let size = prototypes.reduce(0) { $0 + $1 * $1 }
    #expect(size > 0.25 * 12 * 0.3 && size < 0.25 * 12 * 3)
    for row in 0..<4 {
      for column in 0..<4 {
        let own = (0..<7).reduce(0) { $0 + features[7 * row + $1] * features[7 * column + $1] }
        let other = (0..<3).reduce(0) {
          $0 + prototypes[3 * row + $1] * prototypes[3 * column + $1]
        }
        #expect(abs(own - other) <= 1e-15 * size)
      }
    }
  }

  /// States are known up to a rotation: they are not written as if they were known.
  @Test func statesOfTheClosedFormAreRefused() async throws {
    try await expectRefusal(
      ["simulate", "s.json", "--states", "f.npz"] + quietly, status: 65,
      ["s.json: solvers: closed_form", "up to a rotation", "--solver"], in: folder)
    try await expectSuccess(
      ["simulate", "s.json", "--states", "f.npz", "--solver", "ode"] + quietly, in: folder)
  }

  @Test func whatDoesNotApplyIsRefusedByName() async throws {
    let cases: [(setting: String, fragments: [String])] = [
      (
        #"initial_state={"seed": 1}"#,
        ["solvers[0]", "balanced starts only", #""kind": "balanced""#]
      ),
      ("model.class_weights=[1,2,3]", ["solvers[0]", "class weights of 1 only", "uniform"]),
      (
        #"learning_rate={"features":{"kind":"proportional","ratio":2}}"#,
        ["solvers[0]", "2.0 times the other"]
      ),
      (
        #"model.weight_decay={"features":0.1,"prototypes":0.2}"#,
        ["solvers[0]", "0.1 and 0.2", "one number"]
      ),
      ("model.bias=true", ["solvers[0]", "without a bias"]),
      (
        #"solvers=[{"kind":"gradient_descent","form":"exact"}]"#,
        ["solvers[0]", "exact descent with fixed prototypes", "iterated"]
      ),
      (
        #"initial_state={"scale": 2}"#,
        ["initial_state.scale", "balanced start", "\"balanced\""]
      ),
      (
        #"initial_state={"kind":"balanced","features":{"kind":"zeros"}}"#,
        ["initial_state.features", "draws features and prototypes"]
      ),
      (#"initial_state={"kind":"balancd"}"#, ["initial_state.kind", "did you mean \"balanced\""]),
      (
        #"initial_state={"kind":"balanced","offset":1}"#,
        ["initial_state.offset", "belongs to a saddle"]
      ),
      (
        #"model={"classes":3,"samples_per_class":2,"network":{"hidden":4,"data":{"kind":"mixture"}}}"#,
        ["initial_state.kind", "model.network"]
      ),
    ]
    for (setting, fragments) in cases {
      let result = try await DynProcess.run(
        ["validate", "s.json", "--set", setting], in: folder)
      #expect(result.status == 65, "\(setting): \(result.error)")
      for fragment in fragments {
        #expect(
          result.error.contains(fragment) || result.output.contains(fragment),
          "\(setting): \(result.error)\(result.output) lacks \(fragment)")
      }
    }
  }
}

/// `Scenarios/beyond/squared-error.json`: what its README says.
@Suite struct SquaredErrorScenarioTests {
  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  @Test func classesAreLearntOneAfterTheOther() async throws {
    let path = CommandFolder.scenarios.appendingPathComponent("beyond/squared-error.json").path
    try await expectSuccess(
      ["simulate", path, "--solver", "closed_form", "-o", "s.csv", "--quiet"], in: folder)
    let table = try CSVTable(try folder.text(of: "s.csv"))
    let times = try table.column("time", of: "closed_form")
    // Each singular value passes half of its end near ln(end/start)/(sqrt(n_c)/n - lambda).
    for (rank, size) in [(1, 64.0), (2, 16), (3, 4)] {
      let values = try table.column("singular_value_\(rank)_w", of: "closed_form")
      let end = (size.squareRoot() - 85 * 0.002).squareRoot()
      #expect(abs(values[200] / end - 1) <= 1e-10)
      let half = try #require(values.firstIndex { $0 > end / 2 })
      let rate = size.squareRoot() / 85 - 0.002
      let predicted = log(end / 1e-3) / rate
      #expect(times[half] > 0.7 * predicted && times[half] < 1.2 * predicted, "\(rank)")
    }
    #expect(try table.column("accuracy", of: "closed_form")[200] == 1)
    #expect(try table.column("geometry_distance_w", of: "closed_form")[200] <= 1e-9)
    try await expectSuccess(
      ["verify", path, "--set", "time.end=300"], in: folder)
  }
}
