import Datasets
import Dispatch
import EngineInterface
import Synchronization

/// Reads data while it says how far that is: reading tells it from threads of its own, and whoever is told
/// belongs to one queue.
enum ReadingReport {
  private static let interval = DispatchTimeInterval.milliseconds(100)

  private final class Shared<Value: Sendable>: Sendable {
    let progress = Mutex<ReadingProgress?>(nil)
    let result = Mutex<Result<Value, any Error>?>(nil)
    let isDone = DispatchSemaphore(value: 0)
  }

  /// - Parameters:
  ///   - say: told from the caller's queue, which waits here, now and then and only what is new.
  ///   - read: reads on another thread, and says how far it is.
  /// - Throws: what `read` throws.
  static func read<Value: Sendable>(
    saying say: (PreparationStage) -> Void,
    _ read: @escaping @Sendable (@escaping @Sendable (ReadingProgress) -> Void) throws -> Value
  ) throws -> Value {
    let shared = Shared<Value>()
    DispatchQueue.global(qos: .userInitiated).async {
      let result = Result { try read { progress in shared.progress.withLock { $0 = progress } } }
      shared.result.withLock { $0 = result }
      shared.isDone.signal()
    }
    var last: ReadingProgress?
    while shared.isDone.wait(timeout: .now() + interval) == .timedOut {
      let now = shared.progress.withLock { $0 }
      guard let now, now != last else { continue }
      last = now
      say(stage(now))
    }
    return try shared.result.withLock { $0! }.get()
  }

  private static func stage(_ progress: ReadingProgress) -> PreparationStage {
    switch progress {
    case .listing(let count): .listingImages(count)
    case .checking(let done, let count): .checkingImages(done, of: count)
    case .comparing(let done, let count): .comparingImages(done, of: count)
    }
  }
}
