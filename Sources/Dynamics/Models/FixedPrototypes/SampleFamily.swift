/// Free features and fixed prototypes with any loss: samples are uncoupled.
struct SampleFamily: ModelFamily {
  func includes(_ model: Model) -> Bool { model.features.areFree && !model.prototypes.move }

  var blockKind: BlockLayout.Kind? { .sample }

  func flow(of problem: Problem, threads: Int) -> any Flow { SampleFlow(problem) }
}
