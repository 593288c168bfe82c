public import Dynamics

/// The scenario format. Validation, defaults and the JSON Schema all read this one description.
public enum ScenarioFormat {
  /// The whole file.
  public static let shape = Shape.object([
    .optional("name", .string, "name of the scenario; default: the file's name"),
    .optional("description", .string, "what the scenario shows"),
    .required("model", model, "the layer-peeled model and its labels"),
    .optional("initial_state", initialState, "the state at time 0"),
    .optional("learning_rate", learningRate, "the learning rates as functions of time"),
    .optional("time", time, "the output times"),
    .optional(
      "solvers", .list(of: solver, minimumCount: 1), "how trajectories are found",
      default: .list([.object([.init(key: "kind", value: .string("closed_form"))])])),
    .optional(
      "observables", .list(of: .choice(Observables.all.map(\.name)), minimumCount: 0),
      "what is measured; default: all that are cheap for the case"),
    .optional(
      "spectrum",
      .object([
        .optional(
          "every", .integer(.atLeast(1)), "how many outputs apart, from the first",
          default: .number(1))
      ]), "adds columns with the extremes of Hessian spectra, total and class-wise"),
    .optional(
      "compare", .boolean,
      "whether trajectories are compared with the closed form, which keeps the initial state in "
        + "memory", default: .boolean(true)),
    .optional("stop_when", stopWhen, "ends every trajectory at its first output that meets it"),
    .optional(
      "phases",
      .list(
        of: .object([
          .optional("until", .number(.positive), "when the next phase begins; the last has none"),
          .optional(
            "set", .map(of: .anything),
            "values of the phase by dotted path, below model.loss, model.class_weights, "
              + "model.targets, model.weight_decay or learning_rate; others are the scenario's"),
        ]), minimumCount: 1),
      "parameters that change at given times; the schedules' times and velocities run on"),
    .optional(
      "sweep", sweep,
      "runs the scenario for every combination of values; keys are dotted paths"),
    .optional("$schema", .string, "where an editor finds this schema; ignored"),
  ])

  /// Values of a key as a list, or [first, last, how many] evenly spaced.
  static let sweep = Shape.map(
    of: .either([
      .list(of: .anything, minimumCount: 1),
      .object([
        .optional("linear", .list(of: .number(.any), minimumCount: 3), "evenly spaced values"),
        .optional(
          "log", .list(of: .number(.positive), minimumCount: 3), "values in equal ratios"),
      ]),
    ]))

  static let model = Shape.object([
    .optional(
      "case", .choice(ModelCase.all.map(\.name)),
      ModelCase.all.map { "\($0.name): \($0.summary)" }.joined(separator: "; ")
        + "; default: unconstrained, regularized when a decay is positive"),
    .optional("loss", Losses.kinds(classSizes: [1, 1]).shape(), "what is minimised"),
    .optional("classes", .integer(.atLeast(2)), "number of classes C"),
    .optional(
      "samples_per_class", samplesPerClass,
      "class sizes n_c; of label sets and values the sizes of groups"),
    .optional(
      "targets", .kinds(TargetRules.kinds.map(\.description) + [ArrayKind.file]),
      "what samples are trained towards instead of one-hot labels; a file is a table of values, C x K"
    ),
    .optional("feature_dimension", .integer(.atLeast(1)), "feature dimension p"),
    .optional(
      "class_weights",
      .either([
        .choice(["uniform", "inverse_frequency", "inverse_sqrt_frequency"]),
        .list(of: .number(.positive), minimumCount: 2),
        .kinds([
          KindDescription(
            "effective_number", "proportional to (1 - beta)/(1 - beta^n_c)",
            parameters: [
              .optional(
                "beta", .number(.from(0, through: 0.999999999)), "0 is uniform",
                default: .number(0.9999))
            ])
        ]),
      ]), "weights omega_c of the classes in the mean loss", default: .string("uniform")),
    .optional("weight_decay", weightDecay, "factors lambda of the terms lambda/2 |.|^2"),
    .optional("layers", layers, "linear layers W_L...W_1 in the place of W'"),
    .optional("bias", .boolean, "whether the logits have a bias", default: .boolean(false)),
    .optional(
      "rescale_learning_rate", .boolean,
      "normalised features only: multiply the learning rate by each feature's norm",
      default: .boolean(false)),
    .optional(
      "representation", .choice(ModelSpecification.Representation.allCases.map(\.rawValue)),
      "reduced keeps class means and scatter instead of samples, for the exact solvers of the "
        + "linear cases; default: full, reduced where the full state does not fit into memory"),
    .optional("kernel", kernel, "ntk_invariant only: the constant tangent kernel"),
    .optional(
      "network", NetworkSpecification.shape,
      "a network on inputs that makes the features, beside every case but ntk_invariant; "
        + "weight_decay.features is then that of its weights"),
    .optional(
      "labels", .kinds([ArrayKind.file, ArrayKind.values]),
      "labels 0..C-1 of the columns of H, of label sets and values the numbers of their groups; "
        + "default: sorted by class"),
  ])

