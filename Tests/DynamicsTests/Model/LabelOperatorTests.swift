import DynNumerics
import Dynamics
import TestSupport
import Testing

@Suite struct LabelOperatorTests {
  private let rows = 4

  private func setting(
    _ sample: LabelCase
  ) throws -> (labels: LabelOperator, model: ExplicitModel, features: Matrix, prototypes: Matrix) {
    let labels = try sample.labels()
    let model = ExplicitModel(labels, gamma: sample.gamma)
    var random = RandomNumbers(5)
    return (
      labels, model, random.matrix(rows, model.sampleCount),
      random.matrix(rows, sample.sizes.count)
    )
  }

  @Test(arguments: LabelCase.all) func pullIsTheProductWithTheOperator(
    _ sample: LabelCase
  ) throws {
    let (labels, model, _, prototypes) = try setting(sample)
    let expected = prototypes.looped(model.operatorMatrix)
    let pulls = labels.pull(prototypes)
    #expect(pulls.columns == sample.sizes.count)
    let spread = Matrix(rows: rows, columns: model.sampleCount) { pulls[$0, model.labels[$1]] }
    #expect(spread.gap(to: expected) <= 1e-14 * max(expected.largestEntry, 0.1))
    #expect(labels.repeated(pulls) == spread)
  }

  @Test(arguments: LabelCase.all) func pushIsTheProductWithItsTranspose(
    _ sample: LabelCase
  ) throws {
    let (labels, model, features, _) = try setting(sample)
    let expected = features.looped(model.operatorMatrix.transposed)
    let push = labels.push(classSums: labels.classSums(features))
    #expect(push.gap(to: expected) <= 1e-14 * max(expected.largestEntry, 1))
  }

  @Test(arguments: LabelCase.all) func classSumsAndProjectionAreProductsWithLabels(
    _ sample: LabelCase
  ) throws {
    let (labels, model, features, _) = try setting(sample)
    let oneHot = Matrix(rows: sample.sizes.count, columns: model.sampleCount) {
      $0 == model.labels[$1] ? 1 : 0
    }
    #expect(labels.classSums(features).gap(to: features.looped(oneHot.transposed)) <= 1e-14)
    let expected = features.looped(model.unitLabels.transposed)
    #expect(labels.project(features).gap(to: expected) <= 1e-14)
  }

  @Test(arguments: LabelCase.all) func theOperatorSplitsIntoClassOperatorAndLabels(
    _ sample: LabelCase
  ) throws {
    let (_, model, _, _) = try setting(sample)
    let product = model.classOperator.looped(model.unitLabels)
    #expect(product.gap(to: model.operatorMatrix) <= 1e-15 * model.operatorMatrix.largestEntry * 4)
  }

  @Test(arguments: LabelCase.all) func biasDriveIsTheRowSum(_ sample: LabelCase) throws {
    let (labels, model, _, _) = try setting(sample)
    let ones = Matrix(rows: model.sampleCount, columns: 1) { _, _ in 1 }
    let expected = model.operatorMatrix.looped(ones)
    let drive = Matrix(rows: sample.sizes.count, columns: 1, elements: labels.biasDrive)
    #expect(drive.gap(to: expected) <= 4e-15 * (1 + sample.gamma))
  }

  @Test(arguments: LabelCase.balanced) func criticalDecayOfBalancedDataIsTheContracts(
    _ sample: LabelCase
  ) throws {
    let root = Double(sample.sizes[0]).squareRoot()
    let expected = (1 + sample.gamma) / (Double(sample.sizes.count) * root)
    #expect(abs(try sample.labels().criticalDecay - expected) <= 2 * expected.ulp)
  }

  @Test(arguments: LabelCase.uneven) func criticalDecayOfUnevenDataIsTheLargestSingularValue(
    _ sample: LabelCase
  ) throws {
    let labels = try sample.labels()
    guard !labels.isBalancedAndUnweighted else { return }
    let expected = ExplicitModel(labels, gamma: sample.gamma).classOperator.jacobiSingularValues[0]
    #expect(abs(labels.criticalDecay - expected) <= 1e-14 * expected)
  }

  @Test func lossIsItsDefinition() {
    let loss = UnhingedLoss(gamma: 0.25)
    #expect(loss.value(logits: [1.0, 2, -4].span, label: 1) == -2 + 0.25 * (1 - 4))
    #expect(UnhingedLoss.averaged(classCount: 5).gamma == 0.25)
  }

  @Test func infiniteWeightsAreRefused() {
    #expect(throws: NumericsError.self) {
      _ = try LabelOperator(
        partition: ClassPartition(sizes: [1, 2]), loss: UnhingedLoss(gamma: 1),
        classWeights: .list([.infinity, 1]))
    }
  }
}
