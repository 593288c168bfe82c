import Foundation
import NumpyFiles
import Testing

/// `"time": {"begin": ...}`: a run that goes on from another one keeps its clock, its velocity and its
/// batches, so that two halves are one whole.
@Suite struct ContinuedClockTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let solver: String
    var model = #""case": "regularized", "weight_decay": 0.05"#
    var rate = #"{"kind": "cosine", "value": 1.2, "final": 0.1, "period": 9}"#
    var features: String?
    /// How far the halves may be from the whole; 0 for the same bits.
    var tolerance = 0.0
    var hasBias = false
  }

  private static let crossEntropy = #""loss": {"kind": "cross_entropy"}"#

  static let cases: [Case] = [
    Case(
      testDescription: "descent by blocks, cosine",
      solver: #""kind": "gradient_descent", "step": 0.1"#),
    Case(
      testDescription: "descent by blocks with momentum, step",
      solver: #""kind": "gradient_descent", "step": 0.1, "momentum": 0.9"#,
      rate: #"{"kind": "step", "value": 1, "factor": 0.5, "every": 0.7}"#),
    Case(
      testDescription: "Nesterov's descent of another loss, warm-up",
      solver: #""kind": "gradient_descent", "step": 0.1, "momentum": 0.8, "nesterov": true"#,
      model: crossEntropy + #", "bias": true"#,
      rate:
        #"{"kind": "warmup", "duration": 3, "then": {"kind": "step", "value": 1, "factor": 0.3, "every": 2.5}}"#,
      hasBias: true),
    Case(
      testDescription: "batches with momentum and re-weighting",
      solver:
        #""kind": "gradient_descent", "step": 0.1, "momentum": 0.9, "batch": 3, "reweight_from": 25"#,
      model: crossEntropy + #", "class_weights": [0.5, 1, 2], "bias": true"#, hasBias: true),
    Case(
      testDescription: "sharpness-aware batches",
      solver: #""kind": "sam", "rho": 0.05, "step": 0.1, "momentum": 0.5, "batch": 2"#,
      model: crossEntropy),
    Case(
      testDescription: "perturbed descent",
      solver: #""kind": "perturbed_gradient_descent", "radius": 0.01, "step": 0.1, "batch": 4"#,
      model: crossEntropy),
    Case(
      testDescription: "loss-normalised descent",
      solver: #""kind": "gradient_descent", "step": 0.1, "normalize": "loss""#,
      model: crossEntropy),
    Case(
      testDescription: "descent on the sphere",
      solver: #""kind": "gradient_descent", "step": 0.1, "momentum": 0.5"#,
      model: #""case": "spherical""#),
    Case(
      testDescription: "exact descent",
      solver: #""kind": "gradient_descent", "form": "exact", "step": 0.1"#,
      tolerance: 1e-13),
    Case(
      testDescription: "exact descent on the sphere",
      solver: #""kind": "gradient_descent", "form": "exact", "step": 0.1"#,
      model: #""case": "spherical""#, tolerance: 1e-13),
    Case(testDescription: "closed form", solver: #""kind": "closed_form""#, tolerance: 1e-13),
    Case(
      testDescription: "closed form of a kernel", solver: #""kind": "closed_form""#,
      model: #""case": "ntk_invariant""#, tolerance: 1e-13),
    Case(
      testDescription: "closed form of squared error with fixed prototypes",
      solver: #""kind": "closed_form""#,
      model: #""case": "anchored", "loss": {"kind": "mse"}"#, tolerance: 1e-13),
    Case(
      testDescription: "integrated modes, warm-up",
      solver: #""kind": "closed_form", "name": "exact""#,
      rate: #"{"kind": "warmup", "duration": 3, "then": {"kind": "constant", "value": 1}}"#,
      features: #"{"kind": "constant", "value": 0.6}"#, tolerance: 1e-11),
    Case(
      testDescription: "integration, step", solver: #""kind": "ode", "relative_tolerance": 1e-12"#,
      rate: #"{"kind": "step", "value": 1, "factor": 0.5, "every": 0.7}"#, tolerance: 1e-10),
    Case(
      testDescription: "integration in fixed steps",
      solver: #""kind": "ode", "method": "rk4", "step": 0.05"#, model: crossEntropy,
      tolerance: 1e-13),
    Case(
      testDescription: "flow of sharpness-aware minimisation",
      solver: #""kind": "sam_flow", "rho": 0.05"#, model: crossEntropy, tolerance: 1e-6),
    Case(
      testDescription: "independent batches with momentum",
      solver:
        #""kind": "gradient_descent", "step": 0.1, "momentum": 0.9, "batch": 3, "sampling": "independent""#,
      model: crossEntropy),
    Case(
      testDescription: "perturbed descent on independent batches",
      solver:
        #""kind": "perturbed_gradient_descent", "radius": 0.01, "step": 0.1, "batch": 7, "sampling": "independent""#,
      model: crossEntropy),
  ]

  private let folder: CommandFolder

  init() throws { folder = try CommandFolder() }

  private static let labels = [2, 0, 1, 0, 2, 2, 1]

  private func put(
    _ reference: Case, time: String, start: String?, seed: Int? = 5, in file: String
  ) throws {
    let name = reference.solver.contains("\"name\"") ? "exact" : "s"
    func given(_ key: String, _ array: String) -> String {
      "\"\(key)\": {\"kind\": \"file\", \"path\": \"\(start ?? "")\", \"array\": \"\(name)_\(array)\"}"
    }
    var initial = seed.map { ["\"seed\": \($0)"] } ?? []
    if start != nil {
      initial += [given("features", "H"), given("prototypes", "W")]
      if reference.hasBias { initial.append(given("bias", "b")) }
    } else if reference.hasBias {
      initial.append(#""bias": {"kind": "normal"}"#)
    }
    let labels = "\"labels\": {\"kind\": \"values\", \"values\": \(Self.labels)}"
    let model = "{\"classes\": 3, \"feature_dimension\": 4, \(labels), \(reference.model)}"
    let own = reference.solver.contains("\"name\"") ? "" : ", \"name\": \"s\""
    let features = reference.features.map { ", \"features\": \($0)" } ?? ""
    try folder.put(
      SmallScenario.text(
        model: model, "\"time\": \(time)",
        "\"learning_rate\": {\"prototypes\": \(reference.rate)\(features)}",
        "\"initial_state\": {\(initial.joined(separator: ", "))}",
        "\"solvers\": [{\(reference.solver)\(own)}]", #""observables": ["loss", "norm_z"]"#),
      in: file + ".json")
  }

  private func run(_ file: String) async throws {
    try await expectSuccess(
      ["simulate", "\(file).json", "--states", "\(file).npz", "-o", "\(file).csv", "--quiet"],
      in: folder)
  }

  @Test(arguments: cases) func twoHalvesAreOneWhole(reference: Case) async throws {
    try put(reference, time: #"{"end": 4, "outputs": 5}"#, start: nil, in: "first")
    // The seed of batches comes from the archive too.
    try put(
      reference, time: #"{"begin": "from_state", "end": 8, "outputs": 5}"#, start: "first.npz",
      seed: nil, in: "second")
    try put(reference, time: #"{"end": 8, "outputs": 9}"#, start: nil, in: "whole")
    for file in ["first", "second", "whole"] { try await run(file) }
    let name = reference.solver.contains("\"name\"") ? "exact" : "s"
    for array in reference.hasBias ? ["H", "W", "b"] : ["H", "W"] {
      let found = try #require(try folder.array("\(name)_\(array)", of: "second.npz").reals)
      let expected = try #require(try folder.array("\(name)_\(array)", of: "whole.npz").reals)
      let size = expected.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let error = zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      #expect(error <= reference.tolerance * size, "\(array): \(error / size)")
      #expect(found.count == expected.count)
    }
    #expect(try folder.array("\(name)_time", of: "second.npz").reals == [8])
    let (second, whole) = (
      try CSVTable(try folder.text(of: "second.csv")),
      try CSVTable(try folder.text(of: "whole.csv"))
    )
    for column in ["time", "zeta_h", "zeta_w"] {
      #expect(
        try second.column(column, of: name) == Array(try whole.column(column, of: name)[4...]))
    }
    for column in ["loss", "norm_z"] {
      let own = try second.column(column, of: name)
      for (found, expected) in zip(own, try whole.column(column, of: name)[4...]) {
        #expect(abs(found - expected) <= 4 * reference.tolerance * abs(expected), "\(column)")
      }
    }
  }

  /// Without begin the schedule starts again, as it always has; with a number it goes on.
  @Test func aNumberSaysTheTime() async throws {
    let reference = Self.cases[0]
    try put(reference, time: #"{"end": 4, "outputs": 2}"#, start: nil, in: "first")
    try await run("first")
    for (file, begin) in [("state", "\"begin\": \"from_state\", "), ("number", "\"begin\": 4, ")] {
      try put(
        reference, time: "{\(begin)\"end\": 8, \"outputs\": 3}", start: "first.npz", in: file)
      try await run(file)
    }
    #expect(try folder.data(of: "state.csv") == folder.data(of: "number.csv"))
    try put(reference, time: #"{"end": 4, "outputs": 2}"#, start: "first.npz", in: "again")
    try await run("again")
    #expect(
      try folder.array("s_H", of: "again.npz") != folder.array("s_H", of: "number.npz"))
  }

  /// Three thirds, with a seed of the solver's own and the archive's scenario run again.
  @Test func thirdsGoOnToo() async throws {
    let reference = Self.cases[3]
    try put(reference, time: #"{"end": 2, "outputs": 2}"#, start: nil, in: "a")
    try put(
      reference, time: #"{"begin": "from_state", "end": 3.3, "outputs": 2}"#, start: "a.npz",
      seed: nil, in: "b")
    try put(
      reference, time: #"{"begin": "from_state", "end": 5, "outputs": 2}"#, start: "b.npz",
      seed: nil, in: "c")
    try put(reference, time: #"{"end": 5, "outputs": 2}"#, start: nil, in: "whole")
    for file in ["a", "b", "c", "whole"] { try await run(file) }
    for array in ["s_H", "s_W", "s_b", "s_velocity_H", "s_velocity_W", "s_velocity_b", "s_seed"] {
      #expect(try folder.array(array, of: "c.npz") == folder.array(array, of: "whole.npz"))
    }
    guard case .text(let text) = try folder.array("scenario", of: "c.npz").elements else {
      Issue.record("the scenario is no text")
      return
    }
    try folder.put(text, in: "again.json")
    try await run("again")
    #expect(try folder.data(of: "again.csv") == folder.data(of: "c.csv"))
  }

  @Test func verifyGoesOnToo() async throws {
    for index in [0, 1, 10, 13, 14] {
      let reference = Self.cases[index]
      try put(reference, time: #"{"end": 4, "outputs": 5}"#, start: nil, in: "first")
      try await run("first")
      var other = reference
      if let momentum = reference.solver.range(of: ", \"momentum\": 0.9") {
        other = Case(
          testDescription: "", solver: reference.solver.replacingCharacters(in: momentum, with: ""),
          rate: reference.rate)
      }
      try put(
        other, time: #"{"begin": "from_state", "end": 8, "outputs": 5}"#, start: "first.npz",
        in: "second")
      let result = try await expectSuccess(["verify", "second.json"], in: folder)
      #expect(result.output.contains("exact flow against ode") || index == 14, "\(result.output)")
    }
  }

  @Test func timesAreThoseOfTheWhole() async throws {
    let reference = Self.cases[10]
    try put(reference, time: #"{"begin": 4, "at": [4, 5.5]}"#, start: nil, in: "at")
    try await run("at")
    #expect(try CSVTable(try folder.text(of: "at.csv")).column("time", of: "s") == [4, 5.5])
    try put(
      reference, time: #"{"begin": 4, "end": 12, "outputs": 4, "spacing": "log", "start": 6}"#,
      start: nil, in: "log")
    try await run("log")
    let times = try CSVTable(try folder.text(of: "log.csv")).column("time", of: "s")
    for (time, expected) in zip(times, [4.0, 6, 8, 12]) {
      #expect(abs(time - expected) <= 1e-14 * 12)
    }
    try put(reference, time: #"{"begin": 4, "end": 4}"#, start: nil, in: "one")
    try await run("one")
    #expect(try CSVTable(try folder.text(of: "one.csv")).column("time", of: "s") == [4])
    try put(reference, time: #"{"begin": 4}"#, start: nil, in: "default")
    try await run("default")
    #expect(
      try CSVTable(try folder.text(of: "default.csv")).column("time", of: "s").last == 5)
  }

  @Test func whatCannotGoOnIsRefused() async throws {
    let plain = Self.cases[0]
    try put(plain, time: #"{"end": 4, "outputs": 2}"#, start: nil, in: "plain")
    try await run("plain")
    try folder.put(
      Data(
        try NumpyFiles.encode([
          ("s_H", try folder.array("s_H", of: "plain.npz")),
          ("s_W", try folder.array("s_W", of: "plain.npz")),
        ])), in: "bare.npz")
    let fromState = #"{"begin": "from_state", "end": 8}"#
    let refusals: [(Case, time: String, start: String?, fragments: [String])] = [
      (
        plain, #"{"begin": 9, "end": 8}"#, "plain.npz", ["time.end", "8", "begins, at 9", "larger"]
      ),
      (plain, #"{"begin": "from_state", "end": 3}"#, "plain.npz", ["time.end", "begins, at 4"]),
      (plain, #"{"begin": 4, "at": [3, 5]}"#, "plain.npz", ["time.at", "3", "begins, at 4"]),
      (
        plain, #"{"begin": 4, "end": 8, "spacing": "log", "start": 2}"#, "plain.npz",
        ["time.start", "not after the run begins"]
      ),
      (plain, fromState, nil, ["time.begin", "initial_state.features", "--states"]),
      (plain, fromState, "bare.npz", ["time.begin", "s_time", "give the time as a number"]),
      (plain, fromState, "missing.npz", ["missing.npz"]),
      (plain, #"{"begin": "from_stat", "end": 8}"#, "plain.npz", ["time.begin", "from_state"]),
      (
        plain, #"{"begin": 4.05, "end": 8}"#, "plain.npz",
        ["solvers[0]", "4.05", "no whole number of steps of 0.1"]
      ),
      (
        Self.cases[1], fromState, "plain.npz", ["solvers[0]", "velocity", "iterated descent"]
      ),
    ]
    for (reference, time, start, fragments) in refusals {
      try put(reference, time: time, start: start, in: "x")
      let result = try await DynProcess.run(["validate", "x.json"], in: folder)
      #expect(
        result.status == 65 || result.status == 66, "\(time): \(result.output)\(result.error)")
      for fragment in fragments {
        #expect(
          (result.error + result.output).contains(fragment),
          "\(time): \(result.error)\(result.output) lacks \(fragment)")
      }
    }
    // Exact descent with momentum takes up no velocity.
    try put(Self.cases[1], time: #"{"end": 4, "outputs": 2}"#, start: nil, in: "moving")
    try await run("moving")
    let exact = Case(
      testDescription: "",
      solver: #""kind": "gradient_descent", "form": "exact", "step": 0.1, "momentum": 0.9"#)
    try put(exact, time: fromState, start: "moving.npz", in: "x")
    let result = try await DynProcess.run(["validate", "x.json"], in: folder)
    #expect(result.status == 65 && (result.error + result.output).contains("starts from rest"))
  }
}
