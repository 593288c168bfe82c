import Foundation
import NumpyFiles
import Testing

/// Arrays that do not fit.
@Suite struct ArrayFileTests {
  private let folder: CommandFolder

  init() throws {
    folder = try CommandFolder()
    let numbers = (0..<24).map { Double($0) / 10 }
    try folder.put(
      [
        ("H", NumpyArray(shape: [4, 6], reals: numbers)),
        ("Ht", NumpyArray(shape: [6, 4], reals: numbers)),
        ("W", NumpyArray(shape: [4, 3], reals: Array(numbers[..<12]))),
        ("wide", NumpyArray(shape: [4, 7], reals: (0..<28).map { Double($0) })),
        ("nan", NumpyArray(shape: [4, 6], reals: numbers.dropLast() + [.nan])),
        ("flat", NumpyArray(shape: [24], reals: numbers)), ("text", NumpyArray(text: "words")),
        ("y", NumpyArray(shape: [6], integers: [0, 1, 2, 0, 1, 2])),
        ("short", NumpyArray(shape: [5], integers: [0, 1, 2, 0, 1])),
        ("gap", NumpyArray(shape: [6], integers: [0, 0, 2, 0, 2, 2])),
        ("large", NumpyArray(shape: [6], integers: [0, 1, 2, 0, 1, 3])),
        ("negative", NumpyArray(shape: [6], integers: [0, 1, 2, 0, 1, -1])),
        ("half", NumpyArray(shape: [6], reals: [0, 1, 2, 0, 1, 0.5])),
        ("empty", NumpyArray(shape: [4, 0], reals: [])),
        ("square", NumpyArray(shape: [3, 3], reals: Array(numbers[..<9]))),
        ("one", NumpyArray(shape: [6], integers: [1, 2, 3, 1, 2, 3])),
        ("gaps", NumpyArray(shape: [6], integers: [0, 0, 5, 5, 7, 7])),
        ("column", NumpyArray(shape: [6, 1], integers: [0, 1, 2, 0, 1, 2])),
        ("hot", NumpyArray(shape: [6, 3], reals: Self.oneHot)),
      ], in: "a.npz")
    try folder.put(try folder.data(of: "a.npz").dropLast(200), in: "cut.npz")
    try folder.put("no array", in: "text.npz")
    try folder.makeFolder("sub")
  }

  /// The classes 0, 1, 2, 0, 1, 2, a row a sample.
  private static let oneHot: [Double] = (0..<6).flatMap { sample in
    (0..<3).map { $0 == sample % 3 ? 1 : 0 }
  }

  private func scenario(_ key: String, file: String, array: String, sizes: Bool = true) -> String {
    let given = "{\"kind\": \"file\", \"path\": \"\(file)\", \"array\": \"\(array)\"}"
    let plain = sizes ? #""samples_per_class": 2, "feature_dimension": 4, "# : ""
    guard key == "labels" else {
      return "{\"model\": {\(plain)\"classes\": 3}, \"initial_state\": {\"\(key)\": \(given)}}"
    }
    return "{\"model\": {\"classes\": 3, \"feature_dimension\": 4, \"labels\": \(given)}, "
      + "\"initial_state\": {\"features\": {\"kind\": \"file\", \"path\": \"a.npz\", \"array\": \"H\"}}}"
  }

