public import DynNumerics

/// A flow whose variables fall into blocks that do not meet: the rows of (H, W) in the linear cases,
/// the samples in the spherical one, and the bias.
///
/// Blocks are integrated and iterated one by one, each in cache and with step control of its own, by
/// as many threads as there are.
public protocol SeparableFlow: Flow {
  /// How the state falls into blocks.
  var blocks: BlockLayout { get }
  /// The system of the blocks that are rows; nil where they are samples.
  var rowSystem: RowSystem? { get }
  /// Writes the time derivative of one block.
  func derivative(
    ofBlock block: Int, of variables: Span<Double>, rates: RatePair,
    into derivative: inout MutableSpan<Double>)
  /// Writes the row-major matrix of one block's derivatives by its variables.
  func jacobian(
    ofBlock block: Int, of variables: Span<Double>, rates: RatePair,
    into matrix: inout MutableSpan<Double>)
}

/// A separable flow whose blocks are samples, one after the other in the vector.
public protocol SampleSeparableFlow: SeparableFlow {}

extension SampleSeparableFlow {
  /// None: the blocks are samples.
  public var rowSystem: RowSystem? { nil }

  /// The right-hand side of all samples.
  public func derivative(
    of vector: Span<Double>, rates: RatePair, into derivative: inout MutableSpan<Double>
  ) {
    let length = blocks.dimension
    for block in 0..<blocks.count {
      let range = block * length..<(block + 1) * length
      var target = derivative._mutatingExtracting(range)
      self.derivative(
        ofBlock: block, of: vector.extracting(range), rates: rates, into: &target)
    }
  }

  /// The matrices of all samples on the diagonal.
  public func jacobian(
    of vector: Span<Double>, rates: RatePair, into matrix: inout MutableSpan<Double>
  ) {
    for index in 0..<dimension * dimension { matrix[index] = 0 }
    let length = blocks.dimension
    var own = [Double](repeating: 0, count: length * length)
    for block in 0..<blocks.count {
      let start = block * length
      var target = own.mutableSpan
      jacobian(
        ofBlock: block, of: vector.extracting(start..<start + length), rates: rates, into: &target)
      for row in 0..<length {
        for column in 0..<length {
          matrix[(start + row) * dimension + start + column] = own[row * length + column]
        }
      }
    }
  }
}

/// How a state falls into independent blocks.
public struct BlockLayout: Sendable, Equatable {
  /// What a block is.
  public enum Kind: Sendable {
    /// A row of H and the same row of W.
    case row
    /// A column of H.
    case sample
  }

  /// What the blocks but the last are.
  public let kind: Kind
  /// How many of them there are.
  public let count: Int
  /// The variables of each.
  public let dimension: Int
  /// The entries of the bias, which is one more block; 0 without.
  public let biasDimension: Int

  /// All blocks.
  public var totalCount: Int { count + (biasDimension > 0 ? 1 : 0) }

  /// The variables of one block.
  public func dimension(of block: Int) -> Int { block < count ? dimension : biasDimension }

  /// Blocks that one thread iterates at once: rows are lanes of vectors, and neighbouring samples
  /// share lines of the cache.
  var descentTiles: [Range<Int>] { tiles(of: RowDescent.rowCount) }

  /// Blocks that one thread integrates before it takes more. Short rows are taken together, up to a
  /// thousand variables; a long one is taken alone, so that no thread waits long for another's last.
  var integrationTiles: [Range<Int>] {
    guard kind == .row else { return descentTiles }
    return tiles(of: min(RowDescent.rowCount, max(1, 1000 / max(dimension, 1))))
  }

  private func tiles(of length: Int) -> [Range<Int>] {
    let starts = stride(from: 0, to: count, by: length)
    let tiles = starts.map { $0..<min($0 + length, count) }
    return biasDimension > 0 ? tiles + [count..<count + 1] : tiles
  }
}

/// A state whose blocks several threads change at once, each its own.
struct ConcurrentState {
  let layout: BlockLayout
  let features: ConcurrentRows
  let prototypes: ConcurrentRows
  let bias: ConcurrentRows

  /// Copies a block's variables into a buffer.
  func load(_ block: Int, into buffer: inout [Double]) {
    guard block < layout.count else { return bias.copyRow(0, into: &buffer) }
    switch layout.kind {
    case .row:
      features.copyRow(block, into: &buffer)
      prototypes.copyRow(block, into: &buffer, at: features.columns)
    case .sample: features.copyColumn(block, into: &buffer)
    }
  }

  /// Replaces a block's variables.
  func store(_ block: Int, from buffer: [Double]) {
    guard block < layout.count else { return bias.replaceRow(0, by: buffer) }
    switch layout.kind {
    case .row:
      features.replaceRow(block, by: buffer)
      prototypes.replaceRow(block, by: buffer, at: features.columns)
    case .sample: features.replaceColumn(block, by: buffer)
    }
  }
}

extension State {
  /// Lets several threads change the state, each its own blocks.
  mutating func withConcurrentBlocks<Result>(
    _ layout: BlockLayout, _ body: (ConcurrentState) -> Result
  ) -> Result {
    var biasRow = Matrix(rows: 1, columns: bias?.count ?? 0, elements: bias ?? [])
    defer { if bias != nil { bias = biasRow.elements } }
    return features.withConcurrentRows { features in
      prototypes.withConcurrentRows { prototypes in
        biasRow.withConcurrentRows { bias in
          body(
            ConcurrentState(layout: layout, features: features, prototypes: prototypes, bias: bias))
        }
      }
    }
  }
}
