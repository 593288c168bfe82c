/// Every model: the flow against the gradient of its objective.
struct GradientFamily: ModelFamily {
  func includes(_ model: Model) -> Bool { true }

  func flow(of problem: Problem, threads: Int) -> any Flow {
    LandscapeFlow(ModelLandscape(problem), problem)
  }
}
