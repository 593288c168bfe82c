import DynNumerics
import Dynamics

/// The linear layers of a scenario: W_1 (width x p), ..., W_L (C x width).
public struct LayerSpecification: Sendable, Equatable {
  /// L.
  public let count: Int
  /// The rows of all layers but the last.
  public let width: Int

  init(_ fields: Fields) throws(Fault) {
    count = try fields.integer("count")
    width = try fields.integer("width")
  }

  /// Whether layers are variables of their own; a single one is W itself.
  var isDeep: Bool { count > 1 }
}

/// Draws the layers at time 0, or loads them.
struct LayerBuilder {
  let layers: LayerSpecification
  let sizes: ProblemSizes
  let loader: ArrayLoader

  /// Rows and columns of each layer.
  private var shapes: [(rows: Int, columns: Int)] {
    (0..<layers.count).map { index in
      (
        rows: index == layers.count - 1 ? sizes.classCount : layers.width,
        columns: index == 0 ? sizes.featureDimension : layers.width
      )
    }
  }

  /// The layers: drawn, all of one scale, each with its numbers from the prototypes' stream in turn; or
  /// the arrays of one name with the layer's number behind it, as an archive of final states has them.
  ///
  /// - Throws: `Fault` for arrays of another kind or shape and layers beyond the memory at hand.
  func matrices(_ specification: ArraySpecification) throws(Fault) -> [Matrix] {
    try checkMemory()
    let count = shapes.reduce(0) { $0 + $1.rows * $1.columns }
    let numbers: [Double]
    switch specification {
    case .zeros: numbers = [Double](repeating: 0, count: count)
    case .normal(let scale):
      numbers = try loader.normal(count, scale: scale, stream: .prototypes)
    case .file(let path, let array, _): return try loaded(path, array)
    default:
      throw Fault(
        "", "several layers start from arrays of kind \"normal\", \"zeros\" or \"file\" only")
    }
    var start = 0
    return shapes.map { rows, columns in
      defer { start += rows * columns }
      return Matrix(
        rows: rows, columns: columns, elements: Array(numbers[start..<start + rows * columns]))
    }
  }

  private func loaded(_ path: String, _ array: String?) throws(Fault) -> [Matrix] {
    guard let array else {
      throw Fault(
        "array",
        "several layers are arrays of one name with their numbers behind it, such as ode_W1 and ode_W2: "
          + "give that name, here \"ode_W\"")
    }
    return try shapes.enumerated().map { index, shape throws(Fault) in
      let number = index + 1
      guard let given = try loader.given(.file(path: path, array: "\(array)\(number)")) else {
        return Matrix(rows: shape.rows, columns: shape.columns)
      }
      return try given.matrix(
        rows: shape.rows, columns: shape.columns, meaning: "W_\(number), a row an output")
    }
  }

  /// - Throws: `Fault` for layers beyond the memory at hand.
  func checkMemory() throws(Fault) {
    let width = Double(layers.width)
    let entries =
      width * Double(sizes.featureDimension + sizes.classCount) + Double(layers.count - 2) * width
      * width + Double(layers.count) * width * Double(sizes.sampleCount)
    let bytes = 8 * 20 * entries
    guard bytes > Double(SystemMemory.available) else { return }
    throw Fault(
      "",
      "\(layers.count) layers of width \(layers.width) need about \(MemoryEstimate.text(bytes)), "
        + "and \(SystemMemory.free.sentencePart): lower either")
  }
}

extension ModelSpecification {
  /// The decays of W_1, ..., W_L: those of the list, or the same for all; none without layers.
  func layerDecays(each decay: Double) -> [Double] {
    guard let layers else { return [] }
    return layerDecays ?? [Double](repeating: decay, count: layers.count)
  }
}
