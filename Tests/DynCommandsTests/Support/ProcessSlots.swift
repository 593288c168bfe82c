import Foundation

/// Lets only so many programs run at once: all tests start together, and hundreds of processes with
/// their sockets and files would exhaust the descriptors of the test program.
actor ProcessSlots {
  static let shared = ProcessSlots(ProcessInfo.processInfo.activeProcessorCount * 2)

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  /// Runs a body when a slot is free.
  nonisolated func withSlot<Value: Sendable>(
    _ body: @Sendable () async throws -> Value
  ) async throws -> Value {
    await take()
    do {
      let value = try await body()
      await release()
      return value
    } catch {
      await release()
      throw error
    }
  }

  private func take() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  private func release() {
    guard waiting.isEmpty else { return waiting.removeFirst().resume() }
    free += 1
  }
}