  private static let samplesPerClass = Shape.either([
    .integer(.atLeast(1)), .list(of: .integer(.atLeast(1)), minimumCount: 2),
    .kinds([
      KindDescription(
        "step", "majorities first, then minorities of majority/ratio samples",
        parameters: [
          .required("majority", .integer(.atLeast(1)), "samples of a majority class"),
          .required("ratio", .number(.atLeast(1)), "imbalance ratio"),
          .optional(
            "minority_fraction", .number(.from(0, through: 1)), "share of minority classes",
            default: .number(0.5)),
        ]),
      KindDescription(
        "exponential", "n_c = max(1, floor(largest ratio^(-c/(C-1))))",
        parameters: [
          .required("largest", .integer(.atLeast(1)), "samples of the largest class"),
          .required("ratio", .number(.atLeast(1)), "largest over smallest class"),
        ]),
    ]),
  ])

  private static let decay = Shape.either([.number(.nonNegative), .choice(["critical"])])

  private static let weightDecay = Shape.either([
    .number(.nonNegative), .choice(["critical"]),
    .object([
      .optional("features", decay, "decay of H", default: .number(0)),
      .optional(
        "prototypes",
        .either([
          .number(.nonNegative), .choice(["critical"]),
          .list(of: .number(.nonNegative), minimumCount: 1),
        ]), "decay of W, or of W_1, ..., W_L", default: .number(0)),
      .optional(
        "bias", decay,
        "decay of b; default: that of the prototypes with the unhinged loss, 0 with others and with a "
          + "network"),
    ]),
  ])

  private static let layers = Shape.object([
    .required("count", .integer(.from(1, through: 100)), "how many, L"),
    .required("width", .integer(.atLeast(1)), "rows of all layers but the last"),
  ])

  private static let kernel = Shape.object([
    .optional(
      "features", .kinds([ArrayKind.identity, ArrayKind.values, ArrayKind.file]),
      "p x p factor on feature coordinates"),
    .optional(
      "samples", .kinds([ArrayKind.identity, ArrayKind.values, ArrayKind.file]),
      "n x n factor on samples"),
    .optional(
      "dense", .kinds([ArrayKind.values, ArrayKind.file]),
      "pn x pn kernel on the columns of H one below the other"),
  ])

  private static let initialState = Shape.object([
    .optional(
      "kind",
      .choice([SaddleSpecification.kind, BalancedStart.kind, AlignedSpecification.kind]),
      "saddle: near a saddle of the layer-peeled model, the arrays below are then left out; "
        + "balanced: H H' = W W'; aligned: all factors of the logits in the singular vectors of the "
        + "label operator; features and prototypes are then left out"),
    .optional(
      "scale", .either([.number(.any), .list(of: .number(.any), minimumCount: 2)]),
      "balanced: standard deviation of the entries of W, or of H where there are fewer samples than "
        + "classes; aligned: the size of every factor in every mode, or a list of those of features "
        + "and prototypes, or of features, W_1, ..., W_L; default 1"),
    .optional(
      "saddle", .choice(ExactSaddle.allCases.map(\.rawValue)),
      "origin: all zero; minority_collapse: majorities at a simplex, minorities zero"),
    .optional("offset", .number(.nonNegative), "distance from the saddle; default 1e-3"),
    .optional(
      "direction", .choice(SaddleStart.Direction.allCases.map(\.rawValue)),
      "which way the start lies from the saddle; default random"),
    .optional(
      "seed", .integer(.from(0, through: 0x1p53 - 1)), "seed of the random numbers",
      default: .number(1)),
    .optional(
      "features",
      .kinds([
        ArrayKind.normalColumns, ArrayKind.zeros, ArrayKind.values,
        ArrayKind.table("features", count: "N"),
      ]), "H at time 0 (p x n)"),
    .optional(
      "prototypes",
      .kinds([
        ArrayKind.normalColumns, ArrayKind.zeros, ArrayKind.simplexETF, ArrayKind.values,
        ArrayKind.table("prototypes", count: "C"),
      ]), "W at time 0 (p x C)"),
    .optional(
      "bias", .kinds([ArrayKind.zeros, ArrayKind.normal, ArrayKind.values, ArrayKind.file]),
      "b at time 0 (C)"),
  ])

