/// Things chosen at equal distances, with the first and the last, where not all have room.
struct Selection {
  /// The chosen ones, in order.
  let indices: [Int]
  private let count: Int
  private let step: Int

  /// Chooses at most `limit` of `count`, and never fewer than the first and the last.
  init(of count: Int, atMost most: Int) {
    let limit = max(most, 2)
    self.count = count
    let last = count - 1
    step = max(1, (last + limit - 2) / (limit - 1))
    let chosen = Array(stride(from: 0, through: last, by: step))
    indices = chosen.last == last ? chosen : chosen + (count > 0 ? [last] : [])
  }

  /// What a legend says about those that it does not list; nil when it lists all.
  func note(_ noun: String) -> String? {
    guard step > 1 else { return nil }
    return "\(count) \(noun): every \(ordinal) is listed"
  }

  private var ordinal: String {
    let ending =
      (11...13).contains(step % 100) ? "th" : [1: "st", 2: "nd", 3: "rd"][step % 10] ?? "th"
    return "\(step)" + ending
  }
}
