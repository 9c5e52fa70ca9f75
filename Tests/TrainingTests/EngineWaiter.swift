/// Wakes whoever waits for the engine to come to a state.
final class EngineWaiter: Sendable {
  private let continuation: AsyncStream<Void>.Continuation
  private let changes: AsyncStream<Void>

  init() {
    (changes, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  func wake() { continuation.yield() }

  func wait(until isReached: () -> Bool) async {
    if isReached() { return }
    for await _ in changes where isReached() { return }
  }
}
