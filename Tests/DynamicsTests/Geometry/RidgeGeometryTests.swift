import DynNumerics
import Dynamics
import Foundation
import TestSupport
import Testing

/// The ridge geometry against training of the whole model, and against its optimality conditions.
@Suite struct RidgeGeometryTests {
  static let sizes = [6, 4, 2]

  static let losses: [any AdjustedCrossEntropy] = [
    CrossEntropyLoss(), ClassTemperatureLoss(multipliers: [1, 1.5, 0.7]),
    LabelTemperatureLoss(multipliers: [0.8, 1, 1.6]),
    VectorScalingLoss(multipliers: [1.2, 1, 0.8], offsets: [0.5, 0, -0.7]),
    LogitAdjustedLoss(strength: 1, classSizes: sizes.map(Double.init)),
    LabelMarginLoss(largestMargin: 0.5, scale: 2, classSizes: sizes.map(Double.init)),
  ]

  /// Different decays and class weights: absolute norms, angles and the objective of the model that
  /// descent has trained, features and all.
  @Test(arguments: losses.indices) func trainedModelsEndThere(index: Int) throws {
    var random = RandomNumbers(5)
    let partition = ClassPartition(sizes: Self.sizes)
    let problem = Problem(
      modelCase: .regularized, loss: Self.losses[index],
      labels: try LabelOperator(
        partition: partition, loss: .averaged(classCount: 3),
        classWeights: .list([1, 0.5, 1.5])),
      decay: WeightDecay(features: 0.02, prototypes: 0.05, bias: 0),
      initialState: State(
        features: random.matrix(4, partition.sampleCount), prototypes: random.matrix(4, 3)),
      rates: LearningRates(prototypes: ConstantSchedule(1)))
    let simulation = Simulation(
      prepared: try PreparedProblem(problem),
      solvers: [
        NamedSolver(
          name: "descent",
          solver: GradientDescentSolver(
            step: 0.3, form: .iterated, momentum: Momentum(factor: 0.9, isNesterov: true)))
      ],
      times: [600],
      observables: Observables.named([
        "objective", "nc1_quot", "geometry_distance_w", "geometry_distance_h",
        "geometry_distance_logits",
      ]), keepsStates: true)
    let trajectory = try #require(simulation.run().first)
    let values = try #require(trajectory.rows.last).values
    let geometry = try #require(problem.predictedGeometry).solution()
    #expect(abs(values[0] - geometry.objective) <= 1e-12)
    #expect(values[1] <= 1e-15)
    #expect(values[2] <= 1e-7)
    #expect(values[3] <= 1e-7)
    #expect(values[4] <= 1e-7)
    let state = try #require(trajectory.finalState).unscaled
    let gram = state.prototypes.transposedTimes(state.prototypes)
    let error = (gram - geometry.gramPrototypes).elements.norm
    #expect(error <= 1e-6 * gram.elements.norm)
    let means = problem.labels.classSums(state.features).scalingColumns(
      by: Self.sizes.map { 1 / Double($0) })
    let meanGram = means.transposedTimes(means)
    let meanError = (meanGram - geometry.gramClassMeans).elements.norm
    #expect(meanError <= 1e-6 * meanGram.elements.norm)
  }

  @Test(arguments: losses.indices, [1.0, 1e-2, 1e-8, 1e-128])
  func certificatesHold(index: Int, decay: Double) throws {
    let geometry = try RidgeGeometry(
      loss: Self.losses[index], sizes: Self.sizes, classWeights: [1, 2, 0.5],
      featureDecay: decay, prototypeDecay: 3 * decay
    ).solution()
    let certificate = try #require(geometry.certificate)
    #expect(certificate.gap <= 1e-10)
    #expect(certificate.infeasibility <= 1e-10)
  }

  /// Random sizes, factors, weights and decays: the convex problem's own conditions say that the
  /// search has found its minimum.
  @Test(arguments: 0..<40) func randomProblemsAreOptimal(seed: Int) throws {
    var random = RandomNumbers(UInt64(seed))
    let classes = Int.random(in: 2...9, using: &random)
    func numbers(_ range: ClosedRange<Double>) -> [Double] {
      (0..<classes).map { _ in exp(Double.random(in: range, using: &random)) }
    }
    let sizes = numbers(0...7).map { Int($0) }
    let factors = numbers(-1...1)
    let losses: [any AdjustedCrossEntropy] = [
      CrossEntropyLoss(), ClassTemperatureLoss(multipliers: factors),
      LabelTemperatureLoss(multipliers: factors),
    ]
    let decay = pow(10, Double.random(in: -128...0, using: &random))
    let geometry = try RidgeGeometry(
      loss: losses[seed % 3], sizes: sizes, classWeights: numbers(-1...1), featureDecay: decay,
      prototypeDecay: decay * exp(Double.random(in: -2...2, using: &random))
    ).solution()
    let certificate = try #require(geometry.certificate)
    #expect(certificate.gap <= 1e-9)
    #expect(certificate.infeasibility <= 1e-9)
  }

  /// Multipliers change the limit, not the pace: the distance to it falls like 1/log(1/lambda).
  @Test(arguments: [1, 2]) func multipliersKeepThePace(index: Int) throws {
    let limit = try MaxMarginGeometry(loss: Self.losses[index], sizes: Self.sizes).solution()
    let distances = try [1e-16, 1e-32, 1e-64, 1e-128].map { decay in
      try RidgeGeometry(
        loss: Self.losses[index], sizes: Self.sizes, classWeights: [1, 1, 1],
        featureDecay: decay, prototypeDecay: decay
      ).solution().gramPrototypes.normalizedDistance(to: limit.gramPrototypes)
    }
    #expect(distances[3] <= 0.007)
    for (distance, next) in zip(distances, distances.dropFirst()) {
      #expect(abs(distance / next - 2) <= 0.15)
    }
  }
}
