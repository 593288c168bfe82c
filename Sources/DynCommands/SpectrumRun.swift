import DynIO
import DynNumerics
import Dynamics

/// The spectra of one member of a scenario.
struct SpectrumRun: Sendable {
  let title: String
  let table: SpectrumTable
  private let landscape: any Landscape
  private let variables: [Double]
  private let report: SpectrumReport

  /// Follows the first solver, or the named one, to its end and takes the Hessians there.
  static func outcome(
    _ member: LoadedSweep.Member, _ path: String, solverName: String?, settings: SpectrumSettings,
    threads: Int
  ) -> Result<SpectrumRun, CommandFailure> {
    do {
      return .success(
        try SpectrumRun(
          member, path, solverName: solverName, settings: settings, threads: threads))
    } catch {
      return .failure(member.failure(error))
    }
  }

  private init(
    _ member: LoadedSweep.Member, _ path: String, solverName: String?, settings: SpectrumSettings,
    threads: Int
  ) throws {
    let problem = try member.problem()
    guard let landscape = problem.landscape else {
      let refusal = problem.landscapeRefusal
      throw CommandFailure(
        [
          "\(path): \(refusal?.key ?? "model.case"): Hessian spectra are not offered "
            + "\(refusal?.reason ?? "here"): \(refusal?.remedy ?? "change the case")"
        ], .invalidScenario)
    }
    let scenario = member.scenario
    let named = try ScenarioRun.solvers(
      scenario, problem, solverName.map { [$0] } ?? [], path: path)[0]
    let (time, state) = try Self.lastOutput(
      named.solver, try PreparedProblem(problem, threads: threads), scenario.times)
    let label = member.label.isEmpty ? "" : " [\(member.label)]"
    title = "\(scenario.name)\(label), \(named.name)"
    self.landscape = landscape
    variables = landscape.variables(of: state)
    report = try SpectrumReport(landscape, problem, at: state, settings: settings)
    table = SpectrumTable(
      title, time: time, report, sizes: problem.labels.classSizes)
  }

  private static func lastOutput(
    _ solver: any Solver, _ prepared: PreparedProblem, _ times: [Double]
  ) throws -> (Double, State) {
    var last = (time: 0.0, state: prepared.problem.initialState)
    var cost = SolverCost()
    let end = solver.reportTimes(for: times).suffix(1)
    try solver.follow(prepared, at: Array(end), cost: &cost) { snapshot in
      last = (snapshot.time, snapshot.state().unscaled)
      return true
    }
    return last
  }

  /// The densities of the total and of every class.
  func figure(_ format: FigureFormat, _ settings: SpectrumSettings) throws -> [UInt8] {
    var curves: [SpectrumFigure.Curve] = [
      (
        "total",
        try SpectralQuadrature(
          landscape.hessian(at: variables), report.total, settings: settings)
      )
    ]
    for (label, spectrum) in report.classes.enumerated() {
      let hessian = landscape.hessian(at: variables, ofClass: label)
      curves.append(
        ("class \(label)", try SpectralQuadrature(hessian, spectrum, settings: settings)))
    }
    do throws(FigureError) {
      return try SpectrumFigure.bytes(curves, title: title, format: format)
    } catch {
      throw error.failure(path: title)
    }
  }
}
