/// What a pool's workers did, for benchmarks: how evenly work is shared, and what more of them could
/// gain.
package final class WorkMeter {
  /// What workers did within one call of `parallelFor`, or one of them in all.
  private struct Share {
    var tiles = 0
    /// In tiles.
    var seconds = 0.0

    static func + (a: Share, b: Share) -> Share {
      Share(tiles: a.tiles + b.tiles, seconds: a.seconds + b.seconds)
    }
  }

  /// Seconds within `parallelFor`.
  package private(set) var parallelSeconds = 0.0
  /// All workers together, for each call of `parallelFor`.
  private var regions: [Share] = []
  /// By worker: all of the calls before, and the present one, in which each touches its own place only.
  private var totals: [Share]
  private let current: UnsafeMutablePointer<Share>

  package init(threads: Int) {
    totals = Array(repeating: Share(), count: threads)
    current = .allocate(capacity: threads)
    current.initialize(repeating: Share(), count: threads)
  }

  deinit { current.deallocate() }

  /// By worker.
  package var tiles: [Int] { totals.map(\.tiles) }
  /// By worker: seconds in tiles.
  package var busySeconds: [Double] { totals.map(\.seconds) }

  /// Runs `region`, a call of `parallelFor`.
  func measure(_ region: () -> Void) {
    let start = ContinuousClock.now
    region()
    parallelSeconds += (ContinuousClock.now - start) / .seconds(1)
    var sum = Share()
    for worker in totals.indices {
      totals[worker] = totals[worker] + current[worker]
      sum = sum + current[worker]
      current[worker] = Share()
    }
    regions.append(sum)
  }

  /// Runs one tile within `measure`.
  func measureTile(_ worker: Int, _ tile: () -> Void) {
    let start = ContinuousClock.now
    tile()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    current[worker] = current[worker] + Share(tiles: 1, seconds: seconds)
  }

  /// The seconds that the same regions would take on `workers` cores at best: each waits for the
  /// worker with the most tiles, and a region of one tile is no faster on any number of them.
  package func seconds(on workers: Int) -> Double {
    regions.reduce(0) { sum, region in
      let longest = (region.tiles + workers - 1) / workers
      return sum + region.seconds * Double(longest) / Double(max(region.tiles, 1))
    }
  }
}
