import DynNumerics
import Dynamics

/// Numbers that a scenario gives, with their shape.
struct GivenArray {
  let shape: [Int]
  let numbers: [Double]
  /// Where the array comes from, for messages.
  let origin: String
  /// How it is known which axis counts what.
  let axes: Axes

  /// How it is known which axis of an array counts coordinates and which samples or classes.
  enum Axes: Equatable {
    /// The format says so: a column a sample or class.
    case columns
    /// The scenario says so.
    case layout(ArrayLayout)
    /// Only the shape can tell.
    case open
  }

  init(shape: [Int], numbers: [Double], origin: String, axes: Axes = .columns) {
    self.shape = shape
    self.numbers = numbers
    self.origin = origin
    self.axes = axes
  }

  /// The length of one axis of a table; nil for what is none.
  func side(_ axis: Int) -> Int? { shape.count == 2 ? shape[axis] : nil }

  /// Whether it comes from a file.
  var isFromFile: Bool { origin != Self.inline }

  /// A table with a column a sample or class, from one that may have rows instead.
  func inColumns(from layout: ArrayLayout) -> GivenArray {
    guard layout == .rows, shape.count == 2 else { return self }
    let table = Matrix(rows: shape[0], columns: shape[1], elements: numbers).transposed
    return GivenArray(shape: [shape[1], shape[0]], numbers: table.elements, origin: origin)
  }

  /// The origin of numbers that stand in the scenario.
  private static let inline = "values"

  /// A list of numbers, or a list of rows of one length.
  init(values: Value) throws(Fault) {
    if let numbers = values.numbers {
      self.init(shape: [numbers.count], numbers: numbers, origin: Self.inline)
      return
    }
    guard case .list(let rows) = values else {
      throw Fault(
        "values", "\(values.brief) is not allowed here: give a list of numbers or of rows")
    }
    var numbers: [Double] = []
    for (index, row) in rows.enumerated() {
      guard let entries = row.numbers else {
        throw Fault("values[\(index)]", "\(row.brief) is not allowed here: give a row of numbers")
      }
      guard index == 0 || entries.count * index == numbers.count else {
        throw Fault(
          "values[\(index)]",
          "this row has \(entries.count) numbers, the rows before it "
            + "\(numbers.count / index): give rows of one length")
      }
      numbers += entries
    }
    self.init(
      shape: [rows.count, numbers.count / rows.count], numbers: numbers, origin: Self.inline)
  }

  /// The array as a matrix of a given shape.
  ///
  /// - Throws: `Fault` for another shape, with a hint when it is transposed, and for entries that
  ///   are not finite.
  func matrix(rows: Int, columns: Int, meaning: String) throws(Fault) -> Matrix {
    guard shape == [rows, columns] else {
      let hint =
        shape == [columns, rows]
        ? "it is transposed: store \(meaning)" : "give \(meaning)"
      throw Fault("", "\(subject) has shape \(shapeText), not (\(rows), \(columns)): \(hint)")
    }
    return Matrix(rows: rows, columns: columns, elements: try finiteNumbers())
  }

  /// The array as a list of a given length.
  ///
  /// - Throws: `Fault` for another shape or entries that are not finite.
  func vector(count: Int, meaning: String) throws(Fault) -> [Double] {
    guard shape == [count] else {
      let isColumn = shape.count == 2 && shape.contains(1) && shape.contains(count)
      throw Fault(
        "",
        "\(subject) has shape \(shapeText), not (\(count),): give \(meaning)"
          + (isColumn && isFromFile ? ", saved with reshape(-1)" : ""))
    }
    return try finiteNumbers()
  }

  private func finiteNumbers() throws(Fault) -> [Double] {
    guard let index = numbers.firstIndex(where: { !$0.isFinite }) else { return numbers }
    throw Fault("", "entry \(index) of \(subject) is \(numbers[index]): all entries must be finite")
  }

  private var subject: String { isFromFile ? "the array in \(origin)" : "the array" }

  /// The shape as Python writes it.
  var shapeText: String {
    "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
  }
}
