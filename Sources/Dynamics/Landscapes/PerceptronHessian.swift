import DynNumerics

/// The Hessian of weighted losses of a tanh perceptron, by the R-operator (Pearlmutter 1994). For
/// a direction (Q, V, c), with G the gradient by the logits and D = W G' that by the activations:
///
///     RU = Q x,  RA = (1 - a^2) RU,  RZ = RA'W + A'V + c,  RG = S RZ sample by sample
///     RD = W RG' + V G',  R(dU) = (1 - a^2) RD - 2 a RA D
///     (R(dU) x' + lambda_1 Q,  A RG + RA G + lambda_2 V,  RG'1 + lambda_b c)
///
/// O(h m (d + C)) a product.
struct PerceptronHessian: HessianOperator {
  private let pass: PerceptronPass
  private let decay: WeightDecay

  init(_ pass: PerceptronPass, decay: WeightDecay) {
    self.pass = pass
    self.decay = decay
  }

  private var weights: PerceptronWeights { pass.weights }
  private var inputCount: Int { weights.inputLayer.elements.count }
  private var prototypeCount: Int { weights.prototypes.elements.count }

  var dimension: Int { inputCount + prototypeCount + weights.bias.count }

  func image(of vector: [Double]) -> [Double] {
    let input = Matrix(
      rows: weights.inputLayer.rows, columns: weights.inputLayer.columns,
      elements: Array(vector[..<inputCount]))
    let prototypes = Matrix(
      rows: weights.prototypes.rows, columns: weights.prototypes.columns,
      elements: Array(vector[inputCount..<inputCount + prototypeCount]))
    let bias = Array(vector[(inputCount + prototypeCount)...])
    let slopes = pass.activations.elements.map { (1 - $0) * (1 + $0) }
    let activations = input.times(pass.inputs).scaled(byEntries: slopes)
    let change =
      (activations.transposedTimes(weights.prototypes)
      + pass.activations.transposedTimes(prototypes)).addingToRows(bias)
    let curved = pass.losses.curvature(pass.logits, along: change)
    let backward =
      weights.prototypes.timesTransposed(curved) + prototypes.timesTransposed(pass.gradient)
    let bent = pass.activations.combined(with: activations) { -2 * $0 * $1 }
      .combined(with: pass.activationGradient) { $0 * $1 }
    let byInput = (backward.scaled(byEntries: slopes) + bent).timesTransposed(pass.inputs)
    let byPrototypes = pass.activations.times(curved) + activations.times(pass.gradient)
    return (byInput + decay.features * input).elements
      + (byPrototypes + decay.prototypes * prototypes).elements
      + zip(curved.columnSums, bias).map { $0 + decay.bias * $1 }
  }

  /// The last layer gives tr(S)(|a|^2 + 1) a sample, the first |(x; 1)|^2 times the sum over hidden
  /// units of (1 - a^2)^2 (W S W')_jj - 2 a (1 - a^2) D_j. O(m h C^2).
  var trace: Double {
    let terms = pass.losses.labels.indices.map { sample in
      let curvature = pass.losses.curvatureMatrix(pass.logits, sample: sample)
      let activations = pass.activations.column(sample)
      let bent = weights.prototypes.times(curvature)
      let units = activations.indices.map { unit -> Double in
        let own = weights.prototypes.range(ofRow: unit)
        let quadratic = bent.elements.span.extracting(own)
          .dot(weights.prototypes.elements.span.extracting(own))
        let (a, slope) = (activations[unit], (1 - activations[unit]) * (1 + activations[unit]))
        return slope * (slope * quadratic - 2 * a * pass.activationGradient[unit, sample])
      }
      return curvature.trace * (activations.sumOfSquares + 1)
        + pass.inputs.column(sample).sumOfSquares * units.sum
    }
    return terms.sum + decay.features * Double(inputCount)
      + decay.prototypes * Double(prototypeCount) + decay.bias * Double(weights.bias.count)
  }
}

extension Matrix {
  /// Every entry multiplied by its own factor.
  fileprivate func scaled(byEntries factors: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: zip(elements, factors).map { $0 * $1 })
  }
}
