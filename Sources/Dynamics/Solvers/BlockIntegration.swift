import DynNumerics
import Synchronization

/// A separable flow integrated block by block, from one output time to the next.
///
/// The state exists once; every thread has the work space of one block. Blocks are steered on their
/// own, so that the result does not depend on the number of threads.
final class BlockIntegration: StateIntegration {
  private let layout: BlockLayout
  /// One a thread, or for methods that lose by starting afresh one a block.
  private let workspaces: [BlockWorkspace]
  private let hasWorkspacePerBlock: Bool
  private let threads: Int
  /// Of every block the step that it tries next, nan before the first, and the steps that it took.
  private var progress: Matrix
  /// The cost when a block failed.
  private var costBeforeFailure: SolverCost?

  /// An integration that will not go beyond `end`.
  init(
    _ flow: any SeparableFlow, _ rates: LearningRates, until end: Double, method: OdeMethod,
    control: StepControl, partsOfStep: Int = 1, threads: Int
  ) throws(NumericsError) {
    layout = flow.blocks
    self.threads = threads
    hasWorkspacePerBlock = method.keepsHistory
    progress = Matrix(rows: layout.totalCount, columns: 2) { _, column in column == 0 ? .nan : 0 }
    let count =
      hasWorkspacePerBlock ? layout.totalCount : min(threads, layout.integrationTiles.count)
    var workspaces: [BlockWorkspace] = []
    for _ in 0..<max(count, 1) {
      workspaces.append(
        try BlockWorkspace(
          flow, rates, until: end, method: method, control: control, partsOfStep: partsOfStep))
    }
    self.workspaces = workspaces
  }

  /// What it has cost: the mean over blocks, rounded up; after a failure what it had cost before it
  /// was tried, since how many blocks were then moved depends on the threads.
  var cost: SolverCost { costBeforeFailure ?? meanCost }

  private var meanCost: SolverCost {
    var sum = OdeStatistics()
    for workspace in workspaces { sum += workspace.statistics }
    return SolverCost(sum, sharedBy: layout.totalCount)
  }

  /// Moves all blocks, or up to the first that could not be moved.
  ///
  /// - Throws: the failure of the first block that could not be moved.
  func advance(_ state: inout State, from start: Double, to end: Double) throws(OdeFailure) {
    let tiles = layout.integrationTiles
    let firstFailure = Mutex<(block: Int, failure: OdeFailure)?>(nil)
    let costBefore = meanCost
    let meter = ProgressMeter.current
    meter?.begin(from: start, to: end)
    state.withConcurrentBlocks(layout) { blocks in
      progress.withConcurrentRows { progress in
        forEach(tiles) { block, workspace in
          // Those before it are still moved: one of them may fail too.
          if let failed = firstFailure.withLock({ $0?.block }), failed < block { return }
          if let failure = workspace.move(
            block, of: blocks, from: start, to: end, progress: progress)
          {
            firstFailure.withLock {
              if block < $0?.block ?? .max { $0 = (block, failure) }
            }
          }
          meter?.finishedPart(of: layout.totalCount)
        }
      }
    }
    guard let failure = firstFailure.withLock({ $0?.failure }) else { return }
    costBeforeFailure = costBefore
    throw failure
  }

  private func forEach(_ tiles: [Range<Int>], _ body: (_ block: Int, BlockWorkspace) -> Void) {
    if hasWorkspacePerBlock {
      Concurrency.forEach(tiles.count, threads: threads) { tile in
        for block in tiles[tile] { body(block, workspaces[block]) }
      }
    } else {
      Concurrency.forEach(tiles.count, workspaces: workspaces) { tile, workspace in
        for block in tiles[tile] { body(block, workspace) }
      }
    }
  }
}

/// What one thread needs to integrate one block after the other.
private final class BlockWorkspace {
  private let keepsHistory: Bool
  private var variables: [Double] = []
  private var integration: RatedIntegration
  private var biasIntegration: RatedIntegration?
  private let target: BlockTarget

  init(
    _ flow: any SeparableFlow, _ rates: LearningRates, until end: Double, method: OdeMethod,
    control: StepControl, partsOfStep: Int
  ) throws(NumericsError) {
    keepsHistory = method.keepsHistory
    let target = BlockTarget()
    self.target = target
    func integration(_ dimension: Int, rows: RowSystem?) throws(NumericsError) -> RatedIntegration {
      try RatedIntegration(
        rates, until: end, method: method, control: control, partsOfStep: partsOfStep,
        dimension: dimension, rows: rows, meter: nil,
        derivative: { flow.derivative(ofBlock: target.block, of: $0, rates: $1, into: &$2) },
        jacobian: { flow.jacobian(ofBlock: target.block, of: $0, rates: $1, into: &$2) })
    }
    let layout = flow.blocks
    self.integration = try integration(layout.dimension, rows: flow.rowSystem)
    if layout.biasDimension > 0 {
      biasIntegration = try integration(layout.biasDimension, rows: nil)
    }
  }

  var statistics: OdeStatistics {
    var sum = integration.statistics
    if let bias = biasIntegration?.statistics { sum += bias }
    return sum
  }

  /// Moves one block; on failure it is left where it got to.
  func move(
    _ block: Int, of state: ConcurrentState, from start: Double, to end: Double,
    progress: ConcurrentRows
  ) -> OdeFailure? {
    target.block = block
    let dimension = state.layout.dimension(of: block)
    if variables.count != dimension { variables = [Double](repeating: 0, count: dimension) }
    state.load(block, into: &variables)
    defer { state.store(block, from: variables) }
    var step: Double? = progress[block, 0].isNaN ? nil : progress[block, 0]
    var stepsUsed = Int(progress[block, 1])
    defer {
      progress[block, 0] = step ?? .nan
      progress[block, 1] = Double(stepsUsed)
    }
    do throws(OdeFailure) {
      if block < state.layout.count {
        try integration.advance(
          &variables, from: start, to: end, continuing: keepsHistory, &step, stepsUsed: &stepsUsed)
      } else {
        try biasIntegration?.advance(
          &variables, from: start, to: end, continuing: keepsHistory, &step, stepsUsed: &stepsUsed)
      }
      return nil
    } catch {
      return error
    }
  }
}

/// The block whose right-hand side is wanted.
private final class BlockTarget {
  var block = 0
}
