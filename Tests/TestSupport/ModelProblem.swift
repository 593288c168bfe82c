import DynNumerics
import Dynamics

/// A small problem of any composition of model parts.
public struct ModelProblem: Sendable, CustomStringConvertible {
  /// Which variables move and how features enter.
  public let modelCase: ModelCase
  /// Whether features are a network's.
  public let hasNetwork: Bool
  /// Whether linear layers stand in the place of the prototypes.
  public let hasLayers: Bool
  /// Whether each sample's learning rate is multiplied by its norm.
  public let rescales: Bool

  /// n_c.
  public static let sizes = [3, 2, 2]

  /// Every composition that scenarios allow.
  public static let all: [ModelProblem] = ModelCase.all.flatMap { modelCase in
    [false, true].flatMap { hasNetwork in
      [false, true].flatMap { hasLayers in
        [false, true].compactMap { rescales -> ModelProblem? in
          if modelCase.hasKernel, hasNetwork || hasLayers { return nil }
          if hasLayers, !modelCase.movesPrototypes { return nil }
          if rescales, !modelCase.normalizesFeatures { return nil }
          return ModelProblem(
            modelCase: modelCase, hasNetwork: hasNetwork, hasLayers: hasLayers, rescales: rescales)
        }
      }
    }
  }

  /// The case and what stands beside it.
  public var description: String {
    modelCase.name + (hasNetwork ? " of a network" : "") + (hasLayers ? " with layers" : "")
      + (rescales ? ", rescaled" : "")
  }

  /// The problem with a loss; without decay where the case allows none.
  public func problem(_ loss: any Loss, seed: UInt64 = 3) throws -> Problem {
    var random = RandomNumbers(seed)
    let partition = ClassPartition(sizes: Self.sizes)
    let (p, n, classes) = (4, partition.sampleCount, Self.sizes.count)
    var state = State(
      features: random.matrix(p, n), prototypes: 0.7 * random.matrix(p, classes),
      bias: modelCase.allowsBias ? (0.3 * random.matrix(1, classes)).elements : nil)
    if hasLayers {
      state = State(
        features: state.features,
        layers: [0.7 * random.matrix(3, p), 0.7 * random.matrix(classes, 3)], bias: state.bias)
    }
    let source: any FeatureSource
    if hasNetwork {
      let network = try NetworkInputs(
        inputs: random.matrix(3, n), sizes: Self.sizes, testInputs: random.matrix(3, 2),
        testLabels: [0, 1])
      let features = NetworkFeatures(network)
      state.hidden = [0.8 * random.matrix(5, 4), 0.8 * random.matrix(p, 6)]
      features.placeFeatures(in: &state)
      source = features
    } else if modelCase.hasKernel {
      source = KernelFeatures(
        KroneckerKernel(coordinates: random.kernel(p), samples: random.kernel(n)))
    } else {
      source = FreeFeatures()
    }
    return Problem(
      modelCase: modelCase, loss: loss,
      labels: try LabelOperator(
        partition: partition, loss: loss.unhinged ?? .averaged(classCount: classes),
        classWeights: .list([0.8, 1, 1.3])),
      decay: decay, rescalesLearningRate: rescales, features: source, initialState: state,
      rates: LearningRates(prototypes: ConstantSchedule(0.5), features: .proportional(1.3)))
  }

  private var decay: WeightDecay {
    let allowsFeatures =
      hasNetwork ? modelCase != .unconstrained : modelCase.allowsFeatureDecay
    let prototypes = modelCase.allowsPrototypeDecay ? 0.07 : 0
    return WeightDecay(
      features: allowsFeatures ? 0.05 : 0, prototypes: prototypes,
      bias: prototypes == 0 ? 0 : 0.03,
      layers: hasLayers ? [prototypes, prototypes / 2] : [])
  }
}
