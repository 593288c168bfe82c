/// The coefficients of an explicit Runge-Kutta method with embedded error estimates.
///
/// With slopes k_i at y + h sum_j a_ij k_j and time t + c_i h the step is y + h sum_i b_i k_i.
struct RungeKuttaPair {
  /// A row of coefficients without its zeros.
  typealias Row = [(stage: Int, factor: Double)]

  /// c, one a stage.
  let nodes: [Double]
  /// The rows of a.
  let stages: [Row]
  /// b.
  let weights: Row
  /// Weights of the error estimate, for the stages of `weights` and then, where the step ends in a
  /// stage, for that one.
  let error: [Double]
  /// Weights of a second estimate that corrects the first (Hairer, Norsett and Wanner, section
  /// II.10), for the stages of `weights`; empty where there is none.
  let correction: [Double]
  /// The power of the step length that the error estimate falls with.
  let errorOrder: Double
  /// Whether the last stage's point is the step itself, so that its slope serves the next step.
  let endsInStep: Bool
  /// The compiled steps on rows, where there are some.
  let rowKernel: RowKernel?

  /// The rows of the points of all stages, and that of the step.
  var points: [Row] { endsInStep ? stages : stages + [weights] }
}

extension RungeKuttaPair {
  /// Dormand and Prince's pair of orders 5 and 4 (Hairer, Norsett and Wanner, table II.5.2).
  static let dormandPrince5 = RungeKuttaPair(
    nodes: [0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1],
    stages: [
      [],
      [(0, 1 / 5)],
      [(0, 3 / 40), (1, 9 / 40)],
      [(0, 44 / 45), (1, -56 / 15), (2, 32 / 9)],
      [(0, 19372 / 6561), (1, -25360 / 2187), (2, 64448 / 6561), (3, -212 / 729)],
      [(0, 9017 / 3168), (1, -355 / 33), (2, 46732 / 5247), (3, 49 / 176), (4, -5103 / 18656)],
      [(0, 35 / 384), (2, 500 / 1113), (3, 125 / 192), (4, -2187 / 6784), (5, 11 / 84)],
    ],
    weights: [(0, 35 / 384), (2, 500 / 1113), (3, 125 / 192), (4, -2187 / 6784), (5, 11 / 84)],
    error: [
      71 / 57600, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525,
      -1 / 40,
    ],
    correction: [], errorOrder: 5, endsInStep: true, rowKernel: .dopri5)

  /// Dormand and Prince's method of order 8 with estimates of orders 5 and 3 (Hairer, Norsett and
  /// Wanner, section II.10, program DOP853).
  static let dormandPrince853 = RungeKuttaPair(
    nodes: [
      0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726, 1 / 3,
      0.25, 4 / 13, 0.6512820512820513, 0.6, 6 / 7, 1,
    ],
    stages: [
      [],
      [(0, 0.05260015195876773)],
      [(0, 0.0197250569845379), (1, 0.0591751709536137)],
      [(0, 0.02958758547680685), (2, 0.08876275643042054)],
      [(0, 0.2413651341592667), (2, -0.8845494793282861), (3, 0.924834003261792)],
      [(0, 0.037037037037037035), (3, 0.17082860872947386), (4, 0.12546768756682242)],
      [(0, 0.037109375), (3, 0.17025221101954405), (4, 0.06021653898045596), (5, -0.017578125)],
      [
        (0, 0.03709200011850479), (3, 0.17038392571223998), (4, 0.10726203044637328),
        (5, -0.015319437748624402), (6, 0.008273789163814023),
      ],
      [
        (0, 0.6241109587160757), (3, -3.3608926294469414), (4, -0.868219346841726),
        (5, 27.59209969944671), (6, 20.154067550477894), (7, -43.48988418106996),
      ],
      [
        (0, 0.47766253643826434), (3, -2.4881146199716677), (4, -0.590290826836843),
        (5, 21.230051448181193), (6, 15.279233632882423), (7, -33.28821096898486),
        (8, -0.020331201708508627),
      ],
      [
        (0, -0.9371424300859873), (3, 5.186372428844064), (4, 1.0914373489967295),
        (5, -8.149787010746927), (6, -18.52006565999696), (7, 22.739487099350505),
        (8, 2.4936055526796523), (9, -3.0467644718982196),
      ],
      [
        (0, 2.273310147516538), (3, -10.53449546673725), (4, -2.0008720582248625),
        (5, -17.9589318631188), (6, 27.94888452941996), (7, -2.8589982771350235),
        (8, -8.87285693353063), (9, 12.360567175794303), (10, 0.6433927460157636),
      ],
    ],
    weights: [
      (0, 0.054293734116568765), (5, 4.450312892752409), (6, 1.8915178993145003),
      (7, -5.801203960010585), (8, 0.3111643669578199), (9, -0.1521609496625161),
      (10, 0.20136540080403034), (11, 0.04471061572777259),
    ],
    error: [
      0.01312004499419488, -1.2251564463762044, -0.4957589496572502,
      1.6643771824549864, -0.35032884874997366, 0.3341791187130175,
      0.08192320648511571, -0.022355307863886294,
    ],
    correction: [
      -0.18980075407240762, 4.450312892752409, 1.8915178993145003,
      -5.801203960010585, -0.4226823213237919, -0.1521609496625161,
      0.20136540080403034, 0.02265179219836082,
    ],
    errorOrder: 8, endsInStep: false, rowKernel: .dop853)
}
