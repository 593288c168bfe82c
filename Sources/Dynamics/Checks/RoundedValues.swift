import DynNumerics
import RealModule

/// Observables of the full state of a snapshot, and how far the last digits of its entries move them.
struct RoundedValues {
  private let values: [String: Double]
  private let spreads: [String: Double]

  /// What the last digits of a state are, with room for the sums that made them.
  private static let lastDigits = 1e-14
  private static let trials = 4
  /// Changes by the trials are a sample of what rounding does.
  private static let room = 50.0
  private static let relative = 1e-9

  init(_ snapshot: any Snapshot, _ verification: Verification) {
    let scaled = snapshot.state()
    func values(_ state: State) -> [String: Double] {
      verification.values(
        FullSnapshot(
          time: snapshot.time, problem: snapshot.problem,
          state: ScaledState(state, logScale: scaled.logScale))
      ).merging(verification.problem.meanDistances(state)) { first, _ in first }
    }
    let plain = values(scaled.state)
    var spreads = plain.mapValues { _ in 0.0 }
    for trial in 0..<Self.trials {
      let state = scaled.state.roundedAnew(Self.lastDigits, trial)
      for (name, value) in values(state) {
        let change = abs(value - (plain[name] ?? .nan))
        if value == plain[name] { continue }
        spreads[name] = change.isNaN ? .nan : max(spreads[name] ?? 0, change)
      }
    }
    (self.values, self.spreads) = (plain, spreads)
  }

  /// The error of a value as a share of what rounding allows; 0 where rounding decides whether there
  /// is a value at all.
  func error(of value: Double, for name: String, reference: Double? = nil) -> Double {
    guard let expected = reference ?? values[name], let spread = spreads[name], !spread.isNaN else {
      return 0
    }
    if value == expected || (value.isNaN && expected.isNaN) { return 0 }
    let error = abs(value - expected)
    guard !error.isNaN else { return .infinity }
    return error / (Self.relative * abs(expected) + Self.room * spread)
  }
}

extension State {
  /// The state with every entry changed by up to a share of itself, in a pattern of each trial.
  fileprivate func roundedAnew(_ share: Double, _ trial: Int) -> State {
    func changed(_ matrix: Matrix) -> Matrix {
      Matrix(
        rows: matrix.rows, columns: matrix.columns,
        elements: matrix.elements.enumerated().map { index, entry in
          entry * (1 + share * Double.cos(Double((index + 1) * (trial + 1))))
        })
    }
    return State(
      features: changed(features), prototypes: changed(prototypes), bias: bias)
  }
}

extension ClassGeometry {
  /// The distances of all class means as observables read them, by the largest.
  var meanDistances: [String: Double] {
    sizes.indices.distances { squaredMeanDistance($0, $1).squareRoot() }
  }
}

extension Problem {
  /// The same from the difference of the means as vectors: most observables have no other path than
  /// the geometry that is checked.
  fileprivate func meanDistances(_ state: State) -> [String: Double] {
    let means = labels.classMeans(ScaledMatrix(state.features).matrix)
    let columns = (0..<means.columns).map { means.column($0) }
    return columns.indices.distances { first, second in
      zip(columns[first], columns[second]).map { $0 - $1 }.norm
    }
  }
}

extension Range<Int> {
  /// A distance for every pair, by the largest of them.
  fileprivate func distances(_ distance: (Int, Int) -> Double) -> [String: Double] {
    let pairs = flatMap { first in self[(first + 1)...].map { (first, $0) } }
    let distances = pairs.map { distance($0.0, $0.1) }
    let largest = distances.max() ?? 1
    return Dictionary(
      uniqueKeysWithValues: zip(pairs, distances).map { pair, distance in
        ("distance of the means of classes \(pair.0) and \(pair.1)", distance / largest)
      })
  }
}
