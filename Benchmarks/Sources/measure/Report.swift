import Foundation

/// What a measurement prints; the keys are those of the peers.
struct Report: Encodable {
  var package = "dyn"
  var method: String
  var error: Double?
  var normError: Double?
  var calls: Int?
  var steps: Int?
  /// A hash of the final state's bits.
  var fingerprint: String?
  var peakKib: Int?
  var setupSeconds: Double?
  var seconds: [Double] = []
  var accuracySecondsPerTime: Double?

  /// Prints one line of JSON.
  func print() throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .sortedKeys
    Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
  }
}

/// The most memory that this process has held at once; 0 where the system does not say.
func peakKibibytes() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
}

/// Forgets the peak so far, such as that of reading files, where the system can.
func forgetPeakMemory() {
  try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
}

/// The seconds that some work takes.
func seconds<E: Error>(of work: () throws(E) -> Void) throws(E) -> Double {
  let clock = ContinuousClock()
  let start = clock.now
  try work()
  return (clock.now - start) / .seconds(1)
}

/// Repeats short work, which says how many seconds it took, until a fifth of a second is spent, as
/// the peers do.
func repeated<E: Error>(_ work: () throws(E) -> Double) throws(E) -> [Double] {
  var all: [Double] = []
  while all.count < 101, all.reduce(0, +) < 0.2 { all.append(try work()) }
  return all
}
