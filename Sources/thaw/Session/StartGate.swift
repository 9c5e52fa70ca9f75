import RunStore
import Synchronization

/// Whether a start can still be given up at no cost. Reading a model and images can take minutes, in
/// which a person may leave at once; from the moment that a run is made or opened, it is the engine
/// that ends it.
final class StartGate: Sendable {
  /// The start was given up.
  struct GivenUp: Error {}

  private enum State {
    case open
    case passed(RunFolder)
    case closed
  }

  private let state = Mutex(State.open)

  /// The run, once there is one.
  var run: RunFolder? {
    state.withLock { if case .passed(let folder) = $0 { folder } else { nil } }
  }

  /// Makes or opens the run, unless the start has been given up.
  /// - Throws: `GivenUp`, what `body` throws.
  func pass(_ body: () throws -> sending Run) throws -> sending Run {
    try state.withLock { state in
      if case .closed = state { throw GivenUp() }
      let run = try body()
      state = .passed(run.folder)
      return run
    }
  }

  /// Gives the start up.
  /// - Returns: whether that was possible: nothing has been made then, and nothing will be.
  func giveUp() -> Bool {
    state.withLock { state in
      if case .passed = state { return false }
      state = .closed
      return true
    }
  }
}
