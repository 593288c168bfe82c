/// The rows of a trajectory, in order of time.
///
/// All numbers lie one behind the other in one array: a row takes 8 bytes a number and nothing else.
public struct TrajectoryRows: Sendable, Equatable {
  /// Time, zeta_1, zeta_2 and relative error of a row, then its observables.
  private var numbers: [Double] = []
  /// Numbers a row.
  private let width: Int

  private static let fixed = 4

  /// How many bytes a row of that many observables takes.
  public static func bytes(observables count: Int) -> Int {
    MemoryLayout<Double>.stride * (fixed + count)
  }

  /// No rows yet, of that many observables each.
  init(observables count: Int) { width = Self.fixed + count }

  /// Makes room for rows that will come, so that none are moved.
  mutating func reserve(_ count: Int) { numbers.reserveCapacity(width * count) }

  /// The last row, without the memory of the others.
  var lastOnly: TrajectoryRows {
    var rows = self
    rows.numbers = Array(numbers.suffix(width))
    return rows
  }

  mutating func append(
    time: Double, zeta: RatePair, relativeError: Double, values: some Collection<Double>
  ) {
    precondition(values.count == width - Self.fixed, "a row of another length")
    numbers.append(time)
    numbers.append(zeta.features)
    numbers.append(zeta.prototypes)
    numbers.append(relativeError)
    numbers += values
  }
}

extension TrajectoryRows: RandomAccessCollection {
  /// The position of the first row.
  public var startIndex: Int { 0 }
  /// The number of rows.
  public var endIndex: Int { numbers.count / width }
  /// One row; it keeps all of them in memory.
  public subscript(position: Int) -> Trajectory.Row {
    Trajectory.Row(numbers[position * width..<(position + 1) * width])
  }
}

extension Trajectory {
  /// One output time.
  public struct Row: Sendable, Equatable {
    private let numbers: ArraySlice<Double>

    fileprivate init(_ numbers: ArraySlice<Double>) { self.numbers = numbers }

    /// The time.
    public var time: Double { numbers[numbers.startIndex] }
    /// (zeta_1, zeta_2) at that time.
    public var zeta: RatePair {
      RatePair(
        features: numbers[numbers.startIndex + 1], prototypes: numbers[numbers.startIndex + 2])
    }
    /// |Z - Z_ref|/|Z_ref| against the run's reference; nan where there is none.
    public var relativeError: Double { numbers[numbers.startIndex + 3] }
    /// The observables in the order of the run.
    public var values: [Double] { Array(numbers.dropFirst(4)) }
    /// One observable, by its place in the order of the run.
    public func value(_ index: Int) -> Double { numbers[numbers.startIndex + 4 + index] }
  }
}
