/// Scenarios that run in milliseconds.
enum SmallScenario {
  static let model = #"{"classes": 3, "samples_per_class": 2, "feature_dimension": 4}"#

  /// A scenario with a model and further keys.
  static func text(model: String = model, _ keys: String...) -> String {
    "{" + (["\"model\": \(model)"] + keys).joined(separator: ", ") + "}"
  }

  /// All three kinds of solvers.
  static let allSolvers = #"""
    "solvers": [{"kind": "closed_form"}, {"kind": "ode"}, {"kind": "gradient_descent", "step": 0.1}]
    """#

  static let threeTimes = #""time": {"at": [0, 0.5, 1]}"#
}

/// `--quiet` runs into a file of the test's own folder.
let quietly = ["--quiet", "-o", "out.csv"]
