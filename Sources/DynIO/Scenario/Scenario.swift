public import Dynamics

/// A scenario as plain values: what the file says, with defaults filled in but no array loaded.
public struct Scenario: Sendable {
  /// Name of the scenario.
  public var name: String
  /// The validated file with its defaults, as it is kept beside final states.
  public var resolved: Value
  /// The folder that file paths are relative to.
  public var folder: String
  /// The model.
  public var model: ModelSpecification
  /// Where the trajectory starts.
  public var initialState: InitialStateSpecification
  /// eta_1 and eta_2.
  public var rates: LearningRates
  /// The output times, increasing from the time of the start (unless given otherwise).
  public var times: [Double]
  /// The time of the start, and the run that it goes on from.
  var beginning: RunBeginning
  /// The solvers in order, before renaming.
  public var solvers: [NamedSolver]
  /// What is measured; nil for the default of the case.
  public var observables: [String]?
  /// How many outputs apart Hessian spectra are measured; nil for never.
  public var spectrumInterval: Int?
  /// Whether trajectories are compared with the closed form or the first solver.
  public var compares: Bool
  /// When trajectories end early.
  public var stopCondition: StopCondition?
  /// Later phases: from when on, and the scenario with their parameters.
  var phases: [(begin: Double, scenario: Scenario)] = []
}

extension Scenario {
  /// The columns that the key `spectrum` adds for a problem.
  public func spectra(of problem: Problem?) -> [Observable] {
    guard let spectrumInterval, let problem else { return [] }
    return Observable.spectra(every: spectrumInterval, classCount: problem.classCount)
  }

  /// The solvers under the names of the outputs: where rates are not proportional the closed form
  /// is called `reduced` and still answers to `closed_form`.
  public func renamedSolvers(for problem: Problem) -> [NamedSolver] {
    solvers.map { named in
      let isUnnamed = !named.aliases.isEmpty
      guard named.solver.isExactFlow, !problem.hasClosedForm, isUnnamed else {
        return named
      }
      return NamedSolver(
        name: ClosedFormSolver.reducedName, aliases: named.aliases, solver: named.solver)
    }
  }
}

/// An array of a scenario, not yet loaded or drawn.
public enum ArraySpecification: Sendable, Equatable {
  /// Zeros.
  case zeros
  /// Independent normal numbers with a standard deviation.
  case normal(scale: Double)
  /// Columns of a norm in independent random directions.
  case normalColumns(norm: Double)
  /// H or W of a random start with H H' = W W', from the standard deviation of the smaller one.
  case balanced(scale: Double)
  /// A randomly turned simplex ETF with a prototype's norm.
  case simplexETF(scale: Double)
  /// The identity matrix.
  case identity
  /// The numbers themselves, as nested lists.
  case values(Value)
  /// An array of a file, with its layout where the scenario says it.
  case file(path: String, array: String?, layout: ArrayLayout? = nil)

  init(_ fields: Fields) throws(Fault) {
    switch try fields.string("kind") {
    case "zeros": self = .zeros
    case "normal" where fields.has("norm"):
      // A scenario with its defaults filled in has the scale 1 beside a norm.
      guard try fields.number("scale", default: 1) == 1 else {
        throw Fault("scale", "columns of one norm have no scale: give either norm or scale")
      }
      self = .normalColumns(norm: try fields.number("norm"))
    case "normal": self = .normal(scale: try fields.number("scale", default: 1))
    case "simplex_etf": self = .simplexETF(scale: try fields.number("scale", default: 1))
    case "identity": self = .identity
    case "values": self = .values(fields["values"] ?? .null)
    default:
      let array = fields.has("array") ? try fields.string("array") : nil
      let layout = fields.has("layout") ? ArrayLayout(rawValue: try fields.string("layout")) : nil
      self = .file(path: try fields.string("path"), array: array, layout: layout)
    }
  }
}

/// What the rows and columns of a table of features or prototypes are.
public enum ArrayLayout: String, Sendable, CaseIterable {
  /// A row a sample or class: N x p, C x p.
  case rows
  /// A column a sample or class: p x N, p x C.
  case columns
}

