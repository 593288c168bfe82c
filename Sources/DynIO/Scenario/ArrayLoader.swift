import DynNumerics
import DynText
import Dynamics
import NumpyFiles

/// Loads, draws and checks the arrays of a scenario.
struct ArrayLoader {
  let folder: String
  let seed: UInt64

  /// Loads the array that a file names; for `values`, the numbers themselves.
  ///
  /// - Throws: `Fault` for anything but numbers in a full table.
  func given(_ specification: ArraySpecification) throws(Fault) -> GivenArray? {
    switch specification {
    case .values(let value): return try GivenArray(values: value)
    case .file(let path, let array, let layout): return try load(path, array, layout)
    default: return nil
    }
  }

  private func load(
    _ path: String, _ array: String?, _ layout: ArrayLayout?
  ) throws(Fault) -> GivenArray {
    let place = FilePath.joined(path, to: folder)
    do throws(NumpyFileError) {
      let loaded = try NumpyFiles.readArray(
        at: place, name: array, memoryLimit: SystemMemory.available)
      guard let reals = loaded.reals else {
        throw NumpyFileError.invalidArray(
          file: place, array: array, problem: .unsupportedType("text", remedy: "save numbers"))
      }
      let origin = array.map { "\(place), array \"\($0)\"" } ?? place
      return GivenArray(
        shape: loaded.shape, numbers: reals, origin: TerminalText.line(origin, limit: 300),
        axes: try axes(of: place, layout))
    } catch {
      throw Fault("", "\(error)", isUnreadableFile: error.isUnreadable)
    }
  }

  /// How the axes of a file's arrays are known.
  private func axes(
    of place: String, _ layout: ArrayLayout?
  ) throws(NumpyFileError) -> GivenArray.Axes {
    if let layout { return .layout(layout) }
    return StatesFile.isArchive(of: try NumpyFiles.arrayNames(at: place)) ? .columns : .open
  }

  /// Independent normal numbers of one stream.
  ///
  /// - Throws: `Fault` when the generator cannot be made.
  func normal(_ count: Int, scale: Double, stream: RandomStream) throws(Fault) -> [Double] {
    do throws(NumericsError) {
      var generator = try RandomNormals(seed: seed, stream: stream)
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
      var generator = try RandomNormals(seed: seed, stream: RandomStream.scatter)
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
  func stream(_ stream: RandomStream) throws(Fault) -> NormalStream {
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
