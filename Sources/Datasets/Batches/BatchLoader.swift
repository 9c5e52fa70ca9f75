import Dispatch
import Kernels

/// The order in which an epoch visits its images.
package enum EpochOrder: Sendable, Equatable {
  case sequential
  /// A permutation drawn from (seed, epoch).
  case shuffled(seed: UInt64)

  package func indices(epoch: Int, count: Int) -> [Int] {
    switch self {
    case .sequential: Array(0..<count)
    case .shuffled(let seed):
      RandomStream(seed: seed, purpose: .shuffle, step: UInt64(epoch)).permutation(count)
    }
  }
}

/// One batch, in memory that is its until the loader is asked for the next one.
package struct Batch {
  /// `[count, height, width, channels]`
  package let images: UnsafePointer<Float>
  package let labels: UnsafePointer<Int32>
  /// Images in it; fewer than the batch size at the end of an epoch, and where some are left out or cannot
  /// be read: none at all where nothing remains.
  package let count: Int
  package let epoch: Int
  /// Which view of the images it is.
  package let view: Int
  /// Its place in the epoch, from 0.
  package let index: Int
  /// The images, by their place in the data set.
  package let indices: ArraySlice<Int>
  /// By place: whether the pixels have been read. See `BatchLoader.load`.
  package let isLoaded: [Bool]
  /// By place, where images are mixed: what they are mixed with. Empty: nothing is.
  package let mixes: [MixedLabel]
}

/// Prepares batches ahead of the engine, on a queue of its own: epoch after epoch without end, so
/// that the first batch of an epoch is ready, too. What a batch contains depends on the order and
/// on nothing else. The memory is taken once.
///
/// Belongs to one queue at a time.
package final class BatchLoader {
  /// Batches that memory is taken for.
  package static let batchesInMemory = BatchRing.slotCount
  package let batchSize: Int
  package let batchesPerEpoch: Int
  /// Seconds that `next` has waited since the loader was made.
  package private(set) var waitedSeconds = 0.0

  private let ring: BatchRing
  private let queue = DispatchQueue(label: "thaw.batches")
  private var current: Int?

  /// - Parameters:
  ///   - epoch: the epoch to begin with.
  ///   - batch: the batch of that epoch to begin with: where a resumed run goes on.
  ///   - needs: images whose pixels are not needed are not read; `nil`: all are.
  ///   - leftOut: images that are not visited: the batches that they would be in are smaller.
  ///   - workers: threads that read images, where reading one takes long.
  ///   - onUnreadable: told once of each image that cannot be read and is left out, from any thread.
  package init(
    dataset: any ImageDataset, batchSize: Int, order: EpochOrder, epoch: Int = 1, batch: Int = 0,
    needs: PixelNeeds? = nil, leftOut: Set<Int> = [], workers: Int = WorkerPool.coreCount,
    onUnreadable: (@Sendable (Int, any Error) -> Void)? = nil
  ) {
    let count = dataset.count
    precondition(count > 0, "an empty data set")
    precondition(batchSize > 0, "batch size \(batchSize)")
    let size = min(batchSize, count)
    self.batchSize = batchSize
    batchesPerEpoch = (count - 1) / size + 1
    precondition(0..<batchesPerEpoch ~= batch && epoch >= 0, "epoch \(epoch), batch \(batch)")
    ring = BatchRing(
      dataset: dataset, batchSize: size, order: order, start: (epoch, batch), needs: needs,
      leftOut: leftOut, workers: dataset.isSlow ? workers : 1, onUnreadable: onUnreadable)
    for slot in 0..<BatchRing.slotCount { prepare(slot) }
  }

  deinit { ring.isAbandoned.store(true, ordering: .relaxed) }

  /// The next batch; the one before may be overwritten from now on.
  /// - Throws: what the data set throws at an image of this batch.
  package func next() throws -> Batch {
    if let current { prepare(current) }
    let slot = current.map { ($0 + 1) % BatchRing.slotCount } ?? 0
    current = slot
    let ready = ring.slots[slot].ready
    // Asked first without a clock: it is ready nearly always.
    if ready.wait(timeout: .now()) == .timedOut {
      let start = ContinuousClock.now
      ready.wait()
      waitedSeconds += (ContinuousClock.now - start) / .seconds(1)
    }
    return try ring.slots[slot].result!.get()
  }

  /// The current batch once more, with all its pixels: where `load` has thrown. An image that cannot be
  /// read any more is left out.
  package func again() throws -> Batch {
    guard let current else { preconditionFailure("no batch yet") }
    return try ring.fillAgain(current).get()
  }

  /// Reads an image of the current batch that was left out, because its pixels are needed after all.
  /// - Throws: what the data set throws at it.
  package func load(_ place: Int, of batch: Batch) throws {
    guard !batch.isLoaded[place], let current else { return }
    let pixels = ring.slots[current].images.pointer + place * ring.dataset.imageCount
    try ring.dataset.copyImage(
      batch.indices[batch.indices.startIndex + place], view: batch.view, into: pixels)
  }

  private func prepare(_ slot: Int) {
    if ring.isQuick {
      queue.sync { ring.fill(slot) }
    } else {
      queue.async { [ring] in ring.fill(slot) }
    }
  }
}
