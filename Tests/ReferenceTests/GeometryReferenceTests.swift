import DynIO
import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// The geometries of `imbalance_cases.json`, from independent programs.
@Suite struct GeometryReferenceTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let id: String
    let inputs: Fields
    let expected: Fields
    let tolerance: Double
    var testDescription: String { id }
  }

  static let cases: [Case] = {
    guard let file = try? ReferenceFile.value("imbalance_cases.json") else { return [] }
    return Fields(file).list("cases").compactMap { value in
      let fields = Fields(value)
      guard let id = try? fields.string("id"), let tolerance = try? fields.number("tol") else {
        return nil
      }
      return Case(
        id: id, inputs: fields.fields("inputs"), expected: fields.fields("expected"),
        tolerance: tolerance)
    }
  }()

  static let maxMarginCases = cases.filter { $0.inputs.has("kind") }
  static let layeredCases = cases.filter { $0.inputs.has("lams") }
  static let ridgeCases = cases.filter { $0.inputs.has("lam") && $0.inputs.has("k_maj") }

  @Test func theFileHasAllCases() {
    #expect(Self.cases.count >= 22)
    #expect(Self.maxMarginCases.count == 9)
    #expect(Self.layeredCases.count == Self.cases.count { $0.id.hasPrefix("liu") })
    #expect(Self.ridgeCases.count == 3)
  }

  @Test(arguments: maxMarginCases) func maxMarginGeometry(reference: Case) throws {
    let problem = try GeometryProblem(reference)
    let geometry = try problem.maxMargin.solution()
    expect(geometry, problem.groups, reference)
    let certificate = try #require(geometry.certificate)
    #expect(certificate.infeasibility <= 1e-12)
    #expect(certificate.gap <= 1e-12)
  }

  @Test(arguments: layeredCases) func layeredGeometry(reference: Case) throws {
    let decays = reference.inputs.numbers("lams")
    let sizes = reference.inputs.numbers("n").map { Int($0) }
    let layered = LayeredGeometry(
      sizes: sizes, layerDecays: Array(decays.dropLast()), featureDecay: try #require(decays.last),
      hasBias: true)
    let geometry = try layered.solution()
    expect(geometry, ClassGroups(sizes: sizes), reference)
    let s = geometry.singularValues
    check(layered.meanDecay, reference, "lambda_bar")
    check(layered.jump, reference, "jump_s")
    check(s, reference, "s")
    check(try layered.labelModes().values.sorted(by: >), reference, "sigma")
    check(s.map(layered.rowNorm), reference, "row_norms_UT_W")
    check(s.map(layered.columnNorm), reference, "col_norms_MDV")
    let layers = reference.expected.list("layer_singular_values").compactMap(\.numbers)
    for (decay, expected) in zip(decays, layers) {
      for (value, number) in zip(s, expected) {
        let own = layered.columnNorm(value) * (layered.featureDecay / decay).squareRoot()
        #expect(abs(own - number) <= reference.tolerance)
      }
    }
  }

  /// Every case of the file has a test here or in `RidgeReferenceTests`.
  @Test func noCaseIsLeftOut() {
    let others = [
      "cdt_equal_norm_gamma_k10_R10", "cdt_equal_norm_gamma_k10_R100", "asymptotic_table",
      "loss_values", "ridge_ce_thresholds", "ridge_ce_balanced", "yhat_singular_values",
    ]
    let tested = Self.maxMarginCases + Self.layeredCases + Self.ridgeCases
    #expect(Set(tested.map(\.id) + others) == Set(Self.cases.map(\.id)))
  }

  @Test func labelSingularValues() throws {
    let reference = try #require(Self.cases.first { $0.id == "yhat_singular_values" })
    let sizes = reference.inputs.numbers("n").map { Int($0) }
    let values = try ClassOperator.centredLabels(sizes: sizes).modes().values
    check(values.sorted(by: >), reference, "sigma")
  }

  /// Sums over four samples whose logits are the product of W with unit features.
  @Test func lossValues() throws {
    let reference = try #require(Self.cases.first { $0.id == "loss_values" })
    let inputs = reference.inputs
    let rows = inputs.list("Z").compactMap(\.numbers)
    let partition = try ClassPartition(
      labels: inputs.numbers("y").map { Int($0) }, classCount: rows.count)
    let delta = inputs.numbers("delta")
    let losses: [(key: String, loss: any Loss, weights: ClassWeights)] = [
      ("CE", CrossEntropyLoss(), .uniform),
      ("CDT", ClassTemperatureLoss(multipliers: delta), .uniform),
      ("LDT", LabelTemperatureLoss(multipliers: delta), .uniform),
      (
        "LA_logits_plus_iota",
        VectorScalingLoss(multipliers: [1, 1, 1], offsets: inputs.numbers("iota")), .uniform
      ),
      ("wCE", CrossEntropyLoss(), .list(inputs.numbers("omega"))),
    ]
    let samples = rows[0].count
    let state = State(
      features: partition.sorting(.identity(samples)),
      prototypes: Matrix(rows: samples, columns: rows.count) { rows[$1][$0] })
    for (key, loss, weights) in losses {
      let problem = Problem(
        modelCase: .unconstrained, loss: loss,
        labels: try LabelOperator(
          partition: partition, loss: .averaged(classCount: rows.count), classWeights: weights),
        initialState: state, rates: LearningRates(prototypes: ConstantSchedule(1)))
      let mean = FullSnapshot(time: 0, problem: problem, state: state).objective().loss
      check(mean * Double(samples), reference, key)
    }
  }

  @Test func equalNormsOfClassTemperatures() throws {
    for reference in Self.cases where reference.id.hasPrefix("cdt_equal_norm") {
      let (classes, ratio) = (
        try reference.inputs.integer("k"), try reference.inputs.number("R")
      )
      let power = try reference.expected.number("gamma")
      check(pow(ratio, power), reference, "Delta")
      let sizes =
        Array(repeating: ratio, count: classes / 2) + Array(repeating: 1, count: classes / 2)
      let geometry = try MaxMarginGeometry(
        sizes: sizes, multipliers: sizes.map { pow($0, power) },
        labelFactors: sizes.map { _ in 1 }
      ).solution()
      let groups = GroupGeometry(
        gram: geometry.gramPrototypes, groups: ClassGroups(sizes: sizes.map { Int($0) }))
      #expect(abs(groups.squaredNormRatio - 1) <= 1e-9)
    }
  }

  /// The limits of large ratios. The published table has the embeddings' rows of the class
  /// temperatures wrong; these are the limits of the source's own lemma.
  @Test func limitsOfLargeRatios() throws {
    let reference = try #require(Self.cases.first { $0.id == "asymptotic_table" })
    let columns: [(prefix: String, isLabel: Bool, key: String, power: Double)] = [
      ("cdt_cos_w_min", false, "lt_1_6", -0.5), ("cdt_cos_w_min", false, "gt_1_6", 0.6),
      ("cdt_cos_w_min", false, "eq_1_6", 1.0 / 6), ("cdt_cos_w_maj", false, "lt_0", -0.5),
      ("cdt_cos_w_maj", false, "eq_0", 0), ("cdt_cos_w_maj", false, "gt_0", 0.5),
      ("cdt_cos_h_min", false, "any", -0.5), ("cdt_cos_h_min", false, "any", 0),
      ("cdt_cos_h_min", false, "any", 0.5), ("cdt_cos_h_maj", false, "lt_0", -0.5),
      ("cdt_cos_h_maj", false, "eq_0", 0), ("cdt_cos_h_maj", false, "gt_0", 0.5),
      ("ldt_cos_w_min", true, "lt_half", 0), ("ldt_cos_w_min", true, "eq_half", 0.5),
      ("ldt_cos_w_min", true, "gt_half", 1), ("ldt_cos_w_maj", true, "lt_half", 0),
      ("ldt_cos_w_maj", true, "eq_half", 0.5), ("ldt_cos_w_maj", true, "gt_half", 1),
      ("ldt_cos_h_min", true, "lt_half", 0), ("ldt_cos_h_min", true, "eq_half", 0.5),
      ("ldt_cos_h_min", true, "gt_half", 1), ("ldt_cos_h_maj", true, "lt_half", 0),
      ("ldt_cos_h_maj", true, "eq_half", 0.5), ("ldt_cos_h_maj", true, "gt_half", 1),
    ]
    for column in columns {
      let expected = try reference.expected.fields(column.prefix).number(column.key)
      // The limits are approached like a power of R: the distance falls, and ends small.
      let distances = try [1e12, 1e24, 1e36].map { ratio in
        abs(try cosine(column.prefix, ratio: ratio, power: column.power, column.isLabel) - expected)
      }
      #expect(distances[2] <= 1e-3, "\(column)")
      #expect(distances[2] <= distances[0] + 1e-12, "\(column)")
    }
  }

  private func cosine(
    _ name: String, ratio: Double, power: Double, _ isLabel: Bool
  ) throws -> Double {
    let sizes = Array(repeating: ratio, count: 5) + Array(repeating: 1, count: 5)
    let (powers, ones) = (sizes.map { pow($0, power) }, sizes.map { _ in 1.0 })
    let geometry = try MaxMarginGeometry(
      sizes: sizes, multipliers: isLabel ? ones : powers, labelFactors: isLabel ? powers : ones
    ).solution()
    let gram = name.contains("_w_") ? geometry.gramPrototypes : geometry.gramClassMeans
    let groups = GroupGeometry(
      gram: gram, groups: ClassGroups(isMajority: sizes.map { $0 > 1 }))
    return name.hasSuffix("maj") ? groups.majorityCosine : groups.minorityCosine
  }

  private func expect(
    _ geometry: CollapsedGeometry, _ groups: ClassGroups, _ reference: Case
  ) {
    check(geometry.objective, reference, "svm_optimum_half_sum_norms")
    check(geometry.objective, reference, "objective")
    check(geometry.singularValues, reference, "singular_values")
    check(geometry.gramPrototypes, reference, "WtW")
    check(geometry.gramClassMeans, reference, "MtM")
    check(geometry.logits, reference, "WtM")
    check(geometry.gramPrototypes.distanceToSimplexETF, reference, "dist_to_ETF_W")
    check(geometry.gramClassMeans.distanceToSimplexETF, reference, "dist_to_ETF_M")
    check(geometry.logits.distanceToSimplexETF, reference, "dist_to_ETF_logits")
    if let bias = geometry.bias { check(bias, reference, "bias") }
    if let rank = geometry.rank { check(Double(rank), reference, "rank") }
    if let threshold = geometry.threshold { check(threshold, reference, "threshold") }
    for (letter, gram) in [("w", geometry.gramPrototypes), ("h", geometry.gramClassMeans)] {
      let own = GroupGeometry(gram: gram, groups: groups)
      check(own.majoritySquaredNorm, reference, "\(letter)_norm2_maj")
      check(own.minoritySquaredNorm, reference, "\(letter)_norm2_min")
      check(own.squaredNormRatio, reference, "\(letter)_norm2_ratio")
      check(own.majorityCosine, reference, "cos_\(letter)_maj")
      check(own.minorityCosine, reference, "cos_\(letter)_min")
      check(own.mixedCosine, reference, "cos_\(letter)_majmin")
      let count = gram.rows
      check((0..<count).map { gram[$0, $0] }, reference, "\(letter)_norm2")
      if reference.expected.has("cos_\(letter)_offdiag") {
        for (row, column) in [(0, 1), (1, 3), (2, count - 1)] {
          let cosine = gram[row, column] / (gram[row, row] * gram[column, column]).squareRoot()
          check(cosine, reference, "cos_\(letter)_offdiag")
        }
      }
    }
    let alignments = (0..<geometry.logits.rows).map { label in
      geometry.logits[label, label]
        / (geometry.gramPrototypes[label, label] * geometry.gramClassMeans[label, label])
        .squareRoot()
    }
    check(alignments, reference, "cos_wh")
    if let own = groups.majorities.first { check(alignments[own], reference, "cos_wh_maj") }
    if let own = groups.minorities.first { check(alignments[own], reference, "cos_wh_min") }
  }

  private func check(_ value: Double, _ reference: Case, _ key: String) {
    guard case .number(let expected)? = reference.expected[key] else { return }
    #expect(abs(value - expected) <= reference.tolerance * max(abs(expected), 1), "\(key)")
  }

  private func check(_ values: [Double], _ reference: Case, _ key: String) {
    guard let expected = reference.expected[key]?.numbers else { return }
    #expect(values.count == expected.count, "\(key)")
    for (value, number) in zip(values, expected) {
      #expect(abs(value - number) <= reference.tolerance * max(abs(number), 1), "\(key)")
    }
  }

  private func check(_ matrix: Matrix, _ reference: Case, _ key: String) {
    let rows = reference.expected.list(key).compactMap(\.numbers)
    guard !rows.isEmpty else { return }
    #expect(matrix.elements.count == rows.flatMap { $0 }.count)
    for (value, number) in zip(matrix.elements, rows.flatMap { $0 }) {
      #expect(abs(value - number) <= reference.tolerance * max(abs(number), 1), "\(key)")
    }
  }
}

