// A square of this side, read along one axis and written along the other, stays in the cache.
private let tile = 32

/// Whether Fortran and C order differ at all: an array with one axis longer than 1 is the same.
func needsTransposition(_ shape: [Int]) -> Bool {
  !shape.contains(0) && shape.count { $0 > 1 } > 1
}

/// Elements in Fortran order (first axis fastest) brought into C order (last axis fastest).
func transposed<Element: BitwiseCopyable>(
  _ elements: [Element], fortranShape: [Int]
) -> [Element] {
  let shape = fortranShape.filter { $0 > 1 }
  guard let rows = shape.first, let columns = shape.last, shape.count > 1 else { return elements }
  let steps = MiddleSteps(shape)
  return unsafe [Element](unsafeUninitializedCapacity: elements.count) { target, initialized in
    unsafe elements.withUnsafeBufferPointer { source in
      for (from, to) in steps {
        unsafe transposeTiles(
          source, from, target, to, rows: rows, columns: columns,
          sourceStep: elements.count / columns, targetStep: elements.count / rows)
      }
    }
    initialized = elements.count
  }
}

private func transposeTiles<Element: BitwiseCopyable>(
  _ source: UnsafeBufferPointer<Element>, _ from: Int,
  _ target: UnsafeMutableBufferPointer<Element>, _ to: Int,
  rows: Int, columns: Int, sourceStep: Int, targetStep: Int
) {
  for top in stride(from: 0, to: rows, by: tile) {
    for left in stride(from: 0, to: columns, by: tile) {
      for row in top..<min(top + tile, rows) {
        for column in left..<min(left + tile, columns) {
          unsafe target[to + row * targetStep + column] =
            source[from + row + column * sourceStep]
        }
      }
    }
  }
}

/// Where each plane of first and last axis begins in both orders, over all middle axes' indices.
private struct MiddleSteps: Sequence, IteratorProtocol {
  private let lengths: [Int]
  private let sourceSteps: [Int]
  private let targetSteps: [Int]
  private var indices: [Int]
  private var upcoming: (source: Int, target: Int)? = (0, 0)

  init(_ shape: [Int]) {
    let count = shape.reduce(1, *)
    lengths = Array(shape.dropFirst().dropLast())
    indices = lengths.map { _ in 0 }
    var before = shape[0]
    var sourceSteps: [Int] = []
    var targetSteps: [Int] = []
    for length in lengths {
      sourceSteps.append(before)
      before *= length
      targetSteps.append(count / before)
    }
    self.sourceSteps = sourceSteps
    self.targetSteps = targetSteps
  }

  mutating func next() -> (Int, Int)? {
    guard let current = upcoming else { return nil }
    advance(from: current)
    return current
  }

  private mutating func advance(from current: (source: Int, target: Int)) {
    var (source, target) = current
    for axis in lengths.indices.reversed() {
      indices[axis] += 1
      source += sourceSteps[axis]
      target += targetSteps[axis]
      if indices[axis] < lengths[axis] {
        upcoming = (source, target)
        return
      }
      indices[axis] = 0
      source -= lengths[axis] * sourceSteps[axis]
      target -= lengths[axis] * targetSteps[axis]
    }
    upcoming = nil
  }
}
