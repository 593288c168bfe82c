import DynNumerics
public import Dynamics

/// A count of the memory that a scenario needs, taken before anything large is allocated.
public struct MemoryEstimate: Sendable {
  /// One use of memory.
  public struct Part: Sendable, Equatable {
    /// What it is, such as the name of a solver or an observable.
    public let what: String
    /// How many bytes.
    public let bytes: Double
    /// How to do without it.
    let remedy: String
  }

  /// What needs memory, largest last.
  public let parts: [Part]

  /// The sum of the parts.
  public var total: Double { parts.reduce(0) { $0 + $1.bytes } }

  /// The largest part.
  var largest: Part? { parts.last }

  /// The parts that all runs of a sweep share.
  private let kept: Double

  /// What the program with its libraries takes before a scenario takes anything.
  private static let program = 19.0 * 1024 * 1024

  /// Counts for a problem of given sizes; for final states and for members' rows that are kept until
  /// all is done.
  public init(
    _ scenario: Scenario, _ problem: Problem, keptStates: Int = 0, keptMembers: Int = 0
  ) {
    let model = problem.model
    self.init(
      scenario, model, dimension: problem.featureDimension, classCount: problem.classCount,
      classSizes: problem.labels.partition.sizes, isReduced: problem.isReduced,
      passes: model.features.passBytes(of: problem) + model.prototypes.passBytes(of: problem),
      keptStates: keptStates, keptMembers: keptMembers)
  }

  init(
    _ scenario: Scenario, _ model: Model, dimension: Int, classCount: Int, classSizes: [Int],
    isReduced: Bool, passes: Double = 0, keptStates: Int = 0, keptMembers: Int = 0
  ) {
    let count = MemoryCount(
      scenario, model, dimension: dimension, classCount: classCount, classSizes: classSizes)
    var kept: [Part] = []
    if keptStates > 0 { kept.append(count.finalStates(keptStates)) }
    if keptMembers > 0 { kept.append(count.keptRows(members: keptMembers)) }
    var parts = (isReduced ? count.reducedParts : count.fullParts) + kept
    if passes > 0 {
      parts.append(
        Part(
          what: "passes through network and layers", bytes: passes,
          remedy: "lower hidden, width, samples_per_class or the data's dimension"))
    }
    self.parts = parts.sorted { $0.bytes < $1.bytes }
    self.kept = kept.reduce(0) { $0 + $1.bytes }
  }

  /// Whether the memory at hand suffices.
  var fits: Bool { total <= Double(SystemMemory.available) }

  /// How many such runs the memory at hand holds at the same time, at least one.
  public var runsAtOnce: Int { runs(within: Double(SystemMemory.available)) }

  func runs(within bytes: Double) -> Int {
    Int(min(max((bytes - kept) / max(total - kept, 1), 1), 1e6))
  }

  /// - Throws: `Fault` that names the largest part and how to do without it when the memory at hand
  ///   does not suffice.
  public func check() throws(Fault) {
    guard !fits, let largest else { return }
    throw Fault(
      "model",
      "the scenario needs about \(Self.text(total)), of which \(largest.what) "
        + "\(Self.text(largest.bytes)), and \(SystemMemory.free.sentencePart): \(largest.remedy)")
  }

  /// The estimate in one line, its largest parts named.
  public var line: String {
    let named = parts.reversed().prefix(3).map { "\($0.what) \(Self.text($0.bytes))" }
    return "needs about \(Self.text(total + Self.program)) (\(named.joined(separator: ", ")), "
      + "\(Self.text(Self.program)) for the program itself), "
      + "\(Self.text(Double(SystemMemory.available))) free"
  }

  /// Bytes in the largest unit that leaves at least 1.
  public static func text(_ bytes: Double) -> String {
    ByteCount.text(bytes)
  }
}