  @Test(arguments: [
    ("features", "wide", "as columns (p x N) N would be 7, but samples_per_class makes 6"),
    ("features", "flat", "(24,)"),
    ("features", "nan", "nan"), ("features", "text", "text"), ("features", "h", "\"H\""),
    ("features", "Hh", "the nearest is \"H\""),
    ("prototypes", "H", "C would be 6, but classes is 3"),
    ("prototypes", "square", "p would be 3, but feature_dimension is 4"),
    ("features", "empty", "N would be 0"), ("labels", "short", "there are 5 labels"),
    ("labels", "gap", "class 1 has no samples"), ("labels", "large", "as 4"),
    ("labels", "negative", "label -1 of sample 5"), ("labels", "half", "label 0.5 of sample 5"),
    ("labels", "H", "list of whole numbers"), ("labels", "text", "text"),
    ("labels", "one", "array \"one\": the labels run from 1 to 3, "),
    ("labels", "gaps", "classes 1, 2, 3, 4, 6 have no samples"),
    (
      "labels", "column",
      "(6, 1) is no list of whole numbers, one a sample: save it with reshape(-1)"
    ),
    ("labels", "hot", "argmax(axis=1)"),
  ]) func refusesArraysThatDoNotFit(key: String, array: String, fragment: String) async throws {
    try folder.put(scenario(key, file: "a.npz", array: array), in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: ", fragment], in: folder)
  }

  @Test(arguments: [
    ("missing.npz", "missing.npz", 66), ("sub", "folder", 66), ("", "no such file", 66),
    ("cut.npz", "truncated or damaged", 65), ("text.npz", "neither a .npy nor a .npz", 65),
  ]) func refusesFiles(file: String, fragment: String, status: Int32) async throws {
    try folder.put(scenario("features", file: file, array: "H"), in: "s.json")
    for command in ["simulate", "validate"] {
      try await expectRefusal(
        [command, "s.json"], status: status, ["s.json: initial_state.features: ", fragment],
        in: folder)
    }
  }

  /// Without sizes in the scenario an array without columns leaves every class empty.
  @Test(arguments: ["[[]]", "[[], []]"])
  func refusesFeaturesWithoutSamples(values: String) async throws {
    try folder.put(
      "{\"model\": {\"classes\": 2}, \"initial_state\": "
        + "{\"features\": {\"kind\": \"values\", \"values\": \(values)}}}", in: "s.json")
    try await expectRefusal(["validate", "s.json"], status: 65, ["s.json: "], in: folder)
  }

  @Test(arguments: [
    (#"[[1, 2], [3]]"#, "values[1]"), (#"[1, "x"]"#, "values"), (#"[[1, null]]"#, "values[0]"),
    (#"[[[1]]]"#, "values[0]"), (#"[1, [2]]"#, "values"),
  ]) func refusesRaggedValues(values: String, place: String) async throws {
    try folder.put(
      SmallScenario.text(
        "\"initial_state\": {\"features\": {\"kind\": \"values\", \"values\": \(values)}}"),
      in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: initial_state.features.\(place)"], in: folder)
  }

  @Test func refusesAZeroFeatureOnTheSphere() async throws {
    let model =
      #"{"case": "spherical", "classes": 3, "samples_per_class": 2, "feature_dimension": 4}"#
    try folder.put(
      SmallScenario.text(model: model, #""initial_state": {"features": {"kind": "zeros"}}"#),
      in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: initial_state.features: sample 0 is zero"],
      in: folder)
  }

  /// A bias that the model does not have would be ignored without a word.
  @Test func refusesAnInitialBiasWithoutABias() async throws {
    try folder.put(
      SmallScenario.text(#""initial_state": {"bias": {"kind": "values", "values": [1, 2]}}"#),
      in: "s.json")
    try await expectRefusal(
      ["simulate", "s.json"], status: 65, ["s.json: initial_state.bias"], in: folder)
  }

  @Test func infersAllSizesFromArrays() async throws {
    try folder.put(
      #"""
      {"model": {"labels": {"kind": "file", "path": "a.npz", "array": "y"}},
       "initial_state": {"features": {"kind": "file", "path": "a.npz", "array": "H"},
         "prototypes": {"kind": "file", "path": "a.npz", "array": "W"}}}
      """#, in: "s.json")
    try await expectSuccess(["validate", "s.json"], in: folder)
  }

  /// Labels in the scenario itself have no array to reshape.
  @Test(arguments: [
    ("[1, 2, 3, 1, 2, 3]", "subtract 1"), ("[[0], [1], [2]]", "leave the inner brackets out"),
    ("[[1, 0], [0, 1]]", "give the place of each 1"), ("[0, 1, 3]", "class 2 has no samples"),
  ]) func refusesLabelsInTheScenario(values: String, fragment: String) async throws {
    try folder.put(
      "{\"model\": {\"classes\": 3, \"feature_dimension\": 4, \"labels\": "
        + "{\"kind\": \"values\", \"values\": \(values)}}}", in: "s.json")
    try await expectRefusal(
      ["validate", "s.json"], status: 65, ["s.json: model.", fragment], in: folder)
  }

  /// Transposed arrays are taken as what they must be, and it is said.
  @Test func takesRowsWhereOnlyTheyFit() async throws {
    try folder.put(scenario("features", file: "a.npz", array: "Ht"), in: "s.json")
    let line = "initial_state.features: taken as rows (N x p = 6 x 4)"
    let validation = try await expectSuccess(["validate", "s.json"], in: folder)
    #expect(validation.output == "s.json: valid\ns.json: \(line)\n")
    let run = try await expectSuccess(["simulate", "s.json"], in: folder)
    #expect(run.output.contains(line))
  }
}
