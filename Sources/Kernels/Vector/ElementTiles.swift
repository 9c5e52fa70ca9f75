/// Cuts element-wise work into tiles that do not depend on the number of threads.
enum ElementTiles {
  /// Values of one tile: a few arrays of it fit the first-level cache's neighbourhood, and it takes
  /// far longer than handing it to a worker.
  static let count = 16_384

  /// Runs `body` for each tile's range; ranges begin at multiples of sixteen.
  @inline(__always)
  static func forEach(_ total: Int, _ pool: WorkerPool, _ body: (Range<Int>) -> Void) {
    if total <= count {
      if total > 0 { body(0..<total) }
      return
    }
    pool.parallelFor((total + count - 1) / count) { tile, _ in
      let start = tile * count
      body(start..<min(start + count, total))
    }
  }
}

/// `output[i] = function(input[i])` over a range, sixteen at a time.
@_transparent
func mapVectors(
  _ range: Range<Int>, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
  _ function: (Vector) -> Vector
) {
  var i = range.lowerBound
  while i &+ lanes <= range.upperBound {
    output.store(function(input.vector(i)), i)
    i &+= lanes
  }
  if i < range.upperBound {
    let count = range.upperBound &- i
    output.store(function(input.vector(i, count: count)), i, count: count)
  }
}

/// `output[i] = function(a[i], b[i])` over a range, sixteen at a time.
@_transparent
func mapVectors(
  _ range: Range<Int>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<Float>, _ function: (Vector, Vector) -> Vector
) {
  var i = range.lowerBound
  while i &+ lanes <= range.upperBound {
    output.store(function(a.vector(i), b.vector(i)), i)
    i &+= lanes
  }
  if i < range.upperBound {
    let count = range.upperBound &- i
    output.store(
      function(a.vector(i, count: count), b.vector(i, count: count)), i, count: count)
  }
}
