import Datasets
import Files
import Synchronization

/// Images that could not be read while training, each named once. Callable from any thread.
final class UnreadableImages: Sendable {
  private struct Found {
    var known: Set<String> = []
    var untold: [String] = []
    /// What was told, for whoever asks later.
    var told: [String] = []
  }

  /// Sentences that are kept.
  private static let limit = 1000

  private let found = Mutex(Found())

  /// - Parameter name: what a person calls the image.
  func note(_ name: String, _ error: any Error) {
    found.withLock { found in
      guard found.known.insert(name).inserted else { return }
      found.untold.append("\(error): left out of training and validation")
    }
  }

  /// Says of an image that it is corrected and not there.
  func note(missing name: String) {
    found.withLock { found in
      guard found.known.insert(name).inserted else { return }
      found.untold.append(
        "\(printable(name)): expected among the images or classes, since it was corrected, found none"
      )
    }
  }

  /// All that could not be read so far.
  var all: [String] { found.withLock { $0.told + $0.untold.sorted() } }

  /// What nobody was told yet, in the order of the names: threads find things in any order.
  func takeUntold() -> [String] {
    found.withLock { found in
      let sentences = found.untold.sorted()
      found.untold = []
      found.told += sentences.prefix(Self.limit - found.told.count)
      return sentences
    }
  }
}

extension FeatureCache {
  /// Takes a loader's next batch and runs its plan forward. An image that turns out to be unreadable only
  /// now is left out.
  /// - Returns: the batch as it was run, and the plan; `nil` where none of its images can be read.
  /// - Throws: what is wrong with an image that is not to be left out.
  func runNext(
    of loader: BatchLoader, part: Part, purpose: PlanDraft.Purpose, random: PlanRandomKey
  ) throws -> (batch: Batch, plan: ExecutionPlan)? {
    let batch = try loader.next()
    guard batch.count > 0 else { return nil }
    do {
      return (
        batch,
        try runPlan(batch, of: loader, part: part, purpose: purpose, random: random)
      )
    } catch  where isLeftOut(error, part) {
      let rest = try loader.again()
      guard rest.count > 0 else { return nil }
      return (
        rest, try runPlan(rest, of: loader, part: part, purpose: purpose, random: random)
      )
    }
  }

  private func isLeftOut(_ error: any Error, _ part: Part) -> Bool {
    let images = part == .train ? data.train : data.validation
    return images?.leavesOut(error) == true
  }
}
