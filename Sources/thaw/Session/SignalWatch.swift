import Dispatch
import Glibc
import Synchronization

/// Calls a handler when the process is asked to end: SIGINT, SIGTERM, SIGHUP. The default, death
/// without a checkpoint, is switched off before this returns.
final class SignalWatch: Sendable {
  private let sources: Mutex<[any DispatchSourceSignal]>

  init(handler: @escaping @Sendable (_ signal: Int32) -> Void) {
    let queue = DispatchQueue(label: "thaw.signals")
    let registered = DispatchGroup()
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      Glibc.signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { @Sendable in handler(number) }
      registered.enter()
      source.setRegistrationHandler { @Sendable in registered.leave() }
      source.activate()
      return source
    }
    self.sources = Mutex(sources)
    // Registration is asynchronous: a signal before it would be lost.
    registered.wait()
  }

  deinit {
    sources.withLock {
      for source in $0 { source.cancel() }
    }
  }
}
