/// What solvers and starts draw: each purpose has a random stream of its own, so that one does not
/// change another. Arrays of scenarios use the streams 1 to 3.
enum RandomStream: UInt64 {
  case batches = 11
  case inputNoise
  case perturbation
  case classNoise
  case saddleDirection
}
