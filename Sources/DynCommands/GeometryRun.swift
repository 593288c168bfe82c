import DynIO
import DynText
import Dynamics

/// One scenario of `dyn geometry`: the geometries of its members.
struct GeometryRun: Sendable {
  private let path: String
  private let goal: DesignGoal?
  private let sweep: ScenarioSweep

  /// Reads the scenario.
  ///
  /// - Throws: `CommandFailure` for one that is not valid.
  init(path: String, goal: DesignGoal?, _ options: ScenarioOptions) throws {
    self.path = path
    self.goal = goal
    let replacements = try options.replacements()
    do throws(ScenarioError) {
      let tree = try ScenarioFile.tree(at: path, overrides: replacements)
      sweep = try ScenarioFile.sweep(tree, path: path)
    } catch {
      throw CommandFailure(error)
    }
  }

  /// Every file that is read.
  var inputs: [String] {
    let arrays = sweep.members.lazy.flatMap { ScenarioFile.arrayFiles(in: $0.tree, path: path) }
    return [path] + Set(arrays.map(ExactText.init)).sorted().map(\.text)
  }

  /// The geometries of all members over the cores, in their order.
  ///
  /// - Throws: `CommandFailure` for a member that is not valid or has no geometry.
  func report(threads: Int) throws -> GeometryReport {
    do throws(ScenarioError) {
      return try geometries(threads: threads)
    } catch {
      throw CommandFailure(error)
    }
  }

  private func geometries(threads: Int) throws(ScenarioError) -> GeometryReport {
    let first = try ScenarioFile.scenario(sweep.members[0].tree, path: path)
    let progress = ProgressBar("geometry", isVisible: true)
    let outcomes = sweep.members.concurrentMap(
      threads: threads, progress: { progress.update($0) }
    ) {
      member, _ -> Result<GeometryReport.Member, ScenarioError> in
      do throws(ScenarioError) {
        return .success(
          try self.member(member, try ScenarioFile.scenario(member.tree, path: path)))
      } catch {
        return .failure(error)
      }
    }
    progress.finish()
    return GeometryReport(
      first.name, keys: sweep.keys,
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
