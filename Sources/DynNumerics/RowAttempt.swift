internal import CKernels

/// Steps of a pair on a system of rows, two stages in one pass over the features.
///
/// Every stage is the system's own right-hand side at the stage's point, summed entry by entry,
/// and counted as one evaluation, although slopes that cost less to form than to read are formed
/// again. Memory: the next state and 4 (dopri5) or 8 (dop853) vectors, in which every class takes a
/// multiple of eight entries.
@safe final class RowAttempt: RungeKuttaAttempt {
  private let context: OdeContext
  private let rows: OdeSystem.RowRates
  private let pair: RungeKuttaPair
  private let kernel: RowKernel
  private let work: UnsafeMutablePointer<Double>
  /// The tables of `step`: the combinations, a row a point, and the others, a row each.
  private let tables: UnsafeMutablePointer<Double>
  private var row: dyn_row
  private var step = unsafe dyn_row_step()
  /// The class sums of the state and of the step that was tried last.
  private var sums: [Double]
  private var nextSums: [Double]
  private var knowsSums = false
  private var knowsFirstSlope = false
  var next: [Double]

  init(
    _ context: OdeContext, rows: OdeSystem.RowRates, pair: RungeKuttaPair, kernel: RowKernel,
    allowance: ErrorAllowance
  ) {
    self.context = context
    self.rows = rows
    self.pair = pair
    self.kernel = kernel
    unsafe row = rows.system.row
    let count = unsafe Int(dyn_row_step_work(kernel.pair, &row))
    let bytes = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 8) * MemoryLayout<Double>.stride, alignment: 64)
    unsafe work = bytes.bindMemory(to: Double.self, capacity: count)
    unsafe tables = .allocate(capacity: Self.tableSize)
    sums = [Double](repeating: 0, count: rows.system.classCount)
    nextSums = sums
    next = [Double](repeating: 0, count: rows.system.dimension)
    fillTables()
    (unsafe step.absolute, unsafe step.relative) = (allowance.absolute, allowance.relative)
  }

  deinit {
    unsafe work.deallocate()
    unsafe tables.deallocate()
  }

  private static let points = Int(DYN_POINTS)

  /// The rows of the tables after the combinations.
  private enum Table: Int, CaseIterable {
    case units, first, second, featureRates, prototypeRates
  }

  private static let tableSize = (points + Table.allCases.count) * points

  private func table(_ table: Table) -> UnsafeMutablePointer<Double> {
    unsafe tables + (Self.points + table.rawValue) * Self.points
  }

  private func fillTables() {
    unsafe tables.initialize(repeating: 0, count: Self.tableSize)
    let points = pair.points
    let last = points.count - 1
    let stages = pair.weights.map(\.stage) + (pair.endsInStep ? [last] : [])
    // The units: what a slope adds to the next point, that at the step to the estimate of the error.
    for stage in 0..<last { unsafe table(.units)[stage] = points[stage + 1].last?.factor ?? 0 }
    if pair.endsInStep { unsafe table(.units)[last] = pair.error.last ?? 0 }
    for (index, row) in points.enumerated() {
      for term in row {
        unsafe tables[index * Self.points + term.stage] = term.factor / table(.units)[term.stage]
      }
    }
    for (stage, factor) in zip(stages, pair.error) {
      unsafe table(.first)[stage] = factor / table(.units)[stage]
    }
    for (stage, factor) in zip(stages, pair.correction) {
      unsafe table(.second)[stage] = factor / table(.units)[stage]
    }
    unsafe step.units = UnsafePointer(table(.units))
    unsafe step.combinations = UnsafePointer(tables)
    unsafe step.first = UnsafePointer(table(.first))
    unsafe step.second = UnsafePointer(table(.second))
    unsafe step.feature_rates = UnsafePointer(table(.featureRates))
    unsafe step.prototype_rates = UnsafePointer(table(.prototypeRates))
  }

  func tryStep(_ state: [Double], _ time: Double, _ length: Double) -> Double {
    if !knowsSums { unsafe dyn_row_sums(&row, state, &sums) }
    knowsSums = true
    context.countEvaluations(pair.nodes.count - (knowsFirstSlope ? 1 : 0))
    knowsFirstSlope = true
    unsafe step.length = length
    for (stage, node) in pair.nodes.enumerated() {
      let rates = rows.rates(time + node * length)
      unsafe table(.featureRates)[stage] = rates.features
      unsafe table(.prototypeRates)[stage] = rates.prototypes
    }
    switch kernel {
    case .dopri5: unsafe dyn_row_step_dopri5(&row, &step, state, sums, &next, &nextSums, work)
    case .dop853: unsafe dyn_row_step_dop853(&row, &step, state, sums, &next, &nextSums, work)
    }
    return unsafe pair.ratio(step.first_ratio, step.second_ratio)
  }

  func accept() {
    swap(&sums, &nextSums)
    knowsFirstSlope = pair.endsInStep
  }

  func reset() { (knowsSums, knowsFirstSlope) = (false, false) }
}

/// The compiled steps on rows.
enum RowKernel {
  case dopri5
  case dop853

  fileprivate var pair: dyn_pair {
    switch self {
    case .dopri5: DYN_DOPRI5
    case .dop853: DYN_DOP853
    }
  }
}
