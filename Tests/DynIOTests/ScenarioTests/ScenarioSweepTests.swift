import DynIO
import DynNumerics
import Dynamics
import Testing

@Suite struct ScenarioSweepTests {
  private func sweep(_ text: String) throws -> ScenarioSweep {
    let tree = try JSONParser.parse(
      "{\"model\": {\"classes\": 3, \"gamma\": 0}, \"sweep\": \(text)}")
    return try ScenarioSweep(tree)
  }

  @Test func theLastKeyRunsFastest() throws {
    let sweep = try sweep("{\"model.a\": [1, 2], \"model.b\": [\"x\", {\"k\": 3}]}")
    #expect(sweep.keys == ["model.a", "model.b"])
    let texts = sweep.members.map { member in member.assignments.map { $0.value.sweepText } }
    let expected: [[String]] = [
      ["1", "x"], ["1", "{\"k\":3}"], ["2", "x"], ["2", "{\"k\":3}"],
    ]
    #expect(texts == expected)
    let third = try JSONParser.parse(
      "{\"model\": {\"classes\": 3, \"gamma\": 0, \"a\": 2, \"b\": \"x\"}}")
    #expect(sweep.members[2].tree == third)
  }

  @Test func evenlySpacedValues() throws {
    let linear = try sweep("{\"model.a\": {\"linear\": [1, 2, 5]}}")
    let numbers = linear.members.map { $0.assignments[0].value.sweepText }
    let expected = ["1", "1.25", "1.5", "1.75", "2"]
    #expect(numbers == expected)
    let log = try sweep("{\"model.a\": {\"log\": [1, 100, 3]}}")
    let values = log.members.compactMap { member -> Double? in
      if case .number(let number) = member.assignments[0].value { number } else { nil }
    }
    #expect(values.first == 1)
    #expect(values.last == 100)
    #expect(abs(values[1] - 10) <= 1e-14)
  }

  @Test func withoutASweepThereIsOneMember() throws {
    let sweep = try ScenarioSweep(try JSONParser.parse("{\"model\": {}}"))
    #expect(sweep.keys.isEmpty)
    #expect(sweep.members.count == 1)
    #expect(sweep.members[0].label.isEmpty)
  }

  @Test(arguments: [
    "{\"model.a\": []}", "{\"model.a\": 3}", "{\"model.a\": {\"log\": [0, 1, 3]}}",
    "{\"model.a\": {\"linear\": [0, 1]}}", "{\"model.a\": {\"linear\": [0, 1, 2.5]}}",
    "{\"model.classes.x\": [1]}", "{\"model.a\": {\"linear\": [0, 1, 1000000000]}}",
  ]) func refuses(text: String) {
    #expect(throws: ScenarioFaults.self) { try sweep(text) }
  }

  /// A key needs a place and a column of its own, a value may be there once.
  @Test(arguments: [
    (
      "{\"model.loss\": [{\"kind\": \"mse\"}], \"model.loss.gamma\": [1]}", "model.loss",
      "lies inside"
    ),
    ("{\"model.loss.gamma\": [1], \"model.loss\": [{}]}", "model.loss", "lies inside"),
    ("{\"solvers[0]\": [{}], \"solvers.0\": [{}]}", "solvers.0", "same place"),
    ("{\"solvers\": [[{}]], \"solvers[0].step\": [1]}", "solvers", "lies inside"),
    ("{\"model.a\": [1, 2, 1.0]}", "model.a", "the value 1 is there twice"),
    ("{\"model.a\": [1, \"1\"]}", "model.a", "the value 1 is there twice"),
    ("{\"model.a\": [0, -0.0]}", "model.a", "there twice"),
    ("{\"model.a\": [{\"b\": 1, \"c\": [2]}, {\"c\": [2.0], \"b\": 1}]}", "model.a", "there twice"),
    ("{\"model.a\": {\"linear\": [1, 1, 2]}}", "model.a", "there twice"),
    ("{\"model.a\": {\"log\": [3, 3, 5]}}", "model.a", "there twice"),
    ("{\"model.a\": {\"linear\": [1, 2, 3], \"log\": [1, 2, 3]}}", "model.a", "either"),
    ("{\"time\": [{\"end\": 1}]}", "time", "time.end"), ("{\"solver\": [1]}", "solver", "column"),
    ("{\"zeta_h\": [1]}", "zeta_h", "column"), ("{\"loss\": [1]}", "loss", "column"),
    ("{\"sweep\": [{}]}", "sweep", "itself"),
    ("{\"sweep.model.a\": [1]}", "sweep.model.a", "itself"),
    ("{\"model.classes.x\": [1]}", "model.classes.x", "leads through 3"),
    ("{\"model..a\": [1]}", "model..a", "no place"),
  ]) func refusesKeysAndValues(text: String, key: String, fragment: String) throws {
    let faults = try #require(throws: ScenarioFaults.self) { try sweep(text) }.faults
    #expect(faults.map(\.path) == ["sweep[\"\(key)\"]"])
    #expect(faults[0].message.contains(fragment), "\(faults[0])")
  }

