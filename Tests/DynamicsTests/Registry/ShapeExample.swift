import Dynamics

/// Objects in the order in which they are written.
func object(_ members: KeyValuePairs<String, Value>) -> Value {
  .object(members.map { Value.Member(key: $0.key, value: $0.value) })
}

let exampleSolver = Shape.kinds([
  KindDescription(
    "ode", "an integrator",
    parameters: [
      .optional("method", .choice(["rk4", "rk8pd"]), "the method", default: .string("rk8pd")),
      .optional("step", .number(.positive), "the step"),
    ]),
  KindDescription("closed_form", "no integrator"),
])

let exampleScenario = Shape.object([
  .required("classes", .integer(.atLeast(2)), "classes"),
  .optional("bias", .boolean, "bias", default: .boolean(false)),
  .optional("name", .string, "name"),
  .optional("solvers", .list(of: exampleSolver, minimumCount: 1), "solvers"),
  .optional("gamma", .either([.number(.nonNegative), .choice(["averaged"])]), "gamma"),
  .optional("sweep", .map(of: .list(of: .anything, minimumCount: 1)), "sweep"),
  .optional(
    "time",
    .object([
      .optional("end", .number(.nonNegative), "end", default: .number(1)),
      .optional("outputs", .integer(.from(1, through: 1000)), "outputs", default: .number(101)),
    ]), "time", default: .object([])),
])
