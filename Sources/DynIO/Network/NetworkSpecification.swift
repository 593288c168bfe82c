import Dynamics

/// A network that makes the features, as a scenario gives it.
public struct NetworkSpecification: Sendable, Equatable {
  /// Where the inputs come from.
  public enum Source: Sendable, Equatable {
    /// Normal clusters around random means on a sphere.
    case mixture(dimension: Int, radius: Double, testsPerClass: Int)
    /// Inputs (one row per sample) and labels of a NumPy archive.
    case file(path: String, inputs: String, labels: String, divisor: Double, shuffles: Bool)
  }

  /// The units of every hidden layer; the last ones are the features.
  public var hidden: [Int]
  /// Where the inputs come from.
  public var source: Source
  /// Standard deviation of the noise on the inputs.
  public var jitter: Double

  /// The shape of `model.network`.
  static let shape = Shape.object([
    .required(
      "hidden",
      .either([.integer(.atLeast(1)), .list(of: .integer(.atLeast(1)), minimumCount: 1)]),
      "tanh units of the hidden layer, or of every one; the last are the features"),
    .required("data", .kinds(dataKinds), "the inputs"),
    .optional(
      "jitter", .number(.nonNegative),
      "standard deviation of normal numbers that training adds to the inputs, fresh each batch; "
        + "default 0"),
  ])

  /// The kinds of data.
  static let dataKinds: [KindDescription] = [
    KindDescription(
      "mixture",
      "unit normal clusters, one a class, around means that are uniform on a sphere",
      parameters: [
        .optional("dimension", .integer(.atLeast(1)), "d", default: .number(20)),
        .optional(
          "radius", .number(.nonNegative), "radius of the sphere", default: .number(3)),
        .optional(
          "tests_per_class", .integer(.atLeast(0)), "test inputs a class",
          default: .number(200)),
      ]),
    KindDescription(
      "file",
      "inputs of a .npz file: each class gives its first n_c samples in random order to training, "
        + "and those beyond the largest n_c to the test; inputs are divided, then centred",
      parameters: [
        .required("path", .string, "path of a .npz file, relative to the scenario"),
        .optional(
          "inputs", .string, "array of inputs, one row per sample", default: .string("X")),
        .optional("labels", .string, "array of labels 0..C-1", default: .string("y")),
        .optional(
          "divide_by", .number(.positive), "what inputs are divided by", default: .number(1)),
        .optional(
          "shuffle_classes", .boolean,
          "whether a random order of the classes decides which are the large ones",
          default: .boolean(true)),
      ]),
  ]

  /// Reads `model.network`, whose shape is valid.
  init(_ fields: Fields) throws(Fault) {
    if let units = fields["hidden"]?.numbers {
      hidden = units.map { Int($0) }
    } else {
      hidden = [try fields.integer("hidden")]
    }
    jitter = try fields.number("jitter", default: 0)
    source = try Self.source(fields.fields("data"))
  }

  /// The number of features, p.
  var width: Int { hidden.last ?? 0 }

  private static func source(_ fields: Fields) throws(Fault) -> Source {
    func integer(_ key: String, _ value: Int) throws(Fault) -> Int {
      fields.has(key) ? try fields.integer(key) : value
    }
    func text(_ key: String, _ value: String) throws(Fault) -> String {
      fields.has(key) ? try fields.string(key) : value
    }
    if try fields.string("kind") == "mixture" {
      return .mixture(
        dimension: try integer("dimension", 20),
        radius: try fields.number("radius", default: 3),
        testsPerClass: try integer("tests_per_class", 200))
    }
    return .file(
      path: try fields.string("path"), inputs: try text("inputs", "X"),
      labels: try text("labels", "y"), divisor: try fields.number("divide_by", default: 1),
      shuffles: fields["shuffle_classes"] != .boolean(false))
  }
}
