import DynIO
import DynNumerics
import Dynamics

/// One scenario of `dyn geometry`: the geometries of its members.
struct GeometryRun: Sendable {
  let path: String
  let goal: DesignGoal?

  /// The geometries of the scenario's members.
  ///
  /// - Throws: `CommandFailure` for a scenario that is not valid or has no geometry.
  func report(_ options: ScenarioOptions) throws -> GeometryReport {
    let replacements = try options.replacements()
    do throws(ScenarioError) {
      let tree = try ScenarioFile.tree(at: path, overrides: replacements)
      let sweep: ScenarioSweep
      do throws(ScenarioFaults) {
        sweep = try ScenarioSweep(tree)
      } catch {
        throw ScenarioError.faults(path: path, error.faults)
      }
      return try report(sweep)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// All members over the cores, in their order.
  private func report(_ sweep: ScenarioSweep) throws(ScenarioError) -> GeometryReport {
    let scenarios = try sweep.members.map { member throws(ScenarioError) in
      (member, try ScenarioFile.scenario(member.tree, path: path))
    }
    var progress = ProgressBar("geometry", isVisible: true)
    let outcomes = scenarios.concurrentMap(
      threads: Concurrency.processorCount, progress: { progress.update($0) }
    ) {
      entry, _ -> Result<GeometryReport.Member, ScenarioError> in
      do throws(ScenarioError) {
        return .success(try self.member(entry.0, entry.1))
      } catch {
        return .failure(error)
      }
    }
    progress.finish()
    return GeometryReport(
      scenarios.first?.1.name ?? ScenarioFile.name(of: path), keys: sweep.keys,
      members: try outcomes.map { outcome throws(ScenarioError) in try outcome.get() })
  }

  private func member(
    _ member: ScenarioSweep.Member, _ scenario: Scenario
  ) throws(ScenarioError) -> GeometryReport.Member {
    let question = try ScenarioFile.predictedGeometry(scenario, path: path)
    do throws(Fault) {
      let design = try goal.map { goal throws(Fault) in try question.solving(goal) }
      return GeometryReport.Member(
        assignments: member.assignments, lossName: scenario.model.lossName,
        answer: try GeometryAnswer(design?.question ?? question), design: design)
    } catch {
      let label = member.label.isEmpty ? "" : " [\(member.label)]"
      throw .faults(path: path, [Fault(error.path, error.message + label)])
    }
  }
}
