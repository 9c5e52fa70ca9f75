import COpenBLAS
import Dispatch
import Synchronization

/// The one owner of the processor's cores.
///
/// Parallelism comes from here, over tiles of work; OpenBLAS, which does linear algebra between them,
/// runs on one thread. What a tile computes never depends on which worker runs it or on how many there are, so results are the
/// same bits for any thread count.
package final class WorkerPool {
  /// How many workers run at once, 1 or more.
  package let threads: Int
  private var scratch: [FloatBuffer]
  private var sharedScratch = FloatBuffer(count: 0)
  private var statisticsScratch = FloatBuffer(count: 0)
  /// Floats that were asked for: of each worker's scratch, the shared memory, the statistics. The
  /// memory is taken when work begins, so that a plan's demand is known before.
  private var wanted = (scratch: 0, shared: 0, statistics: 0)
  /// Told of all work from now on, which costs some time; `nil`: nobody is.
  package var meter: WorkMeter?

  /// A pool of `threads` workers; by default one for each core.
  package init(threads: Int? = nil) {
    openblas_set_num_threads(1)
    self.threads = max(1, threads ?? Self.coreCount)
    scratch = (0..<self.threads).map { _ in FloatBuffer(count: 0) }
  }

  /// Cores that this process may run on.
  package static var coreCount: Int { max(1, Int(openblas_get_num_procs())) }

  /// Runs `body(tile, worker)` for every tile in `0..<tiles`, each exactly once.
  ///
  /// `worker` is in `0..<threads` and names the scratch memory that is the body's alone while it
  /// runs. Bodies of different tiles must write to disjoint memory.
  package func parallelFor(_ tiles: Int, _ body: (_ tile: Int, _ worker: Int) -> Void) {
    guard let meter else { return run(tiles, body) }
    meter.measure {
      run(tiles) { tile, worker in meter.measureTile(worker) { body(tile, worker) } }
    }
  }

  private func run(_ tiles: Int, _ body: (_ tile: Int, _ worker: Int) -> Void) {
    guard tiles > 0 else { return }
    takeReserved()
    let workers = min(threads, tiles)
    if workers == 1 {
      for tile in 0..<tiles { body(tile, 0) }
      return
    }
    let next = Atomic<Int>(0)
    // The bodies of different tiles write to disjoint memory, and all of them have ended when
    // `concurrentPerform` returns.
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while true {
        let tile = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if tile >= tiles { break }
        body(tile, worker)
      }
    }
  }

  /// Makes room for `count` floats of scratch for each worker. Call it before `parallelFor`, which
  /// allocates only when a larger amount than ever before is asked for.
  package func reserveScratch(_ count: Int) {
    wanted.scratch = max(wanted.scratch, count)
  }

  /// The scratch memory of one worker: at least what `reserveScratch` asked for, not cleared.
  package func scratch(of worker: Int) -> UnsafeMutablePointer<Float> {
    takeReserved()
    return scratch[worker].pointer
  }

  /// Makes room for `count` floats that all workers share. As `reserveScratch`.
  package func reserveShared(_ count: Int) {
    wanted.shared = max(wanted.shared, count)
  }

  /// Memory that all workers share: at least what `reserveShared` asked for, not cleared. It
  /// belongs to the kernel that runs, and holds nothing from one call to the next.
  package var shared: UnsafeMutablePointer<Float> {
    takeReserved()
    return sharedScratch.pointer
  }

  /// Makes room for `count` floats of statistics. As `reserveScratch`.
  func reserveStatistics(_ count: Int) {
    wanted.statistics = max(wanted.statistics, count)
  }

  /// What a convolution leaves for the batch-norm that runs right after it.
  var statistics: UnsafeMutablePointer<Float> {
    takeReserved()
    return statisticsScratch.pointer
  }

  /// Floats that the work asked for takes, whether they are taken yet or not; `nil` beyond 2⁶³.
  package var reservedCount: Int? {
    let (workers, isTooLarge) = wanted.scratch.multipliedReportingOverflow(by: threads)
    let (some, isStillTooLarge) = workers.addingReportingOverflow(wanted.shared)
    let (all, isAllTooLarge) = some.addingReportingOverflow(wanted.statistics)
    return isTooLarge || isStillTooLarge || isAllTooLarge ? nil : all
  }

  /// Floats that are taken.
  package var takenCount: Int {
    scratch[0].count * threads + sharedScratch.count + statisticsScratch.count
  }

  /// Within tiles there is nothing left to take: `parallelFor` has done so before them.
  private func takeReserved() {
    if scratch[0].count < wanted.scratch {
      // The old memory goes first, so that both never stand side by side.
      for worker in scratch.indices { scratch[worker] = FloatBuffer(count: 0) }
      for worker in scratch.indices { scratch[worker] = FloatBuffer(count: wanted.scratch) }
    }
    if sharedScratch.count < wanted.shared {
      sharedScratch = FloatBuffer(count: 0)
      sharedScratch = FloatBuffer(count: wanted.shared)
    }
    if statisticsScratch.count < wanted.statistics {
      statisticsScratch = FloatBuffer(count: 0)
      statisticsScratch = FloatBuffer(count: wanted.statistics)
    }
  }
}
