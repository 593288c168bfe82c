internal import CGSL

/// Reproducible standard normal numbers: GSL's Mersenne twister with the ziggurat method.
///
/// The same seed gives the same numbers on every machine.
@safe public struct RandomNormals: ~Copyable {
  private let generator: UnsafeMutablePointer<gsl_rng>

  /// A generator for one seed, of which the lower 32 bits count.
  ///
  /// - Throws: `NumericsError.outOfMemory` when the generator cannot be allocated.
  public init(seed: UInt64) throws(NumericsError) {
    Libraries.prepare()
    guard let generator = unsafe gsl_rng_alloc(dyn_generator_mt19937()) else {
      throw .outOfMemory(what: "the random number generator")
    }
    unsafe self.generator = generator
    unsafe gsl_rng_set(generator, UInt(truncatingIfNeeded: seed))
  }

  deinit { unsafe gsl_rng_free(generator) }

  /// Goes back to the first number of a seed.
  public mutating func restart(seed: UInt64) {
    unsafe gsl_rng_set(generator, UInt(truncatingIfNeeded: seed))
  }

  /// A number that is distributed like the sum of squares of as many standard normal ones.
  public mutating func nextChiSquared(degrees: Double) -> Double {
    degrees > 0 ? unsafe gsl_ran_chisq(generator, degrees) : 0
  }

  /// The next `count` numbers, each multiplied by `scale`.
  public mutating func next(_ count: Int, scale: Double = 1) -> [Double] {
    (0..<count).map { _ in unsafe scale * gsl_ran_gaussian_ziggurat(generator, 1) }
  }
}
