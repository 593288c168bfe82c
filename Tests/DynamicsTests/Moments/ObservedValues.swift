import Dynamics

extension Solver {
  /// What the solver reports of every observable at some times.
  func values(of problem: Problem, at times: [Double]) throws -> [[String: Double]] {
    let prepared = try PreparedProblem(problem)
    var rows: [[String: Double]] = []
    func add(_ value: (Observable) -> Double) -> Bool {
      rows.append(
        Dictionary(uniqueKeysWithValues: Observables.all.map { ($0.name, value($0)) }))
      return true
    }
    var cost = SolverCost()
    if let expectations {
      try expectations.followExpectations(prepared, at: times, cost: &cost) { expected in
        add { expected.value(of: $0) }
      }
    } else {
      try follow(prepared, at: times, cost: &cost) { snapshot in
        let observation = Observation(snapshot) { prepared.prediction }
        return add { $0.value(observation) }
      }
    }
    return rows
  }
}

/// The observables that have a value for expectations over batches.
let expectedNames = [
  "loss", "objective", "squared_norm_h", "squared_norm_w", "squared_norm_z", "noise_share",
]
