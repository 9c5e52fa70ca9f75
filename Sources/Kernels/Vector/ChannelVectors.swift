/// Calls `body(first channel, values)` for vectors that cover all channels of one position.
///
/// With sixteen channels or more every vector is whole: the last one overlaps the one before. So
/// `body` may write a channel twice, and must write the same each time.
@_transparent
func forEachChannelVector(_ channels: Int, _ body: (_ c: Int, _ count: Int) -> Void) {
  if channels < lanes {
    body(0, channels)
    return
  }
  var c = 0
  while c &+ lanes <= channels {
    body(c, lanes)
    c &+= lanes
  }
  if c < channels { body(channels &- lanes, lanes) }
}

extension UnsafePointer<Float> {
  /// A whole vector without a check of its own, or part of one.
  @_transparent
  func channels(_ i: Int, _ count: Int) -> Vector {
    count == lanes ? vector(i) : vector(i, count: count)
  }
}

extension UnsafeMutablePointer<Float> {
  /// A whole vector, or part of one.
  @_transparent
  func channels(_ i: Int, _ count: Int) -> Vector { UnsafePointer(self).channels(i, count) }

  /// Writes a whole vector, or part of one.
  @_transparent
  func storeChannels(_ value: Vector, _ i: Int, _ count: Int) {
    if count == lanes { store(value, i) } else { store(value, i, count: count) }
  }
}
