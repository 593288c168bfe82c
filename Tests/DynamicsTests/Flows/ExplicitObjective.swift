import DynNumerics
import Dynamics
import TestSupport

extension ExplicitModel {
  /// The objective of the model, sample by sample from the definition of the loss.
  func objective(_ state: State, _ problem: Problem) -> Double {
    let decay = problem.decay
    let sum = labels.enumerated().reduce(0.0) { sum, entry in
      let (sample, label) = entry
      var feature = state.features.column(sample)
      if problem.modelCase == .spherical {
        let norm = squares(feature).squareRoot()
        feature = feature.map { $0 / norm }
      }
      let logits = sizes.indices.map { other in
        zip(state.prototypes.column(other), feature).reduce(0) { $0 + $1.0 * $1.1 }
          + (state.bias?[other] ?? 0)
      }
      let others = logits.indices.filter { $0 != label }.reduce(0) { $0 + logits[$1] }
      return sum + weights[label] * (gamma * others - logits[label])
    }
    return sum / Double(sampleCount)
      + (decay.features * squares(state.features.elements)
        + decay.prototypes * squares(state.prototypes.elements)
        + decay.bias * squares(state.bias ?? [])) / 2
  }

  func squares(_ numbers: [Double]) -> Double { numbers.reduce(0) { $0 + $1 * $1 } }

  /// The objective's gradient by differences: of a quadratic function they are exact.
  func gradient(_ state: State, _ problem: Problem) -> State {
    func slope(_ change: @escaping (inout State, Double) -> Void) -> Double {
      let isQuadratic = problem.modelCase != .spherical
      let value = { (shift: Double) -> Double in
        var moved = state
        change(&moved, shift)
        return objective(moved, problem)
      }
      if isQuadratic { return (value(1) - value(-1)) / 2 }
      return Quadrature.derivative(at: 0, step: 0.01, value)
    }
    var result = state
    for index in result.features.elements.indices {
      result.features.elements[index] = slope { $0.features.elements[index] += $1 }
    }
    for index in result.prototypes.elements.indices {
      result.prototypes.elements[index] = slope { $0.prototypes.elements[index] += $1 }
    }
    if let bias = state.bias {
      result.bias = bias.indices.map { index in slope { $0.bias?[index] += $1 } }
    }
    return result
  }

  /// The time derivative as the documentation defines it for the problem's case.
  func derivative(_ state: State, _ problem: Problem, _ rates: RatePair) -> State {
    let gradient = gradient(state, problem)
    var features = -rates.features * gradient.features
    if problem.model.entry.rescalesLearningRate {
      features = features.scalingColumns(
        by: (0..<features.columns).map { squares(state.features.column($0)).squareRoot() })
    }
    if let kernel = problem.model.features.kernel {
      features = rates.features * kernel.applied(to: state.prototypes.looped(operatorMatrix))
    }
    let factor = problem.modelCase.movesPrototypes ? -rates.prototypes : 0
    return State(
      features: features, prototypes: factor * gradient.prototypes,
      bias: gradient.bias.map { $0.map { factor * $0 } })
  }
}

extension Flow {
  /// The derivative as an array.
  func derivative(_ vector: [Double], _ rates: RatePair) -> [Double] {
    var result = [Double](repeating: .nan, count: dimension)
    var target = result.mutableSpan
    derivative(of: vector.span, rates: rates, into: &target)
    return result
  }

  /// The Jacobian as a matrix.
  func jacobian(_ vector: [Double], _ rates: RatePair) -> Matrix {
    var elements = [Double](repeating: .nan, count: dimension * dimension)
    var target = elements.mutableSpan
    jacobian(of: vector.span, rates: rates, into: &target)
    return Matrix(rows: dimension, columns: dimension, elements: elements)
  }
}

/// The largest difference of two arrays; infinite for NaN or different lengths.
func gap(_ first: [Double], _ second: [Double]) -> Double {
  Matrix(rows: 1, columns: first.count, elements: first)
    .gap(to: Matrix(rows: 1, columns: second.count, elements: second))
}
