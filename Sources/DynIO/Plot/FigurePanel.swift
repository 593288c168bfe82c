import RealModule

extension Figure {
  /// One observable.
  struct Panel {
    /// How it is drawn.
    enum Content: Equatable {
      case linear
      /// Zeros, where there are any, are marks at the foot of the axis.
      case logarithmic(foot: Double?)
      /// There is nothing to draw, and the panel says so.
      case message(String)
    }

    static let undefined = "not defined here"
    private static let nothing = "no observables were recorded"

    let title: String
    let column: Int
    let content: Content
    /// Whether it is the error against the reference, whose own error is zero and not marked.
    var isError = false

    /// The panel of a figure without others.
    static func message(_ hasNoObservables: Bool) -> Panel {
      Panel(title: "", column: 0, content: .message(hasNoObservables ? nothing : undefined))
    }
  }
}

/// Which numbers a figure can show and on which scale.
struct FigureScale {
  /// gnuplot takes numbers near the ends of the doubles for undefined or loses their range.
  private static let largest = 1e300

  let timeIsLogarithmic: Bool

  /// A number as it is drawn: nan where it is not finite or too large, zero where it is too small.
  static func drawable(_ number: Double) -> Double {
    guard abs(number) <= largest else { return .nan }
    return abs(number) < 1 / largest ? 0 : number
  }

  /// Whether a row can stand on the horizontal axis.
  func shows(time: Double) -> Bool { timeIsLogarithmic ? time > 0 : !time.isNaN }

  /// The scale of one column: logarithmic where its positive values span more than two decades and
  /// none is negative.
  func content(of lines: [Figure.Line], column: Int) -> Figure.Panel.Content {
    var (lowest, highest) = (Double.infinity, 0.0)
    var (hasZero, hasNegative) = (false, false)
    for line in lines {
      for (time, value) in zip(line.times, line.values[column])
      where shows(time: time) && !value.isNaN {
        if value > 0 { (lowest, highest) = (min(lowest, value), max(highest, value)) }
        if value == 0 { hasZero = true }
        if value < 0 { hasNegative = true }
      }
    }
    guard hasZero || hasNegative || highest > 0 else { return .message(Figure.Panel.undefined) }
    guard !hasNegative, highest > 100 * lowest else { return .linear }
    return .logarithmic(foot: hasZero ? Self.decade(below: lowest) : nil)
  }

  /// The power of ten below a positive number.
  private static func decade(below number: Double) -> Double {
    var power = Double.pow(10, Int(Double.log10(number).rounded(.down)))
    while power >= number { power /= 10 }
    return power
  }
}
