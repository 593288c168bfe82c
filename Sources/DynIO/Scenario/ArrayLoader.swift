import DynNumerics
import Dynamics
import NumpyFiles

/// Loads, draws and checks the arrays of a scenario.
struct ArrayLoader {
  let folder: String
  let seed: UInt64

  /// What an array is for: each purpose draws from a random stream of its own, so that the size of
  /// one array does not change another.
  enum Stream: UInt64 {
    case features = 1
    case prototypes
    case bias
    case inputLayer
    case classOrder
    case data
    case testData
    case scatter
  }

  /// Loads the array that a file names; for `values`, the numbers themselves.
  ///
  /// - Throws: `Fault` for anything but numbers in a full table.
  func given(_ specification: ArraySpecification) throws(Fault) -> GivenArray? {
    switch specification {
    case .values(let value): return try GivenArray(values: value)
    case .file(let path, let array): return try load(path, array)
    default: return nil
    }
  }

  private func load(_ path: String, _ array: String?) throws(Fault) -> GivenArray {
    let place = FilePath.joined(path, to: folder)
    do throws(NumpyFileError) {
      let loaded = try NumpyFiles.readArray(
        at: place, name: array, memoryLimit: SystemMemory.available)
      guard let reals = loaded.reals else {
        throw NumpyFileError.invalidArray(
          file: place, array: array, problem: .unsupportedType("text", remedy: "save numbers"))
      }
      return GivenArray(shape: loaded.shape, numbers: reals, origin: place)
    } catch {
      throw Fault("", "\(error)", isUnreadableFile: error.isUnreadable)
    }
  }

  /// Independent normal numbers of one stream.
  ///
  /// - Throws: `Fault` when the generator cannot be made.
  func normal(_ count: Int, scale: Double, stream: Stream) throws(Fault) -> [Double] {
    do throws(NumericsError) {
      var generator = try RandomNormals(seed: seed, stream: stream.rawValue)
      return generator.next(count, scale: scale)
    } catch {
      throw Fault("", error.description)
    }
  }

  /// Sums of squares of as many standard normal numbers each.
  ///
  /// - Throws: `Fault` when the generator cannot be made.
  func chiSquared(_ degrees: [Double]) throws(Fault) -> [Double] {
    do throws(NumericsError) {
      var generator = try RandomNormals(seed: seed, stream: Stream.scatter.rawValue)
      var numbers: [Double] = []
      for degrees in degrees { numbers.append(generator.nextChiSquared(degrees: degrees)) }
      return numbers
    } catch {
      throw Fault("", error.description)
    }
  }

  /// The normal numbers of one stream, to be drawn as often as they are wanted.
  ///
  /// - Throws: `Fault` when the generator cannot be made.
  func stream(_ stream: Stream) throws(Fault) -> NormalStream {
    do throws(NumericsError) {
      return try NormalStream(seed: RandomNormals.seed(of: stream.rawValue, from: seed))
    } catch {
      throw Fault("", error.description)
    }
  }

  /// W = scale sqrt(C/(C-1)) O B', with B a basis of the complement of 1 and O a random matrix
  /// with orthonormal columns (p = C - 1 suffices).
  ///
  /// - Throws: `Fault` when p < C - 1.
  func simplexETF(
    dimension: Int, classCount: Int, scale: Double
  ) throws(Fault) -> Matrix {
    guard dimension >= classCount - 1 else {
      throw Fault(
        "",
        "a simplex ETF of \(classCount) prototypes needs feature_dimension at least "
          + "\(classCount - 1), not \(dimension): raise feature_dimension or choose \"normal\"")
    }
    let numbers = try normal(dimension * (classCount - 1), scale: 1, stream: .prototypes)
    let random = Matrix(rows: dimension, columns: classCount - 1, elements: numbers)
    let frame = SimplexETF.matrix(classCount: classCount)
    do throws(NumericsError) {
      let decomposition = try random.singularValueDecomposition()
      let rotation = decomposition.left.timesTransposed(decomposition.right)
      return scale * rotation.timesTransposed(frame)
    } catch {
      throw Fault("", error.description)
    }
  }
}

/// Numbers that a scenario gives, with their shape.
struct GivenArray {
  let shape: [Int]
  let numbers: [Double]
  /// Where the array comes from, for messages.
  let origin: String

  init(shape: [Int], numbers: [Double], origin: String) {
    self.shape = shape
    self.numbers = numbers
    self.origin = origin
  }

  /// A list of numbers, or a list of rows of one length.
  init(values: Value) throws(Fault) {
    if let numbers = values.numbers {
      self.init(shape: [numbers.count], numbers: numbers, origin: "values")
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
    self.init(shape: [rows.count, numbers.count / rows.count], numbers: numbers, origin: "values")
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
      throw Fault("", "the array has shape \(text(shape)), not (\(rows), \(columns)): \(hint)")
    }
    return Matrix(rows: rows, columns: columns, elements: try finiteNumbers())
  }

  /// The array as a list of a given length.
  ///
  /// - Throws: `Fault` for another shape or entries that are not finite.
  func vector(count: Int, meaning: String) throws(Fault) -> [Double] {
    guard shape == [count] else {
      throw Fault("", "the array has shape \(text(shape)), not (\(count),): give \(meaning)")
    }
    return try finiteNumbers()
  }

  private func finiteNumbers() throws(Fault) -> [Double] {
    guard let index = numbers.firstIndex(where: { !$0.isFinite }) else { return numbers }
    throw Fault("", "entry \(index) of the array is \(numbers[index]): all entries must be finite")
  }

  private func text(_ shape: [Int]) -> String {
    "(" + shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? ",)" : ")")
  }
}
