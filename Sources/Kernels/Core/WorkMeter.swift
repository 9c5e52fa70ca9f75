/// What a pool's workers did, for benchmarks: how evenly work is shared, and what more of them could
/// gain.
package final class WorkMeter {
  /// What one call of `parallelFor` came to.
  struct Region {
    let tiles: Int
    /// From the call to its return.
    let seconds: Double
    /// Of all workers together, in tiles.
    let busySeconds: Double
  }

  /// By worker: tiles, and seconds within them.
  package private(set) var tiles: [Int]
  package private(set) var busySeconds: [Double]
  private var regions: [Region] = []

  package init(threads: Int) {
    tiles = Array(repeating: 0, count: threads)
    busySeconds = Array(repeating: 0, count: threads)
  }

  /// Seconds within `parallelFor`.
  package var parallelSeconds: Double { regions.reduce(0) { $0 + $1.seconds } }

  func note(_ region: [WorkerPool.Share], seconds: Double) {
    for (worker, share) in region.enumerated() {
      tiles[worker] += share.tiles
      busySeconds[worker] += share.seconds
    }
    regions.append(
      Region(
        tiles: region.reduce(0) { $0 + $1.tiles }, seconds: seconds,
        busySeconds: region.reduce(0) { $0 + $1.seconds }))
  }

  /// The seconds that the same regions would take on `workers` cores at best: each waits for the
  /// worker with the most tiles, and a region of one tile is no faster on any number of them.
  package func seconds(on workers: Int) -> Double {
    regions.reduce(0) { sum, region in
      let longest = (region.tiles + workers - 1) / workers
      return sum + region.busySeconds * Double(longest) / Double(max(region.tiles, 1))
    }
  }
}
