/// Copies a short run of values: no call, and no loop over single values once there are sixteen.
@inline(__always)
func copyRun(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int) {
  if count >= lanes {
    var i = 0
    while i &+ lanes <= count {
      target.store(source.vector(i), i)
      i &+= lanes
    }
    // The last vector overlaps the one before.
    if i < count { target.store(source.vector(count &- lanes), count &- lanes) }
  } else {
    for i in 0..<count { target[i] = source[i] }
  }
}

/// Writes a short run of zeros.
@inline(__always)
func zeroRun(_ target: UnsafeMutablePointer<Float>, _ count: Int) {
  var i = 0
  while i &+ lanes <= count {
    target.store(.zero, i)
    i &+= lanes
  }
  while i < count {
    target[i] = 0
    i &+= 1
  }
}
