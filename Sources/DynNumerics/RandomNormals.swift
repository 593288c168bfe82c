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

  /// A generator of one of several independent streams of a seed: SplitMix64 of the seed and the
  /// stream's number, so that what one purpose draws does not change another's numbers.
  ///
  /// - Throws: `NumericsError.outOfMemory` when the generator cannot be allocated.
  public init(seed: UInt64, stream: UInt64) throws(NumericsError) {
    try self.init(seed: Self.seed(of: stream, from: seed))
  }

  /// The seed of one of several independent streams of a seed.
  public static func seed(of stream: UInt64, from seed: UInt64) -> UInt64 {
    var z = seed &+ stream &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) >> 32
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

  /// A number that is distributed evenly in [0, 1).
  public mutating func nextUniform() -> Double { unsafe gsl_rng_uniform(generator) }

  /// A set of `size` of the numbers below `count`, each set with the same chance, in increasing order
  /// (Floyd's method). O(size log size).
  ///
  /// - Precondition: `size` is at most `count`, and that at most 2^32 - 1.
  public mutating func nextSubset(_ size: Int, of count: Int) -> [Int] {
    precondition(size <= count && count < 1 << 32, "a subset is not larger than its set")
    var chosen = Set<Int>(minimumCapacity: size)
    for last in count - size..<count {
      let next = Int(unsafe gsl_rng_uniform_int(generator, UInt(last + 1)))
      chosen.insert(chosen.contains(next) ? last : next)
    }
    return chosen.sorted()
  }

  /// The next `count` numbers, each multiplied by `scale`.
  public mutating func next(_ count: Int, scale: Double = 1) -> [Double] {
    (0..<count).map { _ in unsafe scale * gsl_ran_gaussian_ziggurat(generator, 1) }
  }
}
