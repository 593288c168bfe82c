import DynNumerics
import Dynamics
import Testing

@Suite struct LabelModesTests {
  @Test(arguments: LabelCase.all) func factorsRebuildTheClassOperator(_ sample: LabelCase) throws {
    let labels = try sample.labels()
    let modes = labels.modes
    let expected = ExplicitModel(labels, gamma: sample.gamma).classOperator
    let rebuilt = modes.left.scalingColumns(by: modes.values).looped(modes.right.transposed)
    #expect(rebuilt.gap(to: expected) <= 1e-14 * modes.largestValue)
  }

  @Test(arguments: LabelCase.all) func modesAreOrthonormal(_ sample: LabelCase) throws {
    let modes = try sample.labels().modes
    let identity = Matrix.identity(sample.sizes.count)
    #expect(modes.left.transposed.looped(modes.left).gap(to: identity) <= 1e-14)
    #expect(modes.right.transposed.looped(modes.right).gap(to: identity) <= 1e-14)
  }

  @Test(arguments: LabelCase.all) func valuesAreTheSingularValues(_ sample: LabelCase) throws {
    let labels = try sample.labels()
    let expected = ExplicitModel(labels, gamma: sample.gamma).classOperator.jacobiSingularValues
    let found = labels.modes.values.sorted(by: >)
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-14 * expected[0] })
    #expect(abs(labels.modes.largestValue - expected[0]) <= 1e-14 * expected[0])
  }

  @Test(arguments: LabelCase.all) func indexLeadsFromModesToDistinctValues(
    _ sample: LabelCase
  ) throws {
    let modes = try sample.labels().modes
    #expect(modes.index.count == sample.sizes.count)
    #expect(modes.index.map { modes.distinctValues[$0] } == modes.values)
    #expect(Set(modes.index) == Set(modes.distinctValues.indices))
  }

  @Test(arguments: LabelCase.balanced) func balancedValuesAreThoseOfTheTheory(
    _ sample: LabelCase
  ) throws {
    let modes = try sample.labels().modes
    let classes = Double(sample.sizes.count)
    let scale = 1 / (classes * Double(sample.sizes[0]).squareRoot())
    let mu1 = (1 + sample.gamma) * scale
    let mu2 = abs(1 + sample.gamma - sample.gamma * classes) * scale
    #expect(modes.distinctValues.count == 2)
    #expect(modes.index.dropLast().allSatisfy { $0 == 0 } && modes.index.last == 1)
    #expect(abs(modes.distinctValues[0] - mu1) <= 2 * mu1.ulp)
    #expect(abs(modes.distinctValues[1] - mu2) <= 4e-16 * mu1 * classes)
    #expect(modes.withinTieValue == modes.distinctValues[0])
  }

  @Test(arguments: [3, 4, 5, 7, 10, 100, 1000]) func averagedMarginHasNoCommonMode(
    classes: Int
  ) throws {
    let labels = try LabelOperator(
      partition: ClassPartition(sizes: [Int](repeating: 2, count: classes)),
      loss: .averaged(classCount: classes))
    #expect(labels.modes.distinctValues[1] <= 2e-16 * labels.modes.distinctValues[0])
  }

  @Test func commonModeOfBalancedDataIsTheConstantVector() throws {
    let modes = try LabelCase(sizes: [3, 3, 3, 3], gamma: 0.1).labels().modes
    #expect(modes.left.column(3).allSatisfy { abs(abs($0) - 0.5) <= 1e-16 })
    #expect(modes.right.column(3).allSatisfy { abs(abs($0) - 0.5) <= 1e-16 })
  }

  @Test(arguments: LabelCase.uneven + LabelCase.grouped) func gramMatrixFollowsTheThreshold(
    _ sample: LabelCase
  ) throws {
    let labels = try sample.labels()
    let (modes, gamma) = (labels.modes, sample.gamma)
    let classes = Double(sample.sizes.count)
    let samples = Double(sample.sizes.reduce(0, +))
    let e = zip(sample.sizes, labels.groupWeights).map { Double($0).squareRoot() * $1 }
    let expected = Matrix(rows: e.count, columns: e.count) { row, column in
      (row == column ? (1 + gamma) * (1 + gamma) * e[row] * e[row] : 0)
        + gamma * ((classes - 2) * gamma - 2) * e[row] * e[column]
    }
    let squares = modes.values.map { samples * samples * $0 * $0 }
    let found = modes.right.scalingColumns(by: squares).looped(modes.right.transposed)
    #expect(found.gap(to: expected) <= 2e-14 * (squares.max() ?? 0))
  }

  @Test(arguments: [[9, 4, 1, 25], [50, 5, 5, 5, 5], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])
  func inverseRootWeightsRestoreTheBalancedModes(sizes: [Int]) throws {
    for gamma in [0.05, 1 / Double(sizes.count - 1)] {
      let sample = LabelCase(sizes: sizes, gamma: gamma, weights: .inverseSqrtFrequency)
      let modes = try sample.labels().modes
      #expect(modes.distinctValues.count == 2)
      #expect(modes.index.dropLast().allSatisfy { $0 == 0 })
    }
  }

  @Test func differencesWithinAGroupShareTheirValueToTheLastBit() throws {
    let modes = try LabelCase(sizes: [9, 4, 4, 9, 4, 1], gamma: 0.2).labels().modes
    let expected = [1.2 * 3 / 31, 1.2 * 2 / 31]
    #expect(modes.distinctValues.count == 2 + 3)
    #expect(modes.index.count { $0 == 0 } == 1 && modes.index.count { $0 == 1 } == 2)
    #expect(zip(modes.distinctValues, expected).allSatisfy { abs($0 - $1) <= 2 * $1.ulp })
    #expect(modes.withinTieValue == nil)
  }
}
