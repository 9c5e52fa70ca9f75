/// What is kept of what leaves the frozen layers at the beginning of the network.
package struct FeatureCacheStatus: Sendable, Codable, Equatable {
  /// Whether the frozen layers' features are kept and used.
  package var isUsed = false
  /// Why they cannot be kept, or why no more of them; `nil` where nothing is in the way.
  package var obstacle: CacheObstacle?
  /// Training and validation images whose features are kept.
  package var cachedImages = 0
  /// All of them.
  package var images = 0
  /// Of memory and file together.
  package var bytes = 0
  package var fileBytes = 0
  /// Share of the epoch's training images so far that came from the cache; `nil` before the first.
  package var hitShare: Double?

  package init() {}
}
