import DynIO
import DynText
import Dynamics

/// A scenario's members, all of which are valid by their format.
///
/// Of a sweep, only the scenario of the first member is kept: the others are decoded once to see
/// that they are valid, and again when they are run.
struct LoadedSweep: Sendable {
  /// One member. Its problem is made when it is run: all at once might not fit into memory.
  struct Member: Sendable {
    fileprivate let sweep: LoadedSweep
    fileprivate let index: Int

    /// The dotted paths and what they are set to; empty without a sweep.
    var assignments: [(key: String, value: Value)] { sweep.source.assignments(at: index) }

    /// The combination in words; empty without a sweep.
    var label: String { ScenarioSweep.label(assignments) }

    /// The scenario, decoded anew but for the first member: keep it while it is in use.
    var scenario: Scenario {
      guard index > 0 else { return sweep.firstScenario }
      // It could be decoded when the sweep was loaded, and so it can be now.
      return (try? sweep.decoded(index)) ?? sweep.firstScenario
    }

    /// Any error as a failure of this member, whose combination its lines name.
    func failure(_ error: any Error) -> CommandFailure {
      let failure = CommandFailure(error, path: sweep.path)
      guard !label.isEmpty else { return failure }
      return CommandFailure(failure.lines.map { "\($0) [\(label)]" }, failure.status)
    }

    /// - Throws: `ScenarioError` for arrays that do not fit.
    func problem() throws(ScenarioError) -> Problem {
      if let prepared = sweep.prepared { return prepared }
      return try ScenarioFile.problem(scenario, path: sweep.path)
    }
  }

  private let source: SweepMembers
  private let path: String
  /// The scenario of the first member: what all have in common.
  let firstScenario: Scenario
  /// The array files that any member reads.
  let arrayFiles: [String]
  /// The problem where nothing is swept.
  private let prepared: Problem?

  /// - Parameter makesProblem: whether the problem of a scenario without a sweep is made at once.
  /// - Throws: `ScenarioError` for members that are not valid; with the problem also for arrays that
  ///   do not fit.
  init(_ tree: Value, path: String, makesProblem: Bool = true) throws(ScenarioError) {
    source = try ScenarioFile.sweep(tree, path: path).members
    self.path = path
    firstScenario = try ScenarioFile.scenario(source[0].tree, path: path)
    var files: Set<ExactText> = []
    for index in source.indices {
      let tree = source[index].tree
      files.formUnion(ScenarioFile.arrayFiles(in: tree, path: path).map(ExactText.init))
      if index > 0 { _ = try ScenarioFile.scenario(tree, path: path) }
    }
    arrayFiles = files.sorted().map(\.text)
    prepared =
      makesProblem && source.keys.isEmpty
      ? try ScenarioFile.problem(firstScenario, path: path) : nil
  }

  /// The swept keys.
  var keys: [String] { source.keys }

  /// The members in order, each made when it is asked for.
  var members: Members { Members(sweep: self) }

  /// The problem of the first member that has one: what the members have in common.
  var representative: Problem? {
    // Not by a lazy map, which makes the problem twice and relies on both to succeed.
    for member in members {
      if let problem = try? member.problem() { return problem }
    }
    return nil
  }

  private func decoded(_ index: Int) throws(ScenarioError) -> Scenario {
    try ScenarioFile.scenario(source[index].tree, path: path)
  }

  /// The members by their index.
  struct Members: RandomAccessCollection, Sendable {
    fileprivate let sweep: LoadedSweep

    var startIndex: Int { sweep.source.startIndex }
    var endIndex: Int { sweep.source.endIndex }

    subscript(index: Int) -> Member { Member(sweep: sweep, index: index) }
  }
}
