import DynIO
import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// The cases of `saddle_cases.json`, computed with NumPy.
enum SaddleReference {
  struct Case {
    let inputs: Fields
    let expected: Fields
    let tolerance: Double
  }

  static func named(_ id: String) throws -> Case {
    let cases = Fields(try ReferenceFile.value("saddle_cases.json")).list("cases").map(Fields.init)
    let fields = try #require(cases.first { (try? $0.string("id")) == id })
    return Case(
      inputs: fields.fields("inputs"), expected: fields.fields("expected"),
      tolerance: try fields.number("tolerance"))
  }

  static func expect(
    _ values: [Double], _ expected: [Double], within tolerance: Double,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(values.count == expected.count, sourceLocation: location)
    for (value, reference) in zip(values, expected) {
      #expect(
        abs(value - reference) <= tolerance * max(1, abs(reference)), sourceLocation: location)
    }
  }

  /// The model of c02 and c07: K = 3, p = 2, sizes 3, 2, 1, entries sin(k + 1) of W (K x p, row by
  /// row) and then H (p x N).
  static func layerPeeled() throws -> Problem {
    try LandscapeProblem.layerPeeled(
      sizes: [3, 2, 1], decay: WeightDecay(features: 0.02, prototypes: 0.01, bias: 0),
      state: state(sequence { sin($0) }))
  }

  static func sequence(_ entry: (Double) -> Double) -> [Double] {
    (0..<18).map { entry(Double($0 + 1)) }
  }

  static func state(_ theta: [Double]) -> State {
    State(
      features: Matrix(rows: 2, columns: 6, elements: Array(theta[6...])),
      prototypes: Matrix(rows: 3, columns: 2, elements: Array(theta[..<6])).transposed)
  }

  /// The file's order of variables.
  static func theta(_ state: State) -> [Double] {
    state.prototypes.transposed.elements + state.features.elements
  }
}

@Suite struct SaddleReferenceTests {
  @Test func layerPeeledDerivativesAndSpectra() throws {
    let reference = try SaddleReference.named("c02_ufm_hvp")
    let expected = reference.expected
    let problem = try SaddleReference.layerPeeled()
    let landscape = ModelLandscape(problem)
    let start = landscape.variables(of: problem.initialState)
    let whole = Batch.whole(problem)
    let direction = landscape.variables(
      of: SaddleReference.state(SaddleReference.sequence { cos($0) }))
    func expect(_ values: [Double], _ key: String) throws {
      let known = expected.has(key) ? expected.numbers(key) : []
      SaddleReference.expect(
        values, known.isEmpty ? [try expected.number(key)] : known, within: reference.tolerance)
    }
    try expect([landscape.value(at: start, of: whole)], "loss")
    try expect(
      (0..<3).map { landscape.value(at: start, of: landscape.classBatch($0)) }, "class_loss")
    let gradient = landscape.gradient(at: start, of: whole)
    try expect([gradient.norm], "grad_norm")
    try expect(
      Array(SaddleReference.theta(landscape.state(of: gradient))[..<4]), "grad_first4")
    let image = landscape.hessian(at: start).image(of: direction)
    try expect([image.dot(direction)], "vHv")
    try expect([image.norm], "Hv_norm")
    try expect(
      (0..<3).map { label in
        let own = landscape.active(direction, problem, label)
        return landscape.hessian(at: start, ofClass: label).image(of: own).dot(own)
      }, "vHv_class")
    let report = try SpectrumReport(landscape, problem, at: problem.initialState)
    try expect(report.total.eigenvalues ?? [], "total_eigs")
    try expect([Double(report.total.index ?? -1)], "total_index")
    try expect(report.classes.map(\.smallest), "class_lambda_min")
    try expect(report.classes.map(\.largest), "class_lambda_max")
    try expect(report.classes.map { Double($0.index ?? -1) }, "class_index")
    try expect(report.classes.map { abs($0.ratio) }, "class_ratio_abs_min_over_max")
  }

