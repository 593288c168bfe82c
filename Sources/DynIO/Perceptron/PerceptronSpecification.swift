import Dynamics

/// The network of the case perceptron, as a scenario gives it.
public struct PerceptronSpecification: Sendable, Equatable {
  /// Where the inputs come from.
  public enum Source: Sendable, Equatable {
    /// Normal clusters around random means on a sphere.
    case mixture(dimension: Int, radius: Double, testsPerClass: Int)
    /// Inputs (a row a sample) and labels of a NumPy archive.
    case file(path: String, inputs: String, labels: String, divisor: Double, shuffles: Bool)
  }

  /// h.
  public var hidden: Int
  /// Where the inputs come from.
  public var source: Source
  /// Standard deviation of the noise on the inputs.
  public var jitter: Double

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
          "inputs", .string, "array of inputs, a row a sample", default: .string("X")),
        .optional("labels", .string, "array of labels 0..C-1", default: .string("y")),
        .optional(
          "divide_by", .number(.positive), "what inputs are divided by", default: .number(1)),
        .optional(
          "shuffle_classes", .boolean,
          "whether a random order of the classes decides which are the large ones",
          default: .boolean(true)),
      ]),
  ]

  /// Reads the keys of `model`; nil for another case.
  ///
  /// - Throws: `Fault` for keys of another case, or missing ones.
  init?(_ fields: Fields, isChosen: Bool) throws(Fault) {
    let keys = ["hidden", "data", "jitter"]
    guard isChosen else {
      guard let key = keys.first(where: fields.has) else { return nil }
      throw Fault(
        key, "this key is the perceptron's: set \"case\" to \"perceptron\" or leave it out")
    }
    guard fields.has("hidden"), fields.has("data") else {
      throw Fault("", "the case perceptron needs \"hidden\" and \"data\": give both")
    }
    hidden = try fields.integer("hidden")
    jitter = try fields.number("jitter", default: 0)
    source = try Self.source(fields.fields("data"))
  }

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
