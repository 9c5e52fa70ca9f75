import Kernels

/// The one block of memory that all plans of a trainer run in, one after the other.
final class Arena {
  private(set) var buffer = FloatBuffer(count: 0)
  /// Changes whenever `buffer` does. Plans remember it, not the buffer, which they would keep alive.
  private(set) var generation = 0

  /// Grows to at least `count` floats. Pointers into it are void when `generation` has changed.
  func reserve(_ count: Int) {
    guard buffer.count < count else { return }
    // The old block goes first, so that both never stand side by side.
    buffer = FloatBuffer(count: 0)
    buffer = FloatBuffer(count: count)
    generation += 1
  }
}

/// What plans run in that take turns: their memory, and the threads that work for them.
struct PlanRoom {
  let arena: Arena
  let pool: WorkerPool
}

/// One buffer that a plan needs, and when.
struct BufferRequest: Equatable {
  /// Floats.
  var count: Int
  /// Moments of the step, both included, at which its content must stand.
  var lifetime: ClosedRange<Int>
}

/// Where in an arena each buffer lies: buffers that live at one moment never share memory.
struct ArenaLayout: Equatable {
  /// In floats, in the order of the requests; multiples of 16, so that every buffer begins at a
  /// cache line.
  let offsets: [Int]
  /// Floats of the whole.
  let count: Int
  /// More floats than any memory has: sums of sizes beyond it do not grow any more, and never overflow.
  private static let countLimit = 1 << 58

  /// Largest first, each into the smallest gap that holds it (Pisarchyk and Lee, "Efficient memory
  /// management for deep neural net inference", 2020: greedy by size).
  init(_ requests: [BufferRequest]) {
    let sizes = requests.map { min($0.count, Self.countLimit) }.map { ($0 + 15) / 16 * 16 }
    let order = requests.indices.sorted { a, b in
      sizes[a] != sizes[b] ? sizes[a] > sizes[b] : a < b
    }
    var offsets = [Int](repeating: 0, count: requests.count)
    var placed: [Int] = []
    var end = 0
    for index in order where sizes[index] > 0 {
      let lifetime = requests[index].lifetime
      var best: (offset: Int, gap: Int)?
      var free = 0
      for other in placed where requests[other].lifetime.overlaps(lifetime) {
        let gap = offsets[other] - free
        if gap >= sizes[index], gap < best?.gap ?? .max { best = (free, gap) }
        free = max(free, offsets[other] + sizes[other])
      }
      offsets[index] = min(best?.offset ?? free, Self.countLimit)
      end = max(end, offsets[index] + sizes[index])
      let place = placed.firstIndex { offsets[$0] > offsets[index] } ?? placed.endIndex
      placed.insert(index, at: place)
    }
    self.offsets = offsets
    count = end
  }
}
