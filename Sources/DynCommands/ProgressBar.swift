import DynIO

/// A progress bar with the time left, on standard error when that is a terminal.
struct ProgressBar {
  private let title: String
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var lastDraw: ContinuousClock.Instant
  private let isVisible: Bool

  /// A bar for work that begins now.
  init(_ title: String, isVisible: Bool) {
    self.title = title
    self.isVisible = isVisible && Console.errorIsTerminal
    start = clock.now
    lastDraw = start
  }

  /// Draws the share of the work that is done, at most ten times a second.
  mutating func update(_ share: Double) {
    guard isVisible, clock.now - lastDraw > .milliseconds(100) else { return }
    lastDraw = clock.now
    let elapsed = (clock.now - start) / .seconds(1)
    let left = share > 0 ? elapsed * (1 - share) / share : 0
    let width = 30
    let filled = Int((share * Double(width)).rounded(.down))
    let bar =
      String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    Console.draw("\r\(title) [\(bar)] \(Int(share * 100)) %, \(left.brief(digits: 2)) s left   ")
  }

  /// Removes the bar.
  func finish() {
    if isVisible { Console.draw("\r\u{1B}[K") }
  }
}

extension Console {
  /// Writes to standard error without a line break.
  static func draw(_ text: String) {
    try? OutputFile.write(Array(text.utf8), to: "/dev/stderr")
  }
}
