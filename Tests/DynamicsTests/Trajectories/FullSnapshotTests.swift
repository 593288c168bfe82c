import DynNumerics
import RealModule
import TestSupport
import Testing

@testable import Dynamics

/// Snapshots of full states against the plain formulas, far from 1 too.
@Suite struct FullSnapshotTests {
  static let problems = SmallProblem.everyCase.filter { $0.isLinear }.map { small in
    var small = small
    small.sizes = [9, 8, 3, 17, 1]
    // More rows than one thread takes at once.
    small.dimension = 19
    if small.hasBias { small.weights = .list([0.5, 1, 1.5, 2, 1]) }
    return small
  }

  /// Another state of the problem's shapes, times a factor.
  private func state(_ problem: Problem, _ factor: Double) -> State {
    var random = RandomNumbers(41)
    return State(
      features: random.matrix(problem.featureDimension, problem.sampleCount),
      prototypes: random.matrix(problem.featureDimension, problem.classCount),
      bias: problem.start.bias.map { random.matrix(1, $0.count).elements }
    ).scaled(by: factor)
  }

  private func norm(_ numbers: [Double]) -> Double {
    numbers.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private func vector(_ state: State) -> [Double] {
    state.features.elements + state.prototypes.elements + (state.bias ?? [])
  }

  private func isClose(_ value: Double, _ expected: Double, to tolerance: Double = 1e-13) -> Bool {
    abs(value - expected) <= tolerance * abs(expected)
  }

  static let factors = [1, 1e-70, 1e70, 1e-140, 1e200, 1e-250]

  @Test(arguments: problems, factors) func normsAndGeometryAreThoseOfTheState(
    small: SmallProblem, factor: Double
  ) throws {
    let problem = try small.problem()
    let plain = state(problem, 1)
    let snapshot = FullSnapshot(time: 1, problem: problem, state: state(problem, factor))
    // What is left of the factor in the scaled form.
    let unit = snapshot.state().state.features[0, 0] / plain.features[0, 0]
    #expect(abs(Double.log(unit) + snapshot.logScale - Double.log(factor)) <= 1e-13 * 600)
    let norms = snapshot.norms()
    let blocks = [
      (norms.features, plain.features.elements), (norms.prototypes, plain.prototypes.elements),
      (norms.bias, plain.bias ?? []),
    ]
    for (own, entries) in blocks {
      #expect(isClose(own, unit * norm(entries), to: 1e-12))
    }
    #expect(
      isClose(
        snapshot.logNorm(),
        Double.log(factor) + Double.log(norm(vector(plain.withoutBias))), to: 1e-12))
    let geometry = snapshot.classGeometry()
    let ranges = (0..<problem.classCount).map { problem.labels.partition.range(ofClass: $0) }
    for (label, range) in ranges.enumerated() {
      let deviations = (0..<problem.featureDimension).flatMap { row -> [Double] in
        let entries = range.map { plain.features[row, $0] }
        let mean = entries.reduce(0, +) / Double(entries.count)
        return entries.map { $0 - mean }
      }
      let expected = unit * norm(deviations)
      #expect(abs(geometry.scatter[label].squareRoot() - expected) <= 1e-12 * unit)
      #expect(
        isClose(
          geometry.prototypeSquares[label].squareRoot(),
          unit * norm(plain.prototypes.column(label)), to: 1e-12))
    }
    // V'V for the centred class means V.
    let means = Matrix(rows: problem.featureDimension, columns: ranges.count) { row, label in
      ranges[label].reduce(0) { $0 + plain.features[row, $1] } / Double(ranges[label].count)
    }
    let centred = Matrix(rows: means.rows, columns: means.columns) { row, label in
      means[row, label]
        - (0..<means.columns).reduce(0) { $0 + means[row, $1] } / Double(means.columns)
    }
    let expected = centred.transposed.looped(centred)
    #expect(((1 / unit / unit) * geometry.means).gap(to: expected) <= 1e-12)
    let cross = plain.prototypes.transposed.looped(centred)
    #expect(((1 / unit / unit) * geometry.cross).gap(to: cross) <= 1e-12)
  }

  @Test(arguments: problems, factors) func distancesAndErrorsAreThoseOfTheDifference(
    small: SmallProblem, factor: Double
  ) throws {
    let problem = try small.problem()
    let prepared = try PreparedProblem(problem)
    var evaluator = try prepared.exactFlow(until: 3)
    let reference = try evaluator.snapshot(at: 3)
    let expected = reference.state().unscaled
    let own = state(problem, factor)
    let snapshot = FullSnapshot(time: 3, problem: problem, state: own)
    let error = snapshot.relativeError(against: reference)
    // Scaled first, so that its own square does not overflow.
    let scale = max(1, factor)
    let difference = zip(vector(own), vector(expected)).map { $0 / scale - $1 / scale }
    #expect(isClose(error, norm(difference) / (norm(vector(expected)) / scale), to: 1e-12))
    let near = State(
      features: (1 + 1e-6) * expected.features, prototypes: expected.prototypes,
      bias: expected.bias)
    let nearError = FullSnapshot(time: 3, problem: problem, state: near)
      .relativeError(against: reference)
    #expect(
      isClose(
        nearError, 1e-6 * norm(expected.features.elements) / norm(vector(expected)), to: 1e-7))

    guard let direction = prepared.prediction.direction else { return }
    let unit = state(problem, 1).withoutBias
    let limit = direction.state
    let distance = norm(
      zip(vector(unit), vector(limit)).map { $0 / norm(vector(unit)) - $1 })
    #expect(isClose(snapshot.distance(to: direction), distance, to: 1e-12))
  }

  /// Sums do not depend on who takes them.
  @Test(arguments: problems) func threadsGiveTheSameBits(small: SmallProblem) throws {
    let problem = try small.problem()
    let own = state(problem, 1)
    func measured(_ threads: Int) throws -> [UInt64] {
      let prepared = try PreparedProblem(problem, threads: threads)
      var evaluator = try prepared.exactFlow(until: 3)
      let reference = try evaluator.snapshot(at: 3)
      let full = FullSnapshot(time: 3, prepared: prepared, state: own)
      return Observables.all.flatMap { observable in
        [full as any Snapshot, reference].map {
          observable.value(Observation($0) { prepared.prediction }).bitPattern
        }
      } + [full.relativeError(against: reference).bitPattern]
    }
    let expected = try measured(1)
    #expect(try measured(2) == expected)
    #expect(try measured(3) == expected)
  }
}
