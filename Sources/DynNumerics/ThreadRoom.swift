/// How many threads the address space has room for.
enum ThreadRoom {
  /// What OpenBLAS takes of the address space for each thread that calls it at the same time. Where
  /// it gets none, it asks again for ever.
  static let workSpace = 128 << 20

  /// A work space and a stack.
  private static let perThread = workSpace + (4 << 20)

  /// What else has room before the second thread: a small scenario.
  private static let rest = 64 << 20

  /// The number of threads that find room, at least one; no bound where the address space has none.
  /// It is settled by the first who asks, before there is anything large.
  static let mostThreads = SystemMemory.limits.freeAddressSpace.map(threads(in:)) ?? .max

  static func threads(in bytes: Int) -> Int { 1 + max(0, (bytes - workSpace - rest) / perThread) }
}