  private static let learningRate = Shape.object([
    .optional("prototypes", Schedules.kinds.shape(), "eta_2, of W and b; default: constant 1"),
    .optional(
      "features",
      .kinds(
        [
          KindDescription(
            "proportional", "eta_1 = ratio eta_2",
            parameters: [
              .optional(
                "ratio", .number(.positive), "the ratio s = eta_1/eta_2", default: .number(1))
            ])
        ] + Schedules.kinds.map(\.description)), "eta_1, of H; default: proportional, ratio 1"),
  ])

  private static let time = Shape.object([
    .optional(
      "begin", .either([.number(.nonNegative), .choice([RunBefore.word])]),
      "the time of the initial state, from which on schedules, steps and batches go on; from_state: "
        + "that of the archive that it comes from, with its velocity; default 0"),
    .optional("end", .number(.nonNegative), "the last output time; default 1 after the first"),
    .optional(
      "outputs", .integer(.from(1, through: 1e7)),
      "how many output times, the first counted; default 101"),
    .optional(
      "spacing", .choice(["linear", "log"]), "how they are spaced; default linear"),
    .optional("start", .number(.positive), "log spacing: the second output time"),
    .optional(
      "at", .list(of: .number(.nonNegative), minimumCount: 1), "the output times themselves"),
  ])

  private static let solver = Shape.kinds(
    Solvers.kinds.map { kind in
      KindDescription(
        kind.description.name, kind.description.summary,
        parameters: kind.description.parameters + [
          .optional("name", .string, "name in the outputs; default: the kind")
        ])
    })

  private static let stopWhen = Shape.object([
    .required(
      "observable", .choice(Observables.all.map(\.name)), "the observable that is watched"),
    .required("below", .number(.any), "the threshold"),
  ])
}

/// The ways in which a scenario can give an array.
enum ArrayKind {
  static let normal = KindDescription(
    "normal", "independent normal numbers",
    parameters: [
      .optional("scale", .number(.nonNegative), "standard deviation", default: .number(1))
    ])
  /// Normal numbers as columns of a table.
  static let normalColumns = KindDescription(
    normal.name, normal.summary,
    parameters: normal.parameters + [
      .optional(
        "norm", .number(.positive), "the norm that every column is scaled to, instead of a scale")
    ])
  static let zeros = KindDescription("zeros", "zeros")
  static let identity = KindDescription("identity", "the identity matrix")
  static let simplexETF = KindDescription(
    "simplex_etf", "a randomly turned simplex equiangular tight frame; needs p >= C - 1",
    parameters: [
      .optional("scale", .number(.positive), "norm of a prototype", default: .number(1))
    ])
  static let values = KindDescription(
    "values", "the numbers themselves",
    parameters: [
      .required("values", .list(of: .anything, minimumCount: 1), "a list, or a list of rows")
    ])
  static let file = KindDescription(
    "file", "an array of a NumPy file",
    parameters: [
      .required("path", .string, "path of a .npy or .npz file, relative to the scenario"),
      .optional("array", .string, "name of the array in a .npz file"),
    ])

  /// An array of a file with a side of length p, and one that counts something.
  static func table(_ name: String, count: String) -> KindDescription {
    KindDescription(
      file.name, file.summary,
      parameters: file.parameters + [
        .optional(
          "layout", .choice(ArrayLayout.allCases.map(\.rawValue)),
          "rows: the \(name) are \(count) x p, as in PyTorch and scikit-learn; columns: p x "
            + "\(count), as dyn saves them; default: the one that fits the other sizes")
      ])
  }
}
