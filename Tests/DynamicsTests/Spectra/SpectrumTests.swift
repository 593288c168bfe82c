import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// Spectra of Hessians: methods against each other, and the bounds of the layer-peeled model.
@Suite struct SpectrumTests {
  static let profile = [12, 6, 3, 1]

  static func random(_ seed: UInt64, dimension: Int = 5) throws -> (Problem, any Landscape) {
    let problem = try LandscapeProblem.layerPeeled(
      sizes: profile, dimension: dimension,
      decay: WeightDecay(features: 0.01, prototypes: 0.02, bias: 0), seed: seed)
    return (problem, ModelLandscape(problem))
  }

  @Test(arguments: 1...6) func lanczosAgreesWithDense(seed: UInt64) throws {
    let (problem, landscape) = try Self.random(seed)
    let start = landscape.variables(of: problem.initialState)
    let hessians =
      [landscape.hessian(at: start)]
      + Self.profile.indices.map {
        landscape.hessian(at: start, ofClass: $0)
      }
    for hessian in hessians {
      let dense = try HessianSpectrum(hessian)
      let lanczos = try HessianSpectrum(hessian, settings: SpectrumSettings(denseLimit: 0))
      guard case .lanczos(_, let residual, let hasConverged) = lanczos.method else {
        Issue.record("Lanczos was not used")
        return
      }
      #expect(hasConverged && residual <= 1e-9)
      #expect(abs(lanczos.smallest - dense.smallest) <= 1e-8)
      #expect(abs(lanczos.largest - dense.largest) <= 1e-8)
      #expect(lanczos.index == nil)
      #expect(abs(dense.trace - (dense.eigenvalues ?? []).sum) <= 1e-11)
    }
  }

  /// Too few steps are said to be that.
  @Test func lanczosSaysThatItStoppedEarly() throws {
    let (problem, landscape) = try Self.random(3)
    let hessian = landscape.hessian(at: landscape.variables(of: problem.initialState))
    let spectrum = try HessianSpectrum(
      hessian, settings: SpectrumSettings(denseLimit: 0, steps: 8))
    guard case .lanczos(let steps, let residual, let hasConverged) = spectrum.method else {
      Issue.record("Lanczos was not used")
      return
    }
    #expect(steps == 8 && !hasConverged && residual > 1e-9)
    let dense = try HessianSpectrum(hessian)
    #expect(spectrum.smallest >= dense.smallest && spectrum.largest <= dense.largest)
    // An eigenvalue lies within the residual of each Ritz value.
    let values = dense.eigenvalues ?? []
    for value in [spectrum.smallest, spectrum.largest] {
      #expect(values.contains { abs($0 - value) <= residual + 1e-12 })
    }
  }

  /// Moments against all eigenvalues: within five standard errors, and not by large errors.
  @Test func quadratureAgreesWithDenseMoments() throws {
    let (problem, landscape) = try Self.random(5)
    let hessian = landscape.hessian(at: landscape.variables(of: problem.initialState))
    let values = try #require(try HessianSpectrum(hessian).eigenvalues)
    let quadrature = try SpectralQuadrature(hessian, probeCount: 200, steps: 20, seed: 9)
    for power in 1...6 {
      let exact = values.map { pow($0, Double(power)) }.sum / Double(values.count)
      let (mean, error) = quadrature.mean { pow($0, Double(power)) }
      #expect(abs(mean - exact) <= 4 * error)
      #expect(error <= 0.1 * abs(exact))
    }
    let share = quadrature.share(below: -1e-3)
    let exact = Double(values.count { $0 < -1e-3 }) / Double(values.count)
    #expect(abs(share.value - exact) <= 4 * share.standardError)
  }

  /// A single probe integrates its own moments exactly up to degree 2 m - 1.
  @Test func quadratureIsExactForItsProbes() throws {
    let (problem, landscape) = try Self.random(6)
    let hessian = landscape.hessian(at: landscape.variables(of: problem.initialState))
    var random = RandomNumbers(2)
    let probe = random.matrix(1, hessian.dimension).elements
    let rule = try SpectralQuadrature(hessian, probes: [probe], steps: 4).rules[0]
    var power = probe
    for degree in 0..<8 {
      let exact = probe.dot(power) / probe.dot(probe)
      #expect(abs(rule.integral { pow($0, Double(degree)) } - exact) <= 1e-12 * max(1, abs(exact)))
      power = hessian.image(of: power)
    }
  }

