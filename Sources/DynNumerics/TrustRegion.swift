/// A smooth function of many variables with its first two derivatives.
public protocol SmoothFunction {
  /// The value at a point.
  func value(at point: [Double]) -> Double
  /// The gradient at a point.
  func gradient(at point: [Double]) -> [Double]
  /// The product of the Hessian at a point with a direction.
  func curvature(at point: [Double], along direction: [Double]) -> [Double]
}

/// A local minimum that a search has found.
public struct Minimum: Sendable {
  /// The point.
  public let point: [Double]
  /// The norm of the gradient there.
  public let gradientNorm: Double
}

extension SmoothFunction {
  /// A local minimum, by Newton's method in a trust region with truncated conjugate gradients
  /// (Steihaug 1983). It ends where rounding keeps the gradient from falling further.
  ///
  /// Negative curvature is followed to the boundary of the region, so that saddles are left; a flat
  /// direction, such as a symmetry of the function, does no harm.
  ///
  /// - Complexity: a gradient an iteration, and a product with the Hessian a step of the inner
  ///   iteration, of which there are at most as many as variables.
  public func minimum(from start: [Double], iterationLimit: Int = 1000) -> Minimum {
    var search = TrustRegionSearch(function: self, point: start)
    for _ in 0..<iterationLimit where search.isOpen { search.iterate() }
    return Minimum(point: search.point, gradientNorm: search.gradientNorm)
  }
}

/// The state of a search.
private struct TrustRegionSearch<Function: SmoothFunction> {
  private let function: Function
  private(set) var point: [Double]
  private(set) var isOpen = true
  private var value: Double
  private var gradient: [Double]
  private var radius: Double
  private let firstGradientNorm: Double
  /// The largest curvature met so far: the unit of what counts as flat.
  private var steepest = 0.0

  var gradientNorm: Double { gradient.norm }

  init(function: Function, point: [Double]) {
    self.function = function
    self.point = point
    value = function.value(at: point)
    gradient = function.gradient(at: point)
    radius = Swift.max(point.norm, 1)
    firstGradientNorm = gradient.norm
  }

  mutating func iterate() {
    let size = gradientNorm
    guard size > 0, size.isFinite else {
      isOpen = false
      return
    }
    let (step, decrease, isOnBoundary) = innerStep(size)
    let candidate = zip(point, step).map { $0 + $1 }
    let newValue = function.value(at: candidate)
    if decrease <= 1e-12 * abs(value) {
      // Values cannot tell any more: the gradient must, until it stops falling.
      accept(candidate, newValue, onlyIfGradientBelow: size / 2)
      return
    }
    let ratio = (value - newValue) / decrease
    if !(ratio >= 0.25) {
      radius = step.norm / 4
    } else if ratio > 0.75, isOnBoundary {
      radius *= 2
    }
    if ratio > 0.01 { accept(candidate, newValue, onlyIfGradientBelow: .infinity) }
    if radius < 1e-16 * point.norm { isOpen = false }
  }

  private mutating func accept(
    _ candidate: [Double], _ newValue: Double, onlyIfGradientBelow bound: Double
  ) {
    let newGradient = function.gradient(at: candidate)
    let isLast = !(newGradient.norm < bound)
    if !isLast || newGradient.norm < gradientNorm {
      (point, value, gradient) = (candidate, newValue, newGradient)
    }
    if isLast { isOpen = false }
  }

  /// The step that truncated conjugate gradients find, and how much the quadratic model falls.
  private mutating func innerStep(_ size: Double) -> (
    [Double], decrease: Double, isOnBoundary: Bool
  ) {
    var step = [Double](repeating: 0, count: point.count)
    var residual = gradient
    var direction = gradient.map { -$0 }
    var square = residual.sumOfSquares
    var decrease = 0.0
    // A forcing term that falls with the gradient: convergence is faster than linear.
    let goal = size * Swift.min(0.1, Swift.max(size / firstGradientNorm, 1e-8))
    for _ in 0..<point.count {
      let image = function.curvature(at: point, along: direction)
      let curvature = direction.dot(image)
      let unit = direction.sumOfSquares
      steepest = Swift.max(steepest, curvature / unit)
      guard abs(curvature) > flatness(size) * unit || decrease == 0 else { break }
      let length = square / curvature
      let next = zip(step, direction).map { $0 + length * $1 }
      guard curvature > 0, next.norm < radius else {
        let reach = distanceToBoundary(step, direction)
        decrease += reach * square - reach * reach * curvature / 2
        return (zip(step, direction).map { $0 + reach * $1 }, decrease, true)
      }
      decrease += length * square / 2
      step = next
      residual = zip(residual, image).map { $0 + length * $1 }
      let newSquare = residual.sumOfSquares
      guard newSquare.squareRoot() > goal else { break }
      let share = newSquare / square
      direction = zip(direction, residual).map { share * $0 - $1 }
      square = newSquare
    }
    return (step, decrease, false)
  }

  /// Curvature that is none. Along a symmetry of the function it is of the order of the gradient
  /// over the point, of either sign, and no way leads down there.
  private func flatness(_ size: Double) -> Double {
    let symmetric = 10 * size / Swift.max(point.norm, .leastNormalMagnitude)
    return Swift.max(Swift.min(symmetric, 1e-6 * steepest), 1e-13 * steepest)
  }

  /// t > 0 with |step + t direction| = radius.
  private func distanceToBoundary(_ step: [Double], _ direction: [Double]) -> Double {
    let (a, b) = (direction.sumOfSquares, step.dot(direction))
    let c = radius * radius - step.sumOfSquares
    return c / (b + (b * b + a * c).squareRoot())
  }
}
