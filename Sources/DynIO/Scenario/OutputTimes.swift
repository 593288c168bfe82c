import Dynamics
import RealModule

/// The output times of a scenario.
enum OutputTimes {
  /// Reads the object `time`, whose shape is valid.
  static func times(_ fields: Fields) throws(Fault) -> [Double] {
    if fields.has("at") {
      for key in ["end", "outputs", "spacing", "start"] where fields.has(key) {
        throw Fault(key, "the times are given by \"at\": leave \"\(key)\" out")
      }
      return Array(Set(fields.numbers("at"))).sorted()
    }
    let end = try fields.number("end", default: 1)
    let count = fields.has("outputs") ? try fields.integer("outputs") : 101
    guard end > 0 else { return [0] }
    guard count >= 2 else {
      throw Fault(
        "outputs", "\(count) output leaves no room for t = 0 and the end: give at least 2")
    }
    let isLogarithmic = fields.has("spacing") ? try fields.string("spacing") == "log" : false
    guard isLogarithmic else {
      guard !fields.has("start") else {
        throw Fault("start", "a start belongs to log spacing: add \"spacing\": \"log\"")
      }
      return (0..<count).map { index in
        // The product first: it gives round times where it does not overflow.
        let product = end * Double(index)
        return index == count - 1 || !product.isFinite
          ? end * (Double(index) / Double(count - 1)) : product / Double(count - 1)
      }
    }
    return try logarithmic(
      from: fields.number("start", default: end / 1000), to: end, count: count)
  }

  private static func logarithmic(
    from start: Double, to end: Double, count: Int
  ) throws(Fault) -> [Double] {
    guard start < end else {
      throw Fault(
        "start",
        "\(Value.text(start)) is not before the end at \(Value.text(end)): "
          + "make it smaller")
    }
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
