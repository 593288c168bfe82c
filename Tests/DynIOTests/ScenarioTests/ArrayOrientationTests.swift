import DynNumerics
import Dynamics
import NumpyFiles
import Testing

@testable import DynIO

/// Which axis of given features and prototypes is which.
@Suite struct ArrayOrientationTests {
  /// Arrays of two shapes, in files of others or of this program, and what the model says.
  private func arrays(
    features: [Int]?, prototypes: [Int]?, isOwn: Bool = false, layout: String = "",
    model: String = ""
  ) throws -> GivenArrays {
    let folder = try ScratchFolder()
    func numbers(_ shape: [Int]) -> NumpyArray {
      NumpyArray(shape: shape, reals: (0..<shape.reduce(1, *)).map(Double.init))
    }
    var archive: [(name: String, array: NumpyArray)] = []
    if let features { archive.append(("H", numbers(features))) }
    if let prototypes { archive.append(("W", numbers(prototypes))) }
    if isOwn {
      archive += [("y", numbers([1])), ("scenario", NumpyArray(text: "{}"))]
    }
    try folder.put(bytes: try NumpyFiles.encode(archive), in: "a.npz")
    func given(_ key: String, _ array: String) -> String {
      "\"\(key)\": {\"kind\": \"file\", \"path\": \"\(folder.path("a.npz"))\", "
        + "\"array\": \"\(array)\"\(layout)}"
    }
    let parts =
      (features == nil ? [] : [given("features", "H")])
      + (prototypes == nil ? [] : [given("prototypes", "W")])
    let text = "{\"model\": {\(model)}, \"initial_state\": {\(parts.joined(separator: ", "))}}"
    let scenario = try ScenarioFile.scenario(try JSONParser.parse(text), path: "s.json")
    return try GivenArrays(scenario, ArrayLoader(folder: "", seed: 1))
  }

  private static let sizes = #""classes": 3, "samples_per_class": 4"#

  /// Every size of p, each array in both layouts: where it is told apart, what is taken is p x N and
  /// p x C, with the numbers in their places.
  @Test(arguments: [1, 2, 4, 5, 7]) func rowsAndColumnsAreToldApart(p: Int) throws {
    for (hasRows, hasClassRows) in [(false, false), (false, true), (true, false), (true, true)] {
      let found = try arrays(
        features: hasRows ? [12, p] : [p, 12], prototypes: hasClassRows ? [3, p] : [p, 3],
        model: Self.sizes)
      let features = try #require(found.features)
      #expect(features.shape == [p, 12] && found.prototypes?.shape == [p, 3])
      // Entry (row, column) of what was written is row times its columns plus column.
      for coordinate in 0..<p {
        for sample in 0..<12 {
          let written = hasRows ? sample * p + coordinate : coordinate * 12 + sample
          #expect(features.numbers[coordinate * 12 + sample] == Double(written))
        }
      }
      #expect(found.notes.count == (hasRows ? 1 : 0) + (hasClassRows ? 1 : 0))
      #expect(!hasRows || found.notes[0].hasSuffix("features: taken as rows (N x p = 12 x \(p))"))
    }
  }

  /// p = C, p = N, or nothing known.
  @Test(
    arguments: [
      ([3, 12], [3, 3], Self.sizes, "prototypes"), ([12, 3], [3, 3], Self.sizes, "prototypes"),
      (nil, [3, 3], Self.sizes, "prototypes"), ([12, 12], nil, Self.sizes, "features"),
      ([12, 12], [12, 3], Self.sizes, "features"), ([4, 12], nil, "", "features"),
      ([6, 12], nil, "\"classes\": 3", "features"),
      (
        nil, [3, 3], "\"classes\": 3, \"feature_dimension\": 3, \"samples_per_class\": 2",
        "prototypes"
      ),
    ] as [([Int]?, [Int]?, String, String)])
  func whatFitsBothWaysIsRefused(
    features: [Int]?, prototypes: [Int]?, model: String, blamed: String
  ) throws {
    let fault = try #require(throws: Fault.self) {
      try arrays(features: features, prototypes: prototypes, model: model)
    }
    #expect(fault.path == "initial_state.\(blamed)")
    #expect(fault.message.contains("\"layout\": \"rows\""), "\(fault)")
    // The layout decides, and archives of this program are in columns.
    for layout in ["rows", "columns"] where features == nil || prototypes == nil {
      let found = try arrays(
        features: features, prototypes: prototypes, layout: ", \"layout\": \"\(layout)\"",
        model: model)
      let shape = try #require(features ?? prototypes)
      let taken = found.features ?? found.prototypes
      #expect(taken?.shape == (layout == "rows" ? shape.reversed() : shape))
      #expect(layout == "rows" || taken?.numbers.first == 0 && taken?.numbers[1] == 1)
      #expect(layout == "columns" || taken?.numbers[1] == Double(shape[1]))
      #expect(found.notes.isEmpty)
    }
    let own = try arrays(features: features, prototypes: prototypes, isOwn: true, model: model)
    #expect(own.features?.shape == features && own.prototypes?.shape == prototypes)
    #expect(own.notes.isEmpty)
  }

  @Test(
    arguments: [
      ([5, 11], nil, Self.sizes, "features", "N would be 11, but samples_per_class makes 12"),
      (nil, [5, 4], Self.sizes, "prototypes", "C would be 4, but classes is 3"),
      ([5, 12], [6, 3], Self.sizes, "prototypes", "p would be 6, but that of the features 5"),
      (
        [5, 12], nil, Self.sizes + ", \"feature_dimension\": 6", "features",
        "p would be 5, but feature_dimension is 6"
      ),
      (
        [5, 11], nil, "\"classes\": 3, \"feature_dimension\": 5", "features",
        "no multiple of the 3 classes"
      ),
    ] as [([Int]?, [Int]?, String, String, String)])
  func whatFitsNoWayIsRefused(
    features: [Int]?, prototypes: [Int]?, model: String, blamed: String, reason: String
  ) throws {
    let fault = try #require(throws: Fault.self) {
      try arrays(features: features, prototypes: prototypes, model: model)
    }
    #expect(fault.path == "initial_state.\(blamed)")
    #expect(fault.message.contains("fits neither way"), "\(fault)")
    #expect(fault.message.contains(reason), "\(fault)")
  }

  @Test func aLayoutThatDoesNotFitIsRefused() throws {
    let fault = try #require(throws: Fault.self) {
      try arrays(
        features: [5, 12], prototypes: nil, layout: ", \"layout\": \"rows\"", model: Self.sizes)
    }
    #expect(fault.message.contains("does not fit: as rows (N x p) N would be 5"), "\(fault)")
  }
}
