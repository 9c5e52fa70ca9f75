import Dispatch
import Files
import Glibc
import Synchronization

/// Requests to end the process: SIGINT, SIGTERM, SIGHUP.
///
/// From `begin` to the end of the process none of them ends it by itself, whoever sends it and however
/// often: a shell whose terminal goes passes SIGHUP on once more, and the second must not find a
/// checkpoint half written. One that the process was started to ignore (`nohup`) stays ignored.
final class EndRequests: Sendable {
  /// What the request is and what to do about it, from the moment both are known.
  private struct State {
    var received: Int32?
    var handler: (@Sendable (_ signal: Int32) -> Void)?
  }

  private let state = Mutex(State())
  // Set before anybody else holds the object, and only kept.
  nonisolated(unsafe) private var source: (any DispatchSourceRead)?

  /// Call it before anything that may be lost.
  /// - Throws: `FileError` where there is no pipe to be had.
  static func begin() throws -> EndRequests {
    let ends = try PipeEnds()
    writingEnd = ends.writing
    let requests = EndRequests()
    requests.watch(ends.reading)
    for number in [SIGINT, SIGTERM, SIGHUP] { take(number) }
    return requests
  }

  private func watch(_ readingEnd: Int32) {
    let source = DispatchSource.makeReadSource(
      fileDescriptor: readingEnd, queue: DispatchQueue(label: "thaw.signals"))
    source.setEventHandler { @Sendable [weak self] in
      var number: UInt8 = 0
      while read(readingEnd, &number, 1) == 1 { self?.note(Int32(number)) }
    }
    source.activate()
    self.source = source
  }

  /// The first request, if there was one.
  var received: Int32? { state.withLock { $0.received } }

  /// Calls `handler` for each request from now on, and at once for one that has come already.
  func deliver(to handler: @escaping @Sendable (_ signal: Int32) -> Void) {
    let early = state.withLock { state in
      state.handler = handler
      return state.received
    }
    if let early { handler(early) }
  }

  /// Ends the process as the first request asked, so that whoever sent it sees that. Returns where
  /// there was none.
  func end() {
    guard let received else { return }
    signal(received, SIG_DFL)
    raise(received)
  }

  private func note(_ signal: Int32) {
    let handler = state.withLock { state in
      state.received = state.received ?? signal
      return state.handler
    }
    handler?(signal)
  }

  // MARK: - In the handler

  /// Set before the handler is, and never closed.
  nonisolated(unsafe) private static var writingEnd: Int32 = -1

  private static func take(_ number: Int32) {
    var old = sigaction()
    sigaction(number, nil, &old)
    // SIG_IGN is the address 1.
    guard unsafeBitCast(old.__sigaction_handler.sa_handler, to: UInt.self) != 1 else { return }
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { number in
      let error = errno
      var byte = UInt8(truncatingIfNeeded: number)
      _ = write(EndRequests.writingEnd, &byte, 1)
      errno = error
    }
    action.sa_flags = SA_RESTART
    sigaction(number, &action, nil)
  }
}