/// The model of a scenario.
public struct ModelSpecification: Sendable {
  /// Which variables move; nil when it follows from the decay.
  public var modelCase: ModelCase?
  /// The loss's own keys.
  public var loss: Fields?
  /// C, if given.
  public var classCount: Int?
  /// Class sizes, if given.
  public var profile: ClassProfile?
  /// p, if given, or that of the network.
  public var featureDimension: Int?
  /// Whether it is given.
  public var givesFeatureDimension: Bool
  /// omega.
  public var classWeights: ClassWeights
  /// Decay of features, prototypes and bias; nil for the bias means that of the prototypes.
  public var decay: (features: Decay, prototypes: Decay, bias: Decay?)
  /// Whether one number or word was given for all decays.
  public var sharesDecay: Bool
  /// The linear layers, if they are given.
  public var layers: LayerSpecification?
  /// The decays of W_1, ..., W_L, if they are given one by one.
  public var layerDecays: [Double]?
  /// Whether there is a bias.
  public var hasBias: Bool
  /// Normalised features: whether learning rates are multiplied by their norms.
  public var rescalesLearningRate: Bool
  /// The kernel's factors on coordinates and samples, or the dense kernel.
  public var kernel: KernelSpecification?
  /// The network that makes the features, if there is one.
  public var network: NetworkSpecification?
  /// What replaces one-hot labels, if anything does.
  public var targets: TargetSpecification?
  /// What is kept of the samples; nil where the memory at hand decides.
  public var representation: Representation?
  /// Labels of the columns of H, if given.
  public var labels: ArraySpecification?

  /// What is kept of the samples.
  public enum Representation: String, Sendable, CaseIterable {
    /// All of them.
    case full
    /// The class means and the squared deviations from them.
    case reduced
  }

  /// The word that the loss is named with.
  public var lossName: String { loss.flatMap { try? $0.string("kind") } ?? "unhinged" }

  /// Whether any decay is the critical one.
  var usesCriticalDecay: Bool {
    [decay.features, decay.prototypes, decay.bias].contains(.critical)
  }

  /// A decay: a number or the critical value of the problem.
  public enum Decay: Sendable, Equatable {
    /// The number itself.
    case value(Double)
    /// The decay at which the fastest mode neither grows nor falls.
    case critical
  }
}

/// The targets of a scenario.
public enum TargetSpecification: Sendable {
  /// What the scenario describes.
  case rule(any TargetRule)
  /// A table of a file (C x K).
  case file(ArraySpecification)
}

/// The kernel of a scenario.
public enum KernelSpecification: Sendable {
  /// T (p x p) and K (n x n).
  case kronecker(coordinates: ArraySpecification, samples: ArraySpecification)
  /// A pn x pn matrix.
  case dense(ArraySpecification)
}

/// The initial state of a scenario.
public struct InitialStateSpecification: Sendable {
  /// Seed of the random numbers.
  public var seed: UInt64
  /// H.
  public var features: ArraySpecification
  /// W.
  public var prototypes: ArraySpecification
  /// Whether the scenario leaves it to the model how they are drawn.
  public var drawsPrototypes: Bool
  /// b.
  public var bias: ArraySpecification
  /// The saddle to start near instead of all these.
  public var saddle: SaddleSpecification?
  /// The aligned start in the place of features and prototypes.
  public var aligned: AlignedSpecification?
}

extension InitialStateSpecification {
  /// How the blocks are drawn. A simplex ETF counts as given, though the seed turns it: beside normal
  /// features nothing depends on how it is turned.
  var distribution: StartDistribution {
    StartDistribution(
      features: features.distribution, prototypes: prototypes.distribution,
      bias: bias.distribution)
  }
}

extension ArraySpecification {
  /// How the array is drawn.
  fileprivate var distribution: StartDistribution.Block {
    switch self {
    case .normal(let scale): .entries(deviation: scale)
    case .normalColumns, .balanced: .dependent
    case .zeros, .simplexETF, .identity, .values, .file: .given
    }
  }
}
