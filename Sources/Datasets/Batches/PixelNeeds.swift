import Synchronization

/// Which images' pixels are still needed: shared by a loader, which leaves out the others, and whoever
/// keeps something better. Callable from any thread.
package final class PixelNeeds: Sendable {
  /// Views of each image that are told apart; those beyond are always needed.
  private let views: Int
  private let images: Int
  private struct Needed {
    /// Of view v, from `v · images`.
    var flags: [Bool]
    /// How many of them are set.
    var count: Int
  }

  private let needed: Mutex<Needed>

  /// All of them are.
  package init(images: Int, views: Int = 1) {
    self.images = images
    self.views = views
    needed = Mutex(
      Needed(flags: Array(repeating: true, count: images * views), count: images * views))
  }

  /// The pixels of a view of an image are needed no more.
  package func note(_ image: Int, view: Int = 0) {
    guard view < views else { return }
    needed.withLock { needed in
      if needed.flags[view * images + image] { needed.count -= 1 }
      needed.flags[view * images + image] = false
    }
  }

  package func replaceByView(_ isNeeded: (_ image: Int, _ view: Int) -> Bool) {
    needed.withLock { needed in
      for view in 0..<views {
        for image in 0..<images { needed.flags[view * images + image] = isNeeded(image, view) }
      }
      needed.count = needed.flags.count { $0 }
    }
  }

  package func replace(_ isNeeded: (_ image: Int) -> Bool) {
    replaceByView { image, _ in isNeeded(image) }
  }

  /// Whether no pixels of any view are needed.
  package var isEmpty: Bool { needed.withLock { $0.count == 0 } }

  func flags(_ wanted: ArraySlice<Int>, view: Int) -> [Bool] {
    guard view < views else { return Array(repeating: true, count: wanted.count) }
    return needed.withLock { needed in
      needed.count == 0
        ? Array(repeating: false, count: wanted.count)
        : wanted.map { needed.flags[view * images + $0] }
    }
  }
}
