/// Why features of frozen layers are not kept, or no more of them.
package enum CacheObstacle: Sendable, Codable, Equatable {
  case switchedOff
  case nothingFrozen
  case augmentation
  case dropout(layer: String)
  case liveStatistics(layer: String)
  case liveLayer(String)
  case nothingToTrain
  /// All of the budget's bytes are in use.
  case budgetUsedUp(bytes: Int)
  /// Of the disk's free bytes, checkpoints may need so many.
  case diskNeeded(free: Int, reserve: Int)
  /// The disk was needed for a checkpoint.
  case gaveWay
  /// An error's words.
  case error(String)
}