/// The inputs of a max-margin case.
private struct GeometryProblem {
  let maxMargin: MaxMarginGeometry
  let groups: ClassGroups

  init(_ reference: GeometryReferenceTests.Case) throws {
    let inputs = reference.inputs
    let sizes: [Double]
    let multipliers: [Double]
    if inputs.has("n") {
      sizes = inputs.numbers("n")
      multipliers = inputs.numbers("delta")
    } else {
      let classes = try inputs.integer("k")
      let minorities = Int(
        (try inputs.number("rho", default: 0.5) * Double(classes)).rounded())
      let smallest = try inputs.number("nmin", default: 1)
      let isMajority = (0..<classes).map { $0 < classes - minorities }
      let ratio = try inputs.number("R")
      let multiplier = (
        try inputs.number("delta_maj", default: 1), try inputs.number("delta_min", default: 1)
      )
      sizes = isMajority.map { $0 ? ratio * smallest : smallest }
      multipliers = isMajority.map { $0 ? multiplier.0 : multiplier.1 }
    }
    let ones = sizes.map { _ in 1.0 }
    let isLabel = try inputs.string("kind") == "LDT"
    maxMargin = MaxMarginGeometry(
      sizes: sizes, multipliers: isLabel ? ones : multipliers,
      labelFactors: isLabel ? multipliers : ones)
    groups = ClassGroups(sizes: sizes.map { Int($0) })
  }
}
