import DynIO
import DynNumerics
import Dynamics
import NumpyFiles

/// Where the outputs of one scenario go.
struct RunOutputs {
  let csvPath: String
  let statesPath: String?
  let plotPath: String?

  init(_ run: ScenarioRun, options: SimulateCommand, isOneOfMany: Bool) {
    let name = run.name.replacing("/", with: "-")
    func place(_ path: String, _ suffix: String) -> String {
      isOneOfMany && path != "-" ? "\(path)/\(name).\(suffix)" : path
    }
    csvPath = options.output.map { place($0, "csv") } ?? "\(name).csv"
    statesPath = options.states.map { place($0, "npz") }
    plotPath = options.plot.map { place($0, "svg") }
  }

  /// Refuses outputs that cannot be written or that several scenarios would share, before any work.
  static func check(_ outputs: [RunOutputs], inputs: [String]) throws {
    if outputs.contains(where: { $0.statesPath == "-" || $0.plotPath == "-" }) {
      throw CommandFailure(
        ["states and figures do not go to standard output: give a file's name"], .usage)
    }
    if outputs.count > 1, outputs.contains(where: { $0.csvPath == "-" }) {
      throw CommandFailure(
        ["several scenarios do not share standard output: give -o a folder"], .usage)
    }
    let paths = outputs.flatMap { [$0.csvPath, $0.statesPath, $0.plotPath].compactMap { $0 } }
      .filter { $0 != "-" }
    if let path = paths.first(where: { path in paths.count { $0 == path } > 1 }) {
      throw CommandFailure(
        ["two outputs would be written to \"\(path)\": give each a name of its own"], .usage)
    }
    if let path = paths.first(where: { inputs.contains($0) }) {
      throw CommandFailure(
        ["\"\(path)\" is the scenario itself: give the output another name"], .usage)
    }
    for path in paths {
      do throws(OutputError) {
        try OutputFile.checkWritable(path)
      } catch {
        throw CommandFailure(error)
      }
    }
    for path in outputs.compactMap(\.plotPath) { _ = try FigureFormat.of(path) }
  }

  /// Writes the trajectory, the states and the figure, and prints the summary.
  func write(_ run: ScenarioRun, _ results: [MemberResult], isQuiet: Bool) throws {
    let csv = TrajectoryCSV.text(
      results.map { ($0.member.assignments.map(\.value.sweepText), $0.trajectories) },
      sweepKeys: run.sweep.keys, observables: run.observables)
    let archive = try statesPath.map { ($0, try states(run, results)) }
    let figure = try plotPath.map { ($0, try FigureFormat.of($0).figure(csv, title: run.name)) }
    do throws(OutputError) {
      try OutputFile.write(Array(csv.utf8), to: csvPath == "-" ? "/dev/stdout" : csvPath)
      for (path, bytes) in [archive, figure].compactMap({ $0 }) {
        try OutputFile.write(bytes, to: path)
      }
    } catch {
      throw CommandFailure(error)
    }
    if !isQuiet { try printSummary(run, results) }
  }

  private func states(_ run: ScenarioRun, _ results: [MemberResult]) throws -> [UInt8] {
    let members = results.compactMap { result in
      result.simulation.map {
        (result.member.assignments, result.trajectories, $0.prepared.problem)
      }
    }
    do throws(NumpyFileError) {
      return try StatesFile.bytes(
        members, scenario: run.sweep.members.first?.scenario.resolved ?? .null)
    } catch {
      throw CommandFailure(["\(run.path): \(error)"], .failed)
    }
  }

  private func printSummary(_ run: ScenarioRun, _ results: [MemberResult]) throws {
    let written = [csvPath, statesPath, plotPath].compactMap { $0 }.filter { $0 != "-" }
    let peak = MemoryEstimate.text(Double(SystemMemory.peak))
    let ending =
      "memory: \(peak) at most"
      + (written.isEmpty ? "" : "; wrote " + written.joined(separator: ", "))
    let lines = summary(run, results) + details(run, results) + ["", ending]
    if csvPath == "-" {
      for line in lines { Console.error(line) }
    } else {
      try Console.output(lines)
    }
  }

  /// Statistics over seeds, escapes from saddles, and what solvers remark.
  private func details(_ run: ScenarioRun, _ results: [MemberResult]) -> [String] {
    let members = results.map { ($0.member.assignments.map(\.value.sweepText), $0.trajectories) }
    let seeds = SeedStatistics(
      keys: run.sweep.keys, observables: run.observables, members: members)
    let escapes = EscapeTable(
      keys: run.sweep.keys,
      members: results.compactMap { result in
        result.simulation.map {
          (result.member.assignments.map(\.value.sweepText), result.trajectories, $0)
        }
      })
    let remarks = results.flatMap { result in
      result.trajectories.compactMap { trajectory in
        trajectory.cost.remark.map { remark in
          (result.member.label.isEmpty ? "" : "[\(result.member.label)] ")
            + "\(trajectory.solver): \(remark)"
        }
      }
    }
    return [seeds?.lines, escapes?.lines, remarks.isEmpty ? nil : remarks]
      .compactMap { $0 }.flatMap { [""] + $0 }
  }

  private func summary(_ run: ScenarioRun, _ results: [MemberResult]) -> [String] {
    if !run.isSweep, let result = results.first, let simulation = result.simulation {
      return Summary(result.member.scenario, simulation, result.trajectories).lines
    }
    return SweepSummary(
      run.name, keys: run.sweep.keys, observables: run.observables,
      members: results.map { ($0.member.assignments.map(\.value.sweepText), $0.trajectories) }
    ).lines
  }
}
