import Synchronization

/// What a person, a script or a journal asks of the engine. Takes effect between two steps, in the
/// order sent.
package enum Request: Sendable, Codable, Equatable {
  case edit(Edit)
  case control(Control)
  case question(Question)
  /// Of a search, where one is under way.
  case search(SearchControl)
  /// Of work on copies of the run.
  case experiment(ExperimentControl)
}

/// Names a request. Who sends it chooses the name: each sender counts its own requests from 1 on.
package struct RequestID: Sendable, Codable, Hashable {
  /// Tells senders apart: a screen, a signal handler, a screen in another process.
  package var sender: UInt64
  package var number: UInt64

  package init(sender: UInt64, number: UInt64) {
    self.sender = sender
    self.number = number
  }
}

/// Counts the requests of one sender. Callable from any thread.
package final class RequestSender: Sendable {
  package let sender: UInt64
  private let last = Mutex<UInt64>(0)

  /// - Parameter sender: a name that no other sender has.
  package init(_ sender: UInt64 = .random(in: 1 ... .max)) {
    self.sender = sender
  }

  package func send(_ request: Request, to engine: some EngineControl) {
    // Numbered and sent under one lock: in the order of the numbers.
    last.withLock { last in
      last += 1
      engine.send(request, id: RequestID(sender: sender, number: last))
    }
  }
}
