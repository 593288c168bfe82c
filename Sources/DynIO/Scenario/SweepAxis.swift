import Dynamics
import RealModule

/// The values of one swept key, each made when it is asked for.
struct SweepAxis: Sendable {
  /// How the values are given.
  private enum Values {
    case list([Value])
    case linear(first: Double, last: Double, count: Int)
    case logarithmic(first: Double, last: Double, count: Int)
  }

  /// The key as it is spelt.
  let key: String
  /// Where its values go.
  let place: ScenarioPath
  private let values: Values

  /// Reads one key of the object `sweep`, whose shape is valid.
  ///
  /// - Throws: `Fault` for a key that cannot be a place and for values that are not what they
  ///   should be. Nothing is expanded.
  init(_ member: Value.Member) throws(Fault) {
    key = member.key
    do throws(Fault) {
      place = try ScenarioPath(member.key)
      values = try Self.values(member.value)
    } catch {
      throw Fault(ScenarioPath.ofSweepKey(member.key), error.message)
    }
  }

  /// How many values there are.
  var count: Int {
    switch values {
    case .list(let values): values.count
    case .linear(_, _, let count), .logarithmic(_, _, let count): count
    }
  }

  /// One of the values.
  subscript(index: Int) -> Value {
    switch values {
    case .list(let values):
      return values[index]
    case .linear(let first, let last, let count):
      if index == 0 || index == count - 1 { return .number(index == 0 ? first : last) }
      // The product first: it keeps whole numbers whole, where it does not overflow.
      let product = Double(index) * (last - first)
      let share = Double(index) / Double(count - 1)
      return .number(
        Self.meant(
          product.isFinite
            ? first + product / Double(count - 1) : (1 - share) * first + share * last))
    case .logarithmic(let first, let last, let count):
      if index == 0 || index == count - 1 { return .number(index == 0 ? first : last) }
      return .number(Self.logarithmic(first, last, index, of: count))
    }
  }

  /// first (last/first)^(index/(count - 1)), as a power of ten: its rounding grows with the exponent.
  private static func logarithmic(
    _ first: Double, _ last: Double, _ index: Int, of count: Int
  ) -> Double {
    let (start, end) = (Double.log10(first), Double.log10(last))
    let exponent =
      (start * Double(count - 1 - index) + end * Double(index)) / Double(count - 1)
    // A whole exponent is meant to be one.
    let whole = exponent.rounded()
    let isWhole = abs(exponent - whole) <= meantUlps * max(whole.ulp, 1.0.ulp)
    let power = Double.pow(10, isWhole ? whole : exponent)
    return meant(power, ulps: meantUlps + (abs(exponent) * Double.log(10)).rounded(.up))
  }

  /// Decimals that a number within a few units of rounding of is meant to be.
  private static let meantDigits = 12
  private static let meantUlps = 16.0

  /// The short decimal that a computed number misses by rounding only, or the number itself.
  static func meant(_ number: Double, ulps: Double = meantUlps) -> Double {
    guard number != 0, number.isFinite else { return number }
    let exponent = Int(Double.log10(abs(number)).rounded(.down)) - meantDigits + 1
    let scaled = number / Double.pow(10, exponent)
    guard let digits = Int64(exactly: scaled.rounded()),
      let decimal = Double("\(digits)e\(exponent)"),
      abs(decimal - number) <= ulps * number.ulp
    else { return number }
    return decimal
  }

  private static func values(_ value: Value) throws(Fault) -> Values {
    if case .list(let values) = value { return .list(values) }
    let fields = Fields(value)
    guard fields.keys.count == 1, let name = fields.keys.first else {
      throw Fault("", "give either linear or log, with [first, last, how many]")
    }
    let numbers = fields.numbers(name)
    guard numbers.count == 3, let count = Int(exactly: numbers[2]), count >= 1 else {
      throw Fault(
        "", "give [first, last, how many]" + (name == "log" ? " with first and last above 0" : ""))
    }
    return name == "log"
      ? .logarithmic(first: numbers[0], last: numbers[1], count: count)
      : .linear(first: numbers[0], last: numbers[1], count: count)
  }

  /// - Throws: `Fault` that names a value which is there twice: in the outputs its members would
  ///   pass for replicates, or for one another. Values are the same when they print alike.
  func checkDistinct() throws(Fault) {
    var texts: Set<[UInt8]> = []
    for index in 0..<count where !texts.insert(Array(self[index].canonicalText.utf8)).inserted {
      let remedy =
        if case .list = values { "give each value once" } else {
          "let first and last differ, or ask for fewer values"
        }
      throw Fault(
        ScenarioPath.ofSweepKey(key),
        "the value \(JSONExcerpt.cut(self[index].sweepText)) is there twice: \(remedy) (to repeat a "
          + "run, sweep initial_state.seed)")
    }
  }
}

extension Value {
  /// A text that equal values share: keys in order, zero without a sign, a word as its own text.
  fileprivate var canonicalText: String { canonical.sweepText }

  private var canonical: Value {
    switch self {
    case .number(let number): .number(number == 0 ? 0 : number)
    case .list(let elements): .list(elements.map(\.canonical))
    case .object(let members):
      .object(
        members.map { .init(key: $0.key, value: $0.value.canonical) }.sorted { $0.key < $1.key })
    default: self
    }
  }
}
