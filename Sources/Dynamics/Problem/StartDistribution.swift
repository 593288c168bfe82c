/// How the blocks of an initial state are drawn: what is known of it before the draw.
public struct StartDistribution: Sendable, Equatable {
  /// How one block is drawn.
  public enum Block: Sendable, Equatable {
    /// It is the same in every draw.
    case given
    /// Independent normal entries with a standard deviation.
    case normal(deviation: Double)
    /// Random entries that depend on each other: columns of one norm, balanced blocks.
    case dependent
  }

  /// H.
  public var features: Block
  /// W.
  public var prototypes: Block
  /// b.
  public var bias: Block

  /// Nothing is drawn.
  public static let given = StartDistribution(
    features: .given, prototypes: .given, bias: .given)

  /// A distribution of each block; they are independent.
  public init(features: Block, prototypes: Block, bias: Block) {
    self.features = features
    self.prototypes = prototypes
    self.bias = bias
  }

  /// Whether any block differs from draw to draw.
  public var isRandom: Bool { [features, prototypes, bias].contains { $0 != .given } }
}

extension StartDistribution.Block {
  /// Normal entries; given where their deviation is 0.
  public static func entries(deviation: Double) -> StartDistribution.Block {
    deviation > 0 ? .normal(deviation: deviation) : .given
  }

  /// The standard deviation of the entries; 0 where nothing is drawn.
  var deviation: Double { if case .normal(let deviation) = self { deviation } else { 0 } }
}
