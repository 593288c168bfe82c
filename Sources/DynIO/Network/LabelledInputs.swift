import DynNumerics
import Dynamics

/// Inputs and labels of a file.
struct LabelledInputs {
  /// samples x d.
  let inputs: Matrix
  let labels: [Int]

  var dimension: Int { inputs.columns }

  /// - Throws: `Fault` for arrays of other shapes or labels beyond the classes.
  init(
    path: String, inputs: String, labels: String, classCount: Int, loader: ArrayLoader
  ) throws(Fault) {
    let table = try Self.array(path, inputs, loader)
    guard table.shape.count == 2, table.shape[0] > 0, table.shape[1] > 0 else {
      throw Fault("inputs", "the array \"\(inputs)\" is not a table: give one row per sample")
    }
    self.inputs = try table.matrix(
      rows: table.shape[0], columns: table.shape[1], meaning: "one row per sample")
    let given = try GivenLabels(
      try Self.array(path, labels, loader), at: "labels", classes: classCount)
    let count = given.labels.count
    guard count == table.shape[0] else {
      let hint =
        count == table.shape[1]
        ? "they look transposed, save one row per sample" : "make them agree"
      throw Fault(
        "inputs",
        "\(table.origin): the array of shape \(table.shapeText) has \(table.shape[0]) rows for "
          + "\(count) labels: \(hint)")
    }
    if let sample = given.labels.firstIndex(where: { $0 >= classCount }) {
      throw Fault(
        "labels",
        "label \(given.labels[sample]) of sample \(sample) is not in 0...\(classCount - 1): give more "
          + "classes, or fewer labels")
    }
    self.labels = given.labels
  }

  private static func array(
    _ path: String, _ name: String, _ loader: ArrayLoader
  ) throws(Fault) -> GivenArray {
    guard let array = try loader.given(.file(path: path, array: name)) else {
      throw Fault("path", "the file gives no array")
    }
    return array
  }

  /// Training and test inputs: classes in random order where they are shuffled, samples of each in
  /// random order; divided, and centred by the mean over each class's training pool, which are as
  /// many samples as the largest class has.
  ///
  /// - Throws: `Fault` for a class with too few samples.
  func split(
    sizes: [Int], divisor: Double, shuffles: Bool, loader: ArrayLoader
  ) throws(Fault) -> NetworkData {
    let members = try shuffledMembers(sizes: sizes, shuffles: shuffles, loader: loader)
    let pool = sizes.max() ?? 0
    let training = zip(members, sizes).flatMap { $0.prefix($1) }
    let tests = members.map { Array($0.dropFirst(pool)) }
    let pooled = members.flatMap { $0.prefix(pool) }
    let centre = (0..<dimension).map { column in
      pooled.map { inputs[$0, column] / divisor }.sum / Double(pooled.count)
    }
    func table(_ samples: [Int]) -> Matrix {
      Matrix(rows: dimension, columns: samples.count) { row, column in
        inputs[samples[column], row] / divisor - centre[row]
      }
    }
    return NetworkData(
      inputs: table(training), testInputs: table(tests.flatMap { $0 }),
      testLabels: tests.enumerated().flatMap { [Int](repeating: $0, count: $1.count) })
  }

  private func shuffledMembers(
    sizes: [Int], shuffles: Bool, loader: ArrayLoader
  ) throws(Fault) -> [[Int]] {
    let keys = try loader.normal(labels.count, scale: 1, stream: .data)
    var members = [[Int]](repeating: [], count: sizes.count)
    for sample in keys.indices.sorted(by: { keys[$0] < keys[$1] }) {
      members[labels[sample]].append(sample)
    }
    if shuffles {
      let order = try loader.normal(sizes.count, scale: 1, stream: .classOrder)
      members = order.indices.sorted { order[$0] < order[$1] }.map { members[$0] }
    }
    for (label, size) in sizes.enumerated() where members[label].count < size {
      throw Fault(
        "path",
        "class \(label) of the profile needs \(size) samples and its class in the file has "
          + "\(members[label].count): lower samples_per_class")
    }
    return members
  }
}
