import DynNumerics
import Dynamics

/// Loads a kernel and puts its samples into sorted order.
struct KernelBuilder {
  let loader: ArrayLoader
  let sizes: ProblemSizes
  let partition: ClassPartition

  /// - Throws: `Fault` for a matrix of another shape, or one that is not symmetric and positive
  ///   semi-definite.
  func kernel(_ specification: KernelSpecification) throws(Fault) -> any TangentKernel {
    switch specification {
    case .kronecker(let coordinates, let samples):
      let left = try symmetric(coordinates, sizes.featureDimension, at: "features")
      let right = try symmetric(samples, sizes.sampleCount, at: "samples")
      return KroneckerKernel(
        coordinates: left, samples: right.map { permuted($0, block: 1) })
    case .dense(let specification):
      let size = sizes.featureDimension * sizes.sampleCount
      let matrix = try symmetric(specification, size, at: "dense")
      return DenseKernel(
        permuted(matrix ?? .identity(size), block: sizes.featureDimension))
    }
  }

  private func symmetric(
    _ specification: ArraySpecification, _ size: Int, at key: String
  ) throws(Fault) -> Matrix? {
    do throws(Fault) {
      guard let given = try loader.given(specification) else { return nil }
      let matrix = try given.matrix(
        rows: size, columns: size, meaning: "a square kernel of \(size) rows")
      guard matrix.asymmetry <= 1e-10 else {
        throw Fault(
          "",
          "the kernel is not symmetric (relative difference \(matrix.asymmetry)): "
            + "average it with its transpose")
      }
      try checkPositive(matrix)
      return matrix
    } catch {
      throw error.within("model.kernel.\(key)")
    }
  }

  private func checkPositive(_ matrix: Matrix) throws(Fault) {
    let values: [Double]
    do throws(NumericsError) {
      values = try matrix.symmetricEigendecomposition().values
    } catch {
      throw Fault("", error.description)
    }
    guard let smallest = values.first, let largest = values.last, smallest < -1e-10 * abs(largest)
    else { return }
    throw Fault(
      "",
      "the kernel has the negative eigenvalue \(smallest): a tangent kernel J J' is positive "
        + "semi-definite")
  }

  /// The rows and columns of the user's samples in sorted order, `block` entries a sample.
  private func permuted(_ matrix: Matrix, block: Int) -> Matrix {
    let order = partition.order.flatMap { sample in (0..<block).map { sample * block + $0 } }
    return Matrix(rows: matrix.rows, columns: matrix.columns) {
      matrix[order[$0], order[$1]]
    }
  }
}
