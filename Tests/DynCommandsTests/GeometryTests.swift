import DynIO
import Dynamics
import Foundation
import TestSupport
import Testing

/// `dyn geometry` as users meet it.
@Suite struct GeometryTests {
  private static let step = #"{"kind": "step", "majority": 10, "ratio": 10}"#

  private func scenario(
    _ folder: CommandFolder, loss: String = #"{"kind": "cross_entropy"}"#, sizes: String = step,
    classes: Int = 10, dimension: Int = 20, more: String = ""
  ) throws -> String {
    try folder.put(
      """
      {"model": {"loss": \(loss), "classes": \(classes), "samples_per_class": \(sizes),
        "feature_dimension": \(dimension)\(more)}}
      """, in: "geometry.json")
    return "geometry.json"
  }

  private func json(_ result: DynProcess.Result) throws -> Fields {
    #expect(result.status == 0)
    return Fields(try JSONParser.parse(result.output))
  }

  @Test func jsonHasTheKeysOfTheReference() async throws {
    let folder = try CommandFolder()
    let path = try scenario(folder)
    let fields = try json(
      try await DynProcess.run(["geometry", path, "--format", "json"], in: folder))
    #expect(try fields.string("loss") == "cross_entropy")
    #expect(fields.numbers("class_sizes") == [10, 10, 10, 10, 10, 1, 1, 1, 1, 1])
    let file = Fields(try ReferenceFile.value("imbalance_cases.json"))
    let reference = try #require(
      file.list("cases").map { Fields($0) }.first { (try? $0.string("id")) == "seli_k10_R10" }
    ).fields("expected")
    let values = fields.numbers("singular_values")
    let expected = reference.numbers("singular_values")
    #expect(values.count == expected.count)
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) <= 1e-9 })
    let optimum = try reference.number("svm_optimum_half_sum_norms")
    #expect(abs(try fields.number("objective") - optimum) <= 1e-9)
    #expect(abs(try fields.number("margin") * optimum - 1) <= 1e-12)
    let gram = fields.list("gram_prototypes").compactMap(\.numbers)
    #expect(abs(gram[0][0] - (try reference.number("w_norm2_maj"))) <= 1e-9)
    let means = fields.list("gram_class_means").compactMap(\.numbers)
    #expect(abs(means[9][9] - (try reference.number("h_norm2_min"))) <= 1e-9)
    #expect(fields.list("logits").count == 10)
    let distances = fields.fields("distance_to_etf")
    #expect(
      abs(try distances.number("prototypes") - (try reference.number("dist_to_ETF_W"))) <= 1e-9)
    #expect(
      abs(try distances.number("class_means") - (try reference.number("dist_to_ETF_M"))) <= 1e-9)
    #expect(try distances.number("logits") <= 1e-12)
  }

  @Test func ridgeAndLayersHaveTheirOwnKeys() async throws {
    let folder = try CommandFolder()
    let ridge = try scenario(folder, more: #", "weight_decay": 0.01"#)
    let fields = try json(
      try await DynProcess.run(["geometry", ridge, "--format", "json"], in: folder))
    #expect(!fields.has("margin"))
    // Minorities coincide where samples times decay is the root of their size.
    #expect(abs(try fields.number("threshold") * 55 - 1) <= 1e-12)
    let layered = try scenario(
      folder, loss: #"{"kind": "mse"}"#, sizes: "[10, 5, 3, 2]", classes: 4,
      more: """
        , "bias": true, "layers": {"count": 2, "width": 4},
        "weight_decay": {"features": 0.01, "prototypes": [0.02, 0.03], "bias": 0}
        """)
    let own = try json(
      try await DynProcess.run(["geometry", layered, "--format", "json"], in: folder))
    #expect(abs(try own.number("objective") - 0.12370071468446) <= 1e-12)
    #expect(abs(try own.number("threshold") - 0.93613892772829) <= 1e-12)
    #expect(try own.integer("rank") == 3)
    #expect(zip(own.numbers("bias"), [0.5, 0.25, 0.15, 0.1]).allSatisfy { abs($0 - $1) <= 1e-15 })
  }

  @Test func goalsAreSolvedFor() async throws {
    let folder = try CommandFolder()
    let path = try scenario(folder, loss: #"{"kind": "cdt", "delta": {"power": 0}}"#)
    func run(_ goal: String, _ more: [String]) async throws -> Fields {
      try json(
        try await DynProcess.run(
          ["geometry", path, "--format", "json", "--solve", goal] + more, in: folder)
      ).fields("solved")
    }
    #expect(abs(try await run("equal_norms", []).number("power") - 0.58706239852727) <= 1e-10)
    let frame = try await run("etf", ["--set", "model.loss.kind=ldt"])
    #expect(abs(try frame.number("power") - 0.5) <= 1e-8)
    // Without multipliers minorities are orthogonal at ratio 7 exactly.
    let angle = try await run(
      "orthogonal_minorities",
      ["--set", #"model.samples_per_class={"kind":"step","majority":7,"ratio":7}"#])
    #expect(abs(try angle.number("power")) <= 1e-12)
    let decay = try await run("minority_collapse", [])
    #expect(abs(try decay.number("weight_decay") * 55 - 1) <= 1e-12)
  }

  @Test func sweepsAreTablesAndFigures() async throws {
    let folder = try CommandFolder()
    let path = "sweep.json"
    try folder.put(
      """
      {"model": {"loss": {"kind": "ldt", "delta": {"power": 0}}, "classes": 10,
        "samples_per_class": \(Self.step), "feature_dimension": 20},
       "sweep": {"model.loss.delta.power": [0, 0.5], "model.loss.kind": ["cdt", "ldt"]}}
      """, in: path)
    let result = try await DynProcess.run(
      ["geometry", path, "--format", "csv", "--plot", "a.svg", "--states", "a.npz"], in: folder)
    #expect(result.status == 0)
    let table = try CSVTable(result.output)
    #expect(table.header.prefix(2) == ["model.loss.delta.power", "model.loss.kind"])
    #expect(table.rows.count == 4)
    let column = try #require(table.header.firstIndex(of: "etf_distance_w"))
    #expect((Double(table.rows[3][column]) ?? 1) <= 1e-14)
    #expect(try folder.data(of: "a.svg").count > 1000)
    #expect(try folder.data(of: "a.npz").count > 1000)
    let single = try scenario(folder)
    let maps = try await DynProcess.run(["geometry", single, "--plot", "b.svg"], in: folder)
    #expect(maps.status == 0)
    #expect(maps.output.contains("max-margin geometry, cross_entropy, 5 majority and 5 minority"))
  }

  @Test func twoClassesAndGroupsOfOneAreLegal() async throws {
    let folder = try CommandFolder()
    let path = try scenario(folder, sizes: "[5, 2]", classes: 2)
    let result = try await DynProcess.run(["geometry", path], in: folder)
    #expect(result.status == 0)
    #expect(result.output.contains("cos, mixed pairs"))
  }

  static let faults: [(loss: String, sizes: String, more: String, words: String)] = [
    (#"{"kind": "cdt", "delta": [1, 0, 1]}"#, "[5, 2, 1]", "", "a number greater than 0"),
    (#"{"kind": "cdt", "delta": [1, 2]}"#, "[5, 2, 1]", "", "2 multipliers for 3 classes"),
    (#"{"kind": "ldt", "delta": {"majority": 1}}"#, "[5, 2, 1]", "", "majority and minority both"),
    (#"{"kind": "cdt"}"#, "[5, 2, 1]", "", "the key \"delta\" is missing"),
    (
      #"{"kind": "vs", "delta": [1, 1, 1], "iota": [1]}"#, "[5, 2, 1]", "",
      "a list of at least 2"
    ),
    (#"{"kind": "cross_entropy"}"#, "[5]", "", "a list of at least 2"),
    (#"{"kind": "cross_entropy"}"#, "[5, 0, 1]", "", "a whole number at least 1"),
    (
      #"{"kind": "cross_entropy"}"#, "[5, 2, 1]", #", "weight_decay": -1"#,
      "a number at least 0"
    ),
    (
      #"{"kind": "cross_entropy"}"#, "[5, 2, 1]", #", "weight_decay": {"features": 1}"#,
      "give both, or neither"
    ),
    (#"{"kind": "mse"}"#, "[5, 2, 1]", "", "positive numbers"),
    (
      #"{"kind": "mse"}"#, "[5, 2, 1]",
      #", "weight_decay": 0.001, "layers": {"count": 2, "width": 1}"#, "has rank 3"
    ),
    (
      #"{"kind": "mse"}"#, "[5, 2, 1]",
      #", "weight_decay": {"prototypes": [1, 1], "features": 1}, "layers": {"count": 3, "width": 4}"#,
      "2 decays for 3 layers"
    ),
    (
      #"{"kind": "cross_entropy"}"#, "[5, 2, 1]", #", "layers": {"count": 2, "width": 4}"#,
      "linear layers is known for the loss mse"
    ),
    (#"{"kind": "unhinged"}"#, "[5, 2, 1]", "", "has no minimum"),
    (#"{"kind": "cross_entropy"}"#, "[5, 2, 1]", #", "bias": true"#, "without a bias only"),
    (#"{"kind": "focal"}"#, "[5, 2, 1]", #", "weight_decay": 0.1"#, "focal loss has no known"),
    (
      #"{"kind": "cross_entropy"}"#, "[5, 2, 1]", #", "weight_decay": 1e-300"#,
      "too small for a double"
    ),
    (
      #"{"kind": "la", "tau": 1e300}"#, "[5, 2, 1]", #", "weight_decay": 0.1"#,
      "did not reach its minimum"
    ),
    // Such factors once led to infinite matrices, from which LAPACK does not return.
    (
      #"{"kind": "ldt", "delta": [1e300, 1e-300, 1]}"#, "[5, 2, 1]", "", "outside of 1e-60...1e60"
    ),
    (#"{"kind": "cross_entropi"}"#, "[5, 2, 1]", "", "did you mean \"cross_entropy\""),
  ]

  @Test(arguments: faults.indices) func badInputIsOneClearLine(index: Int) async throws {
    let fault = Self.faults[index]
    let folder = try CommandFolder()
    let path = try scenario(
      folder, loss: fault.loss, sizes: fault.sizes, classes: fault.sizes == "[5]" ? 1 : 3,
      dimension: 20, more: fault.more)
    let result = try await DynProcess.run(["geometry", path], in: folder)
    #expect(result.status == 65)
    #expect(result.error.contains(fault.words))
    #expect(result.output.isEmpty)
  }

  @Test func tooNarrowFeaturesAreRefused() async throws {
    let folder = try CommandFolder()
    let path = try scenario(folder, dimension: 8)
    let result = try await DynProcess.run(["geometry", path], in: folder)
    #expect(result.status == 65)
    #expect(result.error.contains("the geometry of 10 classes needs 9"))
  }

  @Test func goalsThatNothingReachesAreRefused() async throws {
    let folder = try CommandFolder()
    let path = try scenario(
      folder, loss: #"{"kind": "cdt", "delta": {"power": 0}}"#, sizes: "[5, 2, 5]", classes: 3)
    let result = try await DynProcess.run(
      ["geometry", path, "--solve", "orthogonal_minorities"], in: folder)
    #expect(result.status == 65)
    #expect(result.error.contains("majorities and minorities, two of each"))
    let unknown = try await DynProcess.run(["geometry", path, "--solve", "equal_norm"], in: folder)
    #expect(unknown.status == 64)
  }
}
