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
  /// The step that every block tries next; nan before the first.
  private var nextSteps: Matrix

  /// An integration from time 0 that will not go beyond `end`.
  init(
    _ flow: any SeparableFlow, _ rates: LearningRates, until end: Double, method: OdeMethod,
    control: StepControl, threads: Int
  ) throws(NumericsError) {
    layout = flow.blocks
    self.threads = threads
    hasWorkspacePerBlock = method.keepsHistory
    nextSteps = Matrix(rows: layout.totalCount, columns: 1) { _, _ in .nan }
    let count =
      hasWorkspacePerBlock ? layout.totalCount : min(threads, layout.integrationTiles.count)
    var workspaces: [BlockWorkspace] = []
    for _ in 0..<max(count, 1) {
      workspaces.append(
        try BlockWorkspace(flow, rates, until: end, method: method, control: control))
    }
    self.workspaces = workspaces
  }

  /// What it has cost: the mean over blocks, rounded up.
  var cost: SolverCost {
    var sum = OdeStatistics()
    for workspace in workspaces { sum += workspace.statistics }
    return SolverCost(sum, sharedBy: layout.totalCount)
  }

  /// Moves all blocks.
  ///
  /// - Throws: the failure of the first block that could not be moved.
  func advance(_ state: inout State, from start: Double, to end: Double) throws(OdeFailure) {
    let tiles = layout.integrationTiles
    let failures = Mutex<[Int: OdeFailure]>([:])
    let meter = ProgressMeter.current
    meter?.begin(from: start, to: end)
    state.withConcurrentBlocks(layout) { blocks in
      nextSteps.withConcurrentRows { nextSteps in
        forEach(tiles) { block, workspace in
          if let failure = workspace.move(
            block, of: blocks, from: start, to: end, nextStep: nextSteps)
          {
            failures.withLock { $0[block] = failure }
          }
          meter?.finishedPart(of: layout.totalCount)
        }
      }
    }
    if let failure = failures.withLock({ $0.min { $0.key < $1.key }?.value }) { throw failure }
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
    control: StepControl
  ) throws(NumericsError) {
    keepsHistory = method.keepsHistory
    let target = BlockTarget()
    self.target = target
    func integration(_ dimension: Int, rows: RowSystem?) throws(NumericsError) -> RatedIntegration {
      try RatedIntegration(
        rates, until: end, method: method, control: control, dimension: dimension, rows: rows,
        meter: nil,
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
    nextStep: ConcurrentRows
  ) -> OdeFailure? {
    target.block = block
    let dimension = state.layout.dimension(of: block)
    if variables.count != dimension { variables = [Double](repeating: 0, count: dimension) }
    state.load(block, into: &variables)
    defer { state.store(block, from: variables) }
    var step: Double? = nextStep[block, 0].isNaN ? nil : nextStep[block, 0]
    defer { nextStep[block, 0] = step ?? .nan }
    do throws(OdeFailure) {
      if block < state.layout.count {
        try integration.advance(&variables, from: start, to: end, continuing: keepsHistory, &step)
      } else {
        try biasIntegration?.advance(
          &variables, from: start, to: end, continuing: keepsHistory, &step)
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
