import DynIO
import Dynamics

/// A scenario with one unusual value at one place of the format.
struct ReplacedScenario: Sendable {
  let path: String
  /// The file's text.
  let text: String
  /// The tree of the text; nil when that is not JSON.
  let tree: Value?

  /// One for every place and value: generated from the format, so that new keys are covered.
  static let all: [ReplacedScenario] = places.flatMap { place in
    values.map { ReplacedScenario(place, $0) }
  }

  /// The schedules that warm-ups of the features' rate hold are those of the prototypes' rate.
  static let places = ScenarioFormat.shape.places().filter { place in
    !place.path.hasPrefix(".learning_rate.features<warmup>.then<")
  }.map { place in
    ShapePlace(path: place.path, shape: place.shape) { completed(place.scenario($0)) }
  }

  /// JSON texts; the fourth is no number of JSON's in double precision.
  private static let values = [
    "null", "true", "\"x\"", "1e999", "-1", "0", "0.5", "1e308", "1e-320", "9007199254740992",
    "[]", "[[]]", "{}", "{\"kind\": \"x\"}",
  ]

  private static let mark = "place of the value"

  private init(_ place: ShapePlace, _ value: String) {
    path = place.path
    text = JSONWriter.text(place.scenario(.string(Self.mark)), indented: false)
      .replacing("\"\(Self.mark)\"", with: value)
    tree = try? JSONParser.parse(text)
  }

  /// The same with sizes and few times, where it has none of its own, so that its other values come
  /// into play.
  private static func completed(_ scenario: Value) -> Value {
    guard case .object(var members) = scenario else { return scenario }
    if !members.contains(where: { $0.key == "time" }) {
      let times = Value.list([.number(0), .number(0.25), .number(1)])
      members.append(.init(key: "time", value: .object([.init(key: "at", value: times)])))
    }
    let index = members.firstIndex { $0.key == "model" } ?? members.endIndex
    if index == members.endIndex { members.append(.init(key: "model", value: .object([]))) }
    guard case .object(var model) = members[index].value else { return scenario }
    for (key, size) in [("classes", 2.0), ("samples_per_class", 2), ("feature_dimension", 2)]
    where !model.contains(where: { $0.key == key }) {
      model.append(.init(key: key, value: .number(size)))
    }
    members[index].value = .object(model)
    return .object(members)
  }
}
