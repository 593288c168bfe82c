import DynNumerics
import TestSupport
import Testing

@testable import Dynamics

/// A kernel on three coordinates and seven samples with its matrix on vec(H).
struct KernelCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let coordinates: Matrix?
  let samples: Matrix?

  static let rows = 3
  static let sizes = [3, 2, 2]

  var kernel: KroneckerKernel { KroneckerKernel(coordinates: coordinates, samples: samples) }

  /// K (x) T: entry (j p + i, l p + k) is K_jl T_ik.
  var matrix: Matrix {
    let rows = Self.rows
    let count = rows * Self.sizes.reduce(0, +)
    let t = coordinates ?? .identity(rows)
    let k = samples ?? .identity(count / rows)
    return Matrix(rows: count, columns: count) {
      k[$0 / rows, $1 / rows] * t[$0 % rows, $1 % rows]
    }
  }

  static let all: [KernelCase] = {
    var random = RandomNumbers(21)
    let (t, k) = (random.kernel(3), random.kernel(7))
    let thin = random.matrix(7, 2)
    return [
      KernelCase(testDescription: "identity", coordinates: nil, samples: nil),
      KernelCase(testDescription: "coordinates", coordinates: t, samples: nil),
      KernelCase(testDescription: "samples", coordinates: nil, samples: k),
      KernelCase(testDescription: "both", coordinates: t, samples: k),
      KernelCase(
        testDescription: "samples of rank 2", coordinates: t,
        samples: thin.looped(thin.transposed)),
      KernelCase(testDescription: "zero", coordinates: t, samples: Matrix(rows: 7, columns: 7)),
    ]
  }()
}

@Suite struct KernelTests {
  private let rows = KernelCase.rows

  private func labels() throws -> LabelOperator {
    try LabelCase(sizes: KernelCase.sizes, gamma: 0.3, weights: .list([1, 2, 0.5])).labels()
  }

  private func features() -> Matrix {
    var random = RandomNumbers(22)
    return random.matrix(rows, 7)
  }

  private func prototypes() -> Matrix {
    var random = RandomNumbers(23)
    return random.matrix(rows, 3)
  }

  /// The columns one below the other.
  private func vec(_ matrix: Matrix) -> Matrix {
    Matrix(rows: matrix.rows * matrix.columns, columns: 1) { index, _ in
      matrix[index % matrix.rows, index / matrix.rows]
    }
  }

  @Test(arguments: KernelCase.all) func kernelsAreTheirMatrixOnStackedColumns(
    _ sample: KernelCase
  ) {
    let expected = sample.matrix.looped(vec(features()))
    let bound = 1e-14 * max(1, expected.largestEntry)
    #expect(vec(sample.kernel.applied(to: features())).gap(to: expected) <= bound)
    let dense = DenseKernel(sample.matrix)
    #expect(vec(dense.applied(to: features())).gap(to: expected) <= bound)
  }

  private func kernels(_ sample: KernelCase) -> [any TangentKernel] {
    [sample.kernel, DenseKernel(sample.matrix)]
  }

  @Test(arguments: KernelCase.all) func spectraReproduceTheKernelOnPrototypes(
    _ sample: KernelCase
  ) throws {
    let labels = try labels()
    let m = ExplicitModel(labels, gamma: 0.3).operatorMatrix
    let image = sample.matrix.looped(vec(prototypes().looped(m)))
    let stacked = Matrix(rows: rows, columns: 7) { image[$1 * rows + $0, 0] }
    let expected = stacked.looped(m.transposed)
    for kernel in kernels(sample) {
      let spectrum = try kernel.spectrum(labels, featureDimension: rows)
      let coefficients = spectrum.coefficients(of: prototypes())
      let scaled = coefficients.combined(with: spectrum.eigenvalues) { $0 * $1 }
      #expect(spectrum.combination(scaled).gap(to: expected) <= 1e-14)
      #expect(spectrum.combination(coefficients).gap(to: prototypes()) <= 1e-14)
      #expect(spectrum.eigenvalues.elements.allSatisfy { $0 >= 0 })
    }
  }

  @Test(arguments: KernelCase.all) func denseAndKroneckerSpectraAgree(_ sample: KernelCase) throws {
    let labels = try labels()
    let values = try kernels(sample).map {
      try $0.spectrum(labels, featureDimension: rows).eigenvalues.elements.sorted()
    }
    #expect(gap(values[0], values[1]) <= 1e-14 * max(values[0].last ?? 0, 1))
  }

  @Test func identityKernelHasTheSquaredSingularValues() throws {
    let labels = try labels()
    let spectrum = try KroneckerKernel.identity.spectrum(labels, featureDimension: rows)
    let expected = ExplicitModel(labels, gamma: 0.3).classOperator.jacobiSingularValues
      .flatMap { [Double](repeating: $0 * $0, count: rows) }
    #expect(gap(spectrum.eigenvalues.elements.sorted(by: >), expected) <= 1e-15)
  }

  @Test func directionsThatTheKernelDoesNotSeeHaveNoEigenvalueAtAll() throws {
    for kernel in kernels(KernelCase.all[4]) {
      let values = try kernel.spectrum(labels(), featureDimension: rows).eigenvalues
      #expect(values.elements.count { $0 == 0 } == rows)
    }
  }

  @Test func asymmetryIsRelativeToTheLargestEntry() {
    #expect(Matrix(rows: 2, columns: 2, elements: [1, 4, 3, 2]).asymmetry == 0.25)
    #expect(Matrix.identity(3).asymmetry == 0)
    #expect(Matrix(rows: 2, columns: 2).asymmetry == 0)
  }
}
