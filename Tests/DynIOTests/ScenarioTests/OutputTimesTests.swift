import Dynamics
import Testing

@testable import DynIO

@Suite struct OutputTimesTests {
  private func times(_ json: String) throws -> [Double] {
    try OutputTimes.times(Fields(try JSONParser.parse(json)))
  }

  @Test(arguments: [
    (#"{"at": [3, 1, 2, 1]}"#, [1.0, 2, 3]), (#"{"at": [0]}"#, [0]), (#"{"at": [5]}"#, [5]),
    (#"{"at": [0, -0.0]}"#, [0]), (#"{"end": 0}"#, [0]), (#"{"end": 0, "outputs": 1}"#, [0]),
    (#"{"end": 0, "spacing": "log"}"#, [0]), (#"{"end": 6, "outputs": 4}"#, [0, 2, 4, 6]),
    (#"{"end": 6, "outputs": 2}"#, [0, 6]), (#"{"outputs": 3}"#, [0, 0.5, 1]),
    (#"{"end": 6, "outputs": 2, "spacing": "log"}"#, [0, 6]),
    (#"{"end": 8, "outputs": 3, "spacing": "log", "start": 2}"#, [0, 2, 8]),
    (#"{"end": 8, "outputs": 3, "spacing": "linear"}"#, [0, 4, 8]),
  ]) func listsTimes(json: String, expected: [Double]) throws {
    #expect(try times(json) == expected)
  }

  @Test func hasDefaults() throws {
    let times = try times("{}")
    #expect(times.count == 101)
    #expect(times.last == 1)
    #expect(times == times.sorted())
  }

  @Test(arguments: [2, 3, 7, 101, 1000]) func logSpacingIsGeometric(count: Int) throws {
    let times = try times("{\"end\": 50, \"outputs\": \(count), \"spacing\": \"log\"}")
    #expect(times.count == count)
    #expect(times.first == 0 && times.last == 50)
    guard count > 2 else { return }
    #expect(abs(times[1] - 0.05) < 1e-16, "the default start is end/1000")
    let ratio = times[2] / times[1]
    for (time, next) in zip(times.dropFirst(), times.dropFirst(2)) {
      #expect(abs(next / time / ratio - 1) < 1e-12)
    }
  }

  @Test(arguments: [
    (#"{"at": [1], "end": 1}"#, "end"), (#"{"at": [1], "start": 1}"#, "start"),
    (#"{"outputs": 1}"#, "outputs"), (#"{"start": 0.5}"#, "start"),
    (#"{"spacing": "log", "start": 1}"#, "start"), (#"{"spacing": "log", "start": 7}"#, "start"),
  ]) func refusesConflicts(json: String, path: String) throws {
    let fault = try #require(throws: Fault.self) { try times(json) }
    #expect(fault.path == path)
  }

  /// Times near the smallest double stay numbers and in order.
  @Test(arguments: ["4.9e-324", "1e-320", "1e-310", "1e308"])
  func edgesOfTheRange(end: String) throws {
    for spacing in ["linear", "log"] {
      let times = try times("{\"end\": \(end), \"spacing\": \"\(spacing)\"}")
      #expect(times.allSatisfy { $0.isFinite }, "\(spacing): \(times.prefix(3))")
      #expect(times == times.sorted())
      #expect(times.first == 0)
    }
  }
}
