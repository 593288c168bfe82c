import DynIO
import Dynamics

/// One scenario of `dyn geometry`: the geometries of its members.
struct GeometryRun: Sendable {
  let path: String
  let sweep: LoadedSweep
  let goal: DesignGoal?

  /// Every file that is read.
  var inputs: [String] { [path] + sweep.arrayFiles }

  /// The geometries of all members over the cores, in their order.
  ///
  /// - Throws: `CommandFailure` for the first member without a geometry.
  func report(threads: Int) throws -> GeometryReport {
    let progress = ProgressBar("geometry", isVisible: true)
    let outcomes = sweep.members.concurrentMap(
      threads: threads, progress: { progress.update($0) }
    ) { member, _ -> Result<GeometryReport.Member, CommandFailure> in
      do {
        return .success(try geometry(member))
      } catch {
        return .failure(member.failure(error))
      }
    }
    progress.finish()
    return GeometryReport(
      sweep.firstScenario.name, keys: sweep.keys, members: try outcomes.map { try $0.get() })
  }

  private func geometry(_ member: LoadedSweep.Member) throws -> GeometryReport.Member {
    let scenario = member.scenario
    let question = try ScenarioFile.predictedGeometry(scenario, path: path)
    do throws(Fault) {
      let design = try goal.map { goal throws(Fault) in try question.solving(goal) }
      return GeometryReport.Member(
        assignments: member.assignments, lossName: scenario.model.lossName,
        answer: try GeometryAnswer(design?.question ?? question), design: design)
    } catch {
      throw ScenarioError.faults(path: path, [error])
    }
  }
}
