import Dispatch
import Kernels
import Synchronization

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
  /// Images in it; fewer than the batch size at the end of an epoch.
  package let count: Int
  package let epoch: Int
  /// Its place in the epoch, from 0.
  package let index: Int
  /// The images, by their place in the data set.
  package let indices: ArraySlice<Int>
  /// By place: whether the pixels have been read. See `BatchLoader.load`.
  package let isLoaded: [Bool]
}

/// Which images' pixels are still needed: shared by a loader, which leaves out the others, and whoever
/// keeps something better. Callable from any thread.
package final class PixelNeeds: Sendable {
  private let needed: Mutex<[Bool]>

  /// All of them are.
  package init(images: Int) {
    needed = Mutex(Array(repeating: true, count: images))
  }

  /// The pixels of an image are needed no more.
  package func note(_ image: Int) {
    needed.withLock { $0[image] = false }
  }

  package func replace(_ isNeeded: (Int) -> Bool) {
    needed.withLock { needed in
      for image in needed.indices { needed[image] = isNeeded(image) }
    }
  }

  func flags(_ images: ArraySlice<Int>) -> [Bool] {
    needed.withLock { needed in images.map { needed[$0] } }
  }
}

/// Prepares batches ahead of the engine, on a queue of its own: epoch after epoch without end, so
/// that the first batch of an epoch is ready, too. What a batch contains depends on the order and
/// on nothing else. The memory is taken once.
///
/// Belongs to one queue at a time.
package final class BatchLoader {
  /// Batches that memory is taken for.
  package static let batchesInMemory = Ring.slotCount
  package let batchSize: Int
  package let batchesPerEpoch: Int
  /// Seconds that `next` has waited since the loader was made.
  package private(set) var waitedSeconds = 0.0

  private let ring: Ring
  private let queue = DispatchQueue(label: "thaw.batches")
  private var current: Int?

  /// - Parameters:
  ///   - epoch: the epoch to begin with.
  ///   - batch: the batch of that epoch to begin with: where a resumed run goes on.
  ///   - needs: images whose pixels are not needed are not read; `nil`: all are.
  package init(
    dataset: any ImageDataset, batchSize: Int, order: EpochOrder, epoch: Int = 1, batch: Int = 0,
    needs: PixelNeeds? = nil
  ) {
    precondition(dataset.count > 0, "an empty data set")
    precondition(batchSize > 0, "batch size \(batchSize)")
    let size = min(batchSize, dataset.count)
    self.batchSize = batchSize
    batchesPerEpoch = (dataset.count - 1) / size + 1
    precondition(0..<batchesPerEpoch ~= batch && epoch >= 0, "epoch \(epoch), batch \(batch)")
    ring = Ring(
      dataset: dataset, batchSize: size, order: order, epoch: epoch, batch: batch,
      needs: needs)
    for slot in 0..<Ring.slotCount { prepare(slot) }
  }

  deinit { ring.isAbandoned.store(true, ordering: .relaxed) }

  /// The next batch; the one before may be overwritten from now on.
  /// - Throws: what the data set throws at an image of this batch.
  package func next() throws -> Batch {
    if let current { prepare(current) }
    let slot = current.map { ($0 + 1) % Ring.slotCount } ?? 0
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

  /// Reads an image of the current batch that was left out, because its pixels are needed after all.
  /// - Throws: what the data set throws at it.
  package func load(_ place: Int, of batch: Batch) throws {
    guard !batch.isLoaded[place], let current else { return }
    let pixels = ring.slots[current].images.pointer + place * ring.dataset.imageCount
    try ring.dataset.copyImage(batch.indices[batch.indices.startIndex + place], into: pixels)
  }

  private func prepare(_ slot: Int) {
    queue.async { [ring] in ring.fill(slot) }
  }
}

/// What the loader and its queue share.
///
/// Unchecked: a slot belongs to the queue from `prepare` until its semaphore is signalled, and to
/// the loader's owner from there until the next `prepare`; everything else but the constants is
/// touched on the queue only.
private final class Ring: @unchecked Sendable {
  /// One in use, two ahead.
  static let slotCount = 3

  final class Slot {
    let images: FloatBuffer
    let labels: UnsafeMutablePointer<Int32>
    let ready = DispatchSemaphore(value: 0)
    /// `nil` until it is filled for the first time.
    var result: Result<Batch, any Error>?

    init(batchSize: Int, imageCount: Int) {
      images = FloatBuffer(count: batchSize * imageCount)
      labels = .allocate(capacity: batchSize)
      labels.initialize(repeating: 0, count: batchSize)
    }

    deinit { labels.deallocate() }
  }

  let slots: [Slot]
  let isAbandoned = Atomic(false)
  let dataset: any ImageDataset
  private let needs: PixelNeeds?
  private let batchSize: Int
  private let order: EpochOrder
  private var epoch: Int
  private var batch: Int
  private var indices: [Int] = []

  init(
    dataset: any ImageDataset, batchSize: Int, order: EpochOrder, epoch: Int, batch: Int,
    needs: PixelNeeds?
  ) {
    self.dataset = dataset
    self.needs = needs
    self.batchSize = batchSize
    self.order = order
    self.epoch = epoch
    self.batch = batch
    slots = (0..<Self.slotCount).map { _ in
      Slot(batchSize: batchSize, imageCount: dataset.imageCount)
    }
  }

  func fill(_ slot: Int) {
    guard !isAbandoned.load(ordering: .relaxed) else { return }
    if indices.isEmpty { indices = order.indices(epoch: epoch, count: dataset.count) }
    let start = batch * batchSize
    let part = indices[start..<min(start + batchSize, indices.count)]
    let target = slots[slot]
    target.result = Result {
      let isWanted = needs?.flags(part) ?? Array(repeating: true, count: part.count)
      try dataset.copyBatch(
        part, into: target.images.pointer, labels: target.labels, isWanted: isWanted)
      return Batch(
        images: target.images.pointer, labels: target.labels, count: part.count, epoch: epoch,
        index: batch, indices: part, isLoaded: isWanted)
    }
    batch += 1
    if part.endIndex == indices.count {
      batch = 0
      epoch += 1
      indices = []
    }
    target.ready.signal()
  }
}
