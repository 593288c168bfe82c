import DynNumerics
import Synchronization

/// Brute-force gradient descent on a separable flow, block by block in cache.
///
/// The state exists once, with momentum its velocity too; every thread has the work space of a few
/// blocks.
final class BlockDescent: StateDescent {
  private let layout: BlockLayout
  private let workspaces: [DescentWorkspace]
  private(set) var velocity: State?
  private let momentum: Momentum

  init(_ flow: any SeparableFlow, momentum: Momentum, threads: Int) {
    layout = flow.blocks
    self.momentum = momentum
    let count = max(1, min(threads, layout.descentTiles.count))
    workspaces = (0..<count).map { _ in DescentWorkspace(flow, momentum: momentum) }
  }

  func begin(at state: inout State, velocity: State?) {
    if momentum.factor > 0 { self.velocity = velocity ?? state.scaled(by: 0) }
  }

  func advance(_ state: inout State, by steps: DescentSteps) -> Int? {
    guard var velocity else {
      return advance(&state, nil, by: steps)
    }
    self.velocity = nil
    defer { self.velocity = velocity }
    return velocity.withConcurrentBlocks(layout) { advance(&state, $0, by: steps) }
  }

  private func advance(
    _ state: inout State, _ velocity: ConcurrentState?, by steps: DescentSteps
  ) -> Int? {
    let tiles = layout.descentTiles
    let firstFailure = Mutex(Int.max)
    let meter = ProgressMeter.current
    state.withConcurrentBlocks(layout) { blocks in
      Concurrency.forEach(tiles.count, workspaces: workspaces) { tile, workspace in
        let failure = workspace.descend(tiles[tile], of: blocks, velocity, by: steps)
        meter?.finishedPart(of: tiles.count)
        guard let failure else { return }
        firstFailure.withLock { $0 = min($0, failure) }
      }
    }
    let step = firstFailure.withLock { $0 }
    return step == .max ? nil : step
  }
}

/// What one thread needs to iterate blocks.
private final class DescentWorkspace {
  private let flow: any SeparableFlow
  private let layout: BlockLayout
  private let rows: RowDescent?
  private var descent: VectorDescent

  init(_ flow: any SeparableFlow, momentum: Momentum) {
    self.flow = flow
    layout = flow.blocks
    descent = VectorDescent(momentum)
    rows = momentum.factor > 0 ? nil : flow.rowSystem.map { RowDescent($0) }
  }

  /// Takes all steps on the blocks of one tile.
  ///
  /// - Returns: the first tested step after which an entry was not finite.
  func descend(
    _ tile: Range<Int>, of state: ConcurrentState, _ velocities: ConcurrentState?,
    by steps: DescentSteps
  ) -> Int? {
    if let rows, tile.upperBound <= layout.count {
      return rows.descend(
        tile, of: state.features, state.prototypes, featureSteps: steps.features,
        prototypeSteps: steps.prototypes, testingEvery: steps.testInterval)
    }
    return tile.compactMap { descend($0, of: state, velocities, by: steps) }.min()
  }

  private func descend(
    _ block: Int, of state: ConcurrentState, _ velocities: ConcurrentState?,
    by steps: DescentSteps
  ) -> Int? {
    descent.resize(to: layout.dimension(of: block))
    state.load(block, into: &descent.variables)
    velocities?.load(block, into: &descent.velocity)
    defer {
      state.store(block, from: descent.variables)
      velocities?.store(block, from: descent.velocity)
    }
    let flow = flow
    return descent.advance(by: steps, featureCount: featureCount(of: block)) {
      flow.derivative(ofBlock: block, of: $0, rates: $1, into: &$2)
    }
  }

  private func featureCount(of block: Int) -> Int {
    guard block < layout.count else { return 0 }
    return flow.featureVariableCount / layout.count
  }
}