  @Test func collapsedClassHessian() throws {
    let reference = try SaddleReference.named("c05_collapsed_class_hessian")
    let expected = reference.expected
    let feature = (1...5).map { cos(Double($0 * $0)) }
    let prototypes = Matrix(rows: 5, columns: 3) { row, column in
      let k = Double(5 * column + row + 1)
      return sin(k * k)
    }
    let features = Matrix(rows: 5, columns: 6) { row, column in
      column < 4 ? feature[row] : Double(row - column)
    }
    let problem = try LandscapeProblem.layerPeeled(
      sizes: [4, 1, 1], state: State(features: features, prototypes: prototypes))
    let landscape = ModelLandscape(problem)
    let start = landscape.variables(of: problem.initialState)
    let hessian = landscape.hessian(at: start, ofClass: 0)
    let spectrum = try HessianSpectrum(hessian)
    #expect(spectrum.method == .collapsed)
    #expect(abs(spectrum.smallest - (try expected.number("exact_eig"))) <= 1e-13)
    #expect(abs(spectrum.smallest - (try expected.number("lambda_min"))) <= reference.tolerance)
    #expect(abs(spectrum.largest - (try expected.number("lambda_max"))) <= reference.tolerance)
    #expect(spectrum.index == (try expected.integer("index")))
    let known =
      (expected.numbers("reduced_eigs")
      + (0..<3).flatMap { _ in expected.numbers("within_block_eigs") }).sorted()
    SaddleReference.expect(spectrum.eigenvalues ?? [], known, within: reference.tolerance)
    let exact = try expected.number("exact_eig")
    #expect(
      spectrum.eigenvalues?.count { abs($0 - exact) <= 1e-12 }
        == (try expected.integer("exact_eig_multiplicity")))
  }

  @Test func lanczosAndQuadrature() throws {
    let reference = try SaddleReference.named("c06_lanczos_slq")
    let (inputs, expected) = (reference.inputs, reference.expected)
    func expect(_ values: [Double], _ key: String) {
      SaddleReference.expect(values, expected.numbers(key), within: reference.tolerance)
    }
    let diagonal = inputs.numbers("d")
    let target = DenseSymmetricOperator(
      Matrix(rows: 8, columns: 8) { $0 == $1 ? diagonal[$0] : 0 })
    let start = [Double](repeating: 1, count: 8)
    var lanczos = LanczosFactorization(target, start: start)
    lanczos.extend(to: 5)
    expect(lanczos.diagonal, "alpha")
    expect(lanczos.offDiagonal, "beta")
    let rule = try SpectralQuadrature(target, probes: [start], steps: 5).rules[0]
    expect(rule.nodes, "ritz")
    expect(rule.weights, "weights")
    expect((0..<10).map { power in rule.integral { pow($0, Double(power)) } }, "moments_0_to_9")
    // As the file's formula: rows and columns counted from 1.
    let matrix = Matrix(rows: 6, columns: 6) { sin(Double(($0 + 1) * ($1 + 1) + 1)) }
    expect(try matrix.symmetricEigendecomposition().values, "A_eigs")
    let quadrature = try SpectralQuadrature(
      DenseSymmetricOperator(matrix), probes: inputs.list("probes").compactMap(\.numbers),
      steps: try inputs.integer("m_slq"))
    let sigma2 = try inputs.number("sigma2")
    #expect(abs(quadrature.trace - (try expected.number("slq_trace"))) <= 1e-9)
    #expect(
      abs(quadrature.share(below: 0).value - (try expected.number("slq_negative_mass"))) <= 1e-9)
    expect(inputs.numbers("x").map { quadrature.density(at: $0, variance: sigma2) }, "density")
  }

  @Test func networkDerivativesAndSpectra() throws {
    let reference = try SaddleReference.named("c10_mlp_classwise")
    let expected = reference.expected
    func matrices(_ entry: (Int) -> Double) -> (Matrix, Matrix, [Double]) {
      let theta = (0..<31).map(entry)
      return (
        Matrix(rows: 4, columns: 4) { $1 < 3 ? theta[3 * $0 + $1] : theta[12 + $0] },
        Matrix(rows: 3, columns: 4, elements: Array(theta[16..<28])).transposed,
        Array(theta[28...])
      )
    }
    let (inputLayer, prototypes, bias) = matrices { sin(2 * Double($0 + 1)) }
    let inputs = Matrix(rows: 3, columns: 5) { row, column in
      let k = Double(3 * column + row + 1)
      return sin(k * k)
    }
    let problem = try LandscapeProblem.network(
      sizes: [3, 1, 1], inputs: inputs, hidden: [inputLayer], prototypes: prototypes, bias: bias)
    let landscape = try #require(problem.landscape)
    #expect(landscape.dimension == (try expected.integer("n_params")))
    let start = landscape.variables(of: problem.initialState)
    let whole = Batch.whole(problem)
    func expect(_ value: Double, _ key: String) throws {
      #expect(abs(value - (try expected.number(key))) <= reference.tolerance)
    }
    try expect(landscape.value(at: start, of: whole), "loss")
    try expect(landscape.gradient(at: start, of: whole).norm, "grad_norm")
    let (q, v, c) = matrices { cos(Double($0 + 1)) }
    let direction = q.elements + v.elements + c
    let image = landscape.hessian(at: start).image(of: direction)
    try expect(image.dot(direction), "vHv")
    try expect(image.norm, "Hv_norm")
    let report = try SpectrumReport(landscape, problem, at: problem.initialState)
    func expectAll(_ values: [Double], _ key: String) {
      SaddleReference.expect(values, expected.numbers(key), within: reference.tolerance)
    }
    expectAll(report.classes.map(\.smallest), "class_lambda_min")
    expectAll(report.classes.map(\.largest), "class_lambda_max")
    expectAll(report.classes.map(\.trace), "class_trace")
    expectAll(report.classes.map { Double($0.index ?? -1) }, "class_index")
  }
}

extension Landscape {
  /// The entries of a direction that a class's Hessian acts on.
  func active(_ direction: [Double], _ problem: Problem, _ label: Int) -> [Double] {
    let state = state(of: direction)
    let range = Array(problem.labels.partition.range(ofClass: label))
    return state.features.permutingColumns(range).elements + state.prototypes.elements
  }
}