  @Test func aSingleValueMayBeGivenAsARange() throws {
    #expect(try sweep("{\"model.a\": {\"log\": [2, 2, 1]}}").members.count == 1)
  }

  /// Seeds and sizes must be whole numbers.
  @Test func rangesOfWholeNumbersAreWhole() throws {
    let members = try sweep("{\"model.a\": {\"linear\": [1, 1000, 1000]}}").members
    let texts = members.map { $0.assignments[0].value.sweepText }
    #expect(texts == (1...1000).map(String.init))
  }

  /// The width of a range may be beyond the largest double though no value is.
  @Test func rangesMayBeAsWideAsDoublesAre() throws {
    let members = try sweep("{\"model.a\": {\"linear\": [-1.5e308, 1.5e308, 5]}}").members
    let texts = members.map { $0.assignments[0].value.sweepText }
    #expect(texts == ["-1.5e+308", "-7.5e+307", "0", "7.5e+307", "1.5e+308"])
  }

  @Test func countsBeforeAnythingIsExpanded() throws {
    let list = (0...100_000).map(String.init).joined(separator: ",")
    for text in [
      "{\"model.a\": [\(list)], \"model.b\": [1, 1]}",
      "{\"model.a\": {\"linear\": [0, 1, 9e15]}, \"model.b\": {\"linear\": [0, 1, 9e15]}}",
    ] {
      let faults = try #require(throws: ScenarioFaults.self) { try sweep(text) }.faults
      #expect(faults.count == 1 && faults[0].path == "sweep")
      #expect(faults[0].message.contains("members are too many: at most 100000"))
    }
  }

  /// Members are made when they are asked for: a tree of a megabyte a member would take 100 GB.
  @Test func membersTakeNoMemoryUntilTheyAreAskedFor() throws {
    let numbers = (0..<20_000).map(String.init).joined(separator: ",")
    let tree = try JSONParser.parse(
      "{\"model\": {\"list\": [\(numbers)]}, \"sweep\": {"
        + "\"model.list[7]\": {\"linear\": [1, 100, 100]}, \"model.b\": {\"linear\": [1, 1000, 1000]}}}"
    )
    let before = SystemMemory.peak
    let members = try ScenarioSweep(tree).members
    #expect(members.count == 100_000)
    #expect(members[54_321].label == "model.list[7]=55, model.b=322")
    #expect(members[99_999].label == "model.list[7]=100, model.b=1000")
    #expect(SystemMemory.peak - before < 200 << 20)
  }
}

/// Values of linear and logarithmic axes are the decimals that are meant, not what rounding makes of
/// them: against integers.
@Suite struct SweptNumberTests {
  private func values(_ text: String) throws -> [Double] {
    let tree = try JSONParser.parse("{\"sweep\": {\"model.classes\": \(text)}}")
    return try ScenarioSweep(tree).members.compactMap {
      if case .number(let number) = $0.assignments[0].value { number } else { nil }
    }
  }

  @Test func linearValuesAreWholeWhereTheyAreMeantToBe() throws {
    for count in 2...200 {
      #expect(
        try values("{\"linear\": [1, \(count), \(count)]}") == (1...count).map { Double($0) })
      #expect(
        try values("{\"linear\": [0, 0.\(count < 100 ? "1" : "5"), \(count)]}").count == count)
    }
    #expect(try values(#"{"linear": [0.1, 1, 10]}"#) == (1...10).map { Double($0) / 10 })
    #expect(try values(#"{"linear": [-1, 1, 21]}"#) == (-10...10).map { Double($0) / 10 })
  }

  @Test func logarithmicValuesArePowersWhereTheyAreMeantToBe() throws {
    #expect(try values(#"{"log": [1, 100, 3]}"#) == [1, 10, 100])
    let decades = try (-6...6).map { try #require(Double("1e\($0)")) }
    #expect(try values(#"{"log": [1e-6, 1e6, 13]}"#) == decades)
    for (text, range) in [("[1e-12, 1e12, 25]", -12...12), ("[1e-300, 1e300, 601]", -300...300)] {
      #expect(try values("{\"log\": \(text)}") == range.map { Double("1e\($0)") ?? .nan })
    }
    #expect(try values(#"{"log": [2e-9, 2e9, 19]}"#) == (-9...9).map { Double("2e\($0)") ?? .nan })
    #expect(try values(#"{"log": [1, 1024, 11]}"#) == (0...10).map { Double(1 << $0) })
    let roots = try values(#"{"log": [1, 10, 3]}"#)
    #expect(abs(roots[1] - 10.0.squareRoot()) <= 2 * roots[1].ulp)
  }
}
