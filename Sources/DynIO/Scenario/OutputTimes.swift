import Dynamics
import RealModule

/// The output times of a scenario.
enum OutputTimes {
  /// Reads the object `time`, whose shape is valid, of a run that begins at a given time.
  static func times(_ fields: Fields, from begin: Double = 0) throws(Fault) -> [Double] {
    if fields.has("at") {
      for key in ["end", "outputs", "spacing", "start"] where fields.has(key) {
        throw Fault(key, "the times are given by \"at\": leave \"\(key)\" out")
      }
      let times = Array(Set(fields.numbers("at"))).sorted()
      guard let first = times.first, first < begin else { return times }
      throw Fault(
        "at", "\(Value.text(first)) is before the run begins, at \(Value.text(begin)): leave it out"
      )
    }
    let end = try fields.number("end", default: begin + 1)
    let count = fields.has("outputs") ? try fields.integer("outputs") : 101
    guard end >= begin else {
      throw Fault(
        "end",
        "\(Value.text(end)) is before the run begins, at \(Value.text(begin)): end is the time at which "
          + "the whole run ends, make it larger")
    }
    guard end > begin else { return [begin] }
    guard count >= 2 else {
      throw Fault(
        "outputs",
        "\(count) output leaves no room for t = \(Value.text(begin)) and the end: give at least 2")
    }
    let isLogarithmic = fields.has("spacing") ? try fields.string("spacing") == "log" : false
    guard isLogarithmic else {
      guard !fields.has("start") else {
        throw Fault("start", "a start belongs to log spacing: add \"spacing\": \"log\"")
      }
      return linear(from: begin, to: end, count: count)
    }
    let start = try fields.number("start", default: begin + (end - begin) / 1000)
    guard start > begin || (begin == 0 && start == 0) else {
      throw Fault(
        "start",
        "\(Value.text(start)) is not after the run begins, at \(Value.text(begin)): make it larger")
    }
    guard start < end else {
      throw Fault(
        "start",
        "\(Value.text(start)) is not before the end at \(Value.text(end)): "
          + "make it smaller")
    }
    let passed = logarithmic(from: start - begin, to: end - begin, count: count)
    return begin == 0 ? passed : passed.dropLast().map { begin + $0 } + [end]
  }

  private static func linear(from begin: Double, to end: Double, count: Int) -> [Double] {
    let length = end - begin
    return (0..<count).map { index in
      if index == count - 1, begin != 0 { return end }
      // The product first: it gives round times where it does not overflow.
      let product = length * Double(index)
      return begin
        + (index == count - 1 || !product.isFinite
          ? length * (Double(index) / Double(count - 1)) : product / Double(count - 1))
    }
  }

  /// 0, and times in equal ratios.
  private static func logarithmic(from start: Double, to end: Double, count: Int) -> [Double] {
    guard start > 0 else { return [0, end] }
    let ratio = end / start
    // The quotient of far numbers overflows; the difference of their logarithms does not.
    let span = ratio.isFinite ? Double.log(ratio) : Double.log(end) - Double.log(start)
    let steps = count - 2
    return [0]
      + (0...steps).map { index in
        guard index < steps else { return end }
        let share = span * (Double(index) / Double(steps))
        return ratio.isFinite
          ? start * Double.exp(share) : Double.exp(Double.log(start) + share)
      }
  }
}