  /// lambda_min >= -sigma_max(R_c)/n_c at any state.
  @Test(arguments: 1...10) func classSpectraKeepTheirBound(seed: UInt64) throws {
    let (problem, landscape) = try Self.random(seed)
    let report = try SpectrumReport(landscape, problem, at: problem.initialState)
    for (spectrum, bound) in zip(report.classes, try #require(report.classBounds)) {
      #expect(spectrum.smallest >= bound - 1e-13)
      #expect(spectrum.smallest < 0)
    }
    let certificate = try #require(report.certificate)
    #expect(report.total.smallest >= certificate.smallestEigenvalueBound - 1e-13)
    #expect(certificate.verdict == .notCritical)
  }

  /// Where features are collapsed and p >= C, lambda_min = -|p - e_y|/sqrt(n_c), and the reduction
  /// has the spectrum of the matrix.
  @Test(arguments: 1...4) func collapsedClassesAttainTheBound(seed: UInt64) throws {
    let (random, _) = try Self.random(seed)
    let order = random.labels.partition.sortedLabels.map { random.labels.partition.offsets[$0] }
    let state = State(
      features: random.initialState.features.permutingColumns(order),
      prototypes: random.initialState.prototypes)
    let problem = try LandscapeProblem.layerPeeled(
      sizes: Self.profile, decay: random.decay, state: state)
    let landscape = ModelLandscape(problem)
    let variables = landscape.variables(of: state)
    let report = try SpectrumReport(landscape, problem, at: state)
    let logits = state.features.transposedTimes(state.prototypes)
    for (label, spectrum) in report.classes.enumerated() {
      let sample = problem.labels.partition.offsets[label]
      let exponentials = (0..<4).map { exp(logits[sample, $0]) }
      let residual = exponentials.indices.map {
        exponentials[$0] / exponentials.sum - ($0 == label ? 1 : 0)
      }
      let exact = -residual.norm / Double(Self.profile[label]).squareRoot()
      #expect(abs(spectrum.smallest - exact) <= 1e-13)
      #expect(spectrum.method == (Self.profile[label] > 1 ? .collapsed : .dense))
      try expectDense(landscape.hessian(at: variables, ofClass: label), spectrum)
    }
    #expect(report.total.method == .collapsed)
    try expectDense(landscape.hessian(at: variables), report.total)
  }

  private func expectDense(_ hessian: any HessianOperator, _ spectrum: HessianSpectrum) throws {
    let dense = try hessian.matrix.symmetricEigendecomposition().values
    let values = try #require(spectrum.eigenvalues)
    #expect(dense.count == values.count)
    #expect(zip(dense, values).allSatisfy { abs($0 - $1) <= 1e-12 })
  }

  @Test func aNetworksClassSpectraAreOfFixedSamples() throws {
    let problem = try LandscapeProblem.network(
      sizes: [5, 2, 1], inputDimension: 3, hidden: [4], jitter: 0.3, seed: 2)
    let landscape = try #require(problem.landscape)
    let batch = landscape.classBatch(1)
    #expect(batch.samples.count == 64)
    #expect(batch.weights.sum == 1)
    let first = try SpectrumReport(landscape, problem, at: problem.initialState)
    let second = try SpectrumReport(landscape, problem, at: problem.initialState)
    #expect(first.classes.map(\.smallest) == second.classes.map(\.smallest))
    #expect(first.certificate == nil && first.classBounds == nil)
  }

  /// Sizes beyond any memory are refused before anything is allocated.
  @Test(arguments: [0, Int.max]) func hugeHessiansAreRefused(denseLimit: Int) {
    #expect {
      _ = try HessianSpectrum(
        HugeHessian(), settings: SpectrumSettings(denseLimit: denseLimit))
    } throws: { error in
      "\(error)".contains("not enough memory for")
    }
  }
}

/// A Hessian that nobody can store.
private struct HugeHessian: HessianOperator {
  var dimension: Int { 1 << 40 }
  var trace: Double { 0 }
  func image(of vector: [Double]) -> [Double] { vector }
}
