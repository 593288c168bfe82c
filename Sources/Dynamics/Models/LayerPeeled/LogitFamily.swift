/// Free features and one matrix of prototypes that all move, with any loss of the logits.
struct LogitFamily: ModelFamily {
  func includes(_ model: Model) -> Bool { model.isBilinear }

  func flow(of problem: Problem, threads: Int) -> any Flow { LogitFlow(problem, threads: threads) }
}
