internal import CGSL

/// The gradient flow of features, prototypes and bias for any loss of the logits Z = H'W + 1 b':
///
///     H' = -e_1 (W G' + lambda_1 H),  W' = -e_2 (H G + lambda_2 W),  b' = -e_2 (G'1 + lambda_b b)
///
/// with G (n x C) the loss's gradient by the logits. Samples are taken in fixed groups by several
/// threads; the groups' parts of H G are added in their order, so that the result does not depend on
/// the number of threads.
public struct LogitSystem: Sendable {
  /// p.
  public let dimension: Int
  /// n.
  public let sampleCount: Int
  /// C.
  public let classCount: Int
  /// Whether b moves.
  public let hasBias: Bool
  /// lambda_1, lambda_2 and lambda_b.
  public let decay: (features: Double, prototypes: Double, bias: Double)
  /// How many threads may work; it does not change the result.
  public let threads: Int

  /// Writes G over the logits of a range of samples, a row a sample.
  public typealias Gradient = (_ logits: inout [Double], _ samples: Range<Int>) -> Void

  /// A system of given sizes.
  public init(
    dimension: Int, sampleCount: Int, classCount: Int, hasBias: Bool,
    decay: (features: Double, prototypes: Double, bias: Double), threads: Int
  ) {
    self.dimension = dimension
    self.sampleCount = sampleCount
    self.classCount = classCount
    self.hasBias = hasBias
    self.decay = decay
    self.threads = threads
  }

  /// Groups of samples: enough to keep threads busy, few enough that their sums stay small.
  private var groups: [Range<Int>] {
    let size = max(256, (sampleCount + 63) / 64)
    return stride(from: 0, to: sampleCount, by: size).map { $0..<min($0 + size, sampleCount) }
  }

  /// Writes the right-hand side of (H, W, b), row-major and one after the other. Three products of
  /// O(p n C).
  public func slope(
    of variables: Span<Double>, _ featureRate: Double, _ prototypeRate: Double,
    gradient: Gradient, into slope: inout MutableSpan<Double>
  ) {
    Libraries.prepareOpenBLAS()
    let count = dimension * (sampleCount + classCount) + (hasBias ? classCount : 0)
    precondition(variables.count == count && slope.count == count, "the state has another size")
    let groups = groups
    var sums = Matrix(rows: groups.count, columns: (dimension + 1) * classCount)
    unsafe variables.withUnsafeBufferPointer { variables in
      unsafe slope.withUnsafeMutableBufferPointer { slope in
        guard let state = variables.baseAddress, let slope = slope.baseAddress else { return }
        sums.withConcurrentRows { sums in
          Concurrency.forEach(groups.count, threads: threads) { group in
            unsafe treat(
              groups[group], state, featureRate, gradient, slope, sums.pointer(toRow: group))
          }
        }
        unsafe finish(sums, state, prototypeRate, slope)
      }
    }
  }

  /// The features of a group, and its part of H G and of G'1.
  private func treat(
    _ samples: Range<Int>, _ state: UnsafePointer<Double>, _ rate: Double, _ gradient: Gradient,
    _ slope: UnsafeMutablePointer<Double>, _ sums: UnsafeMutablePointer<Double>
  ) {
    let features = unsafe state + samples.lowerBound
    let prototypes = unsafe state + dimension * sampleCount
    var logits = unsafe biasRows(samples.count, prototypes + dimension * classCount)
    let (p, n, c) = (Int32(dimension), Int32(sampleCount), Int32(classCount))
    let size = Int32(samples.count)
    unsafe cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, size, c, p, 1, features, n, prototypes, c, 1,
      &logits, c)
    gradient(&logits, samples)
    let target = unsafe slope + samples.lowerBound
    for row in 0..<dimension {
      for sample in 0..<samples.count {
        let index = row * sampleCount + sample
        unsafe target[index] = -rate * decay.features * features[index]
      }
    }
    unsafe cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, p, size, c, -rate, prototypes, c, logits, c, 1,
      target, n)
    unsafe cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, p, c, size, 1, features, n, logits, c, 0, sums,
      c)
    let biasSums = unsafe sums + dimension * classCount
    for sample in 0..<samples.count {
      for label in 0..<classCount {
        unsafe biasSums[label] += logits[sample * classCount + label]
      }
    }
  }

  /// One row of b, or of zeros, a sample.
  private func biasRows(_ count: Int, _ bias: UnsafePointer<Double>) -> [Double] {
    guard hasBias else { return [Double](repeating: 0, count: count * classCount) }
    let row = (0..<classCount).map { unsafe bias[$0] }
    return (0..<count).flatMap { _ in row }
  }

  /// The prototypes and the bias from the groups' sums.
  private func finish(
    _ sums: Matrix, _ state: UnsafePointer<Double>, _ rate: Double,
    _ slope: UnsafeMutablePointer<Double>
  ) {
    let start = dimension * sampleCount
    let prototypeCount = dimension * classCount
    for index in 0..<prototypeCount + (hasBias ? classCount : 0) {
      var total = 0.0
      for group in 0..<sums.rows { total += sums[group, index] }
      let decay = index < prototypeCount ? decay.prototypes : decay.bias
      unsafe slope[start + index] = -rate * (total + decay * state[start + index])
    }
  }
}
