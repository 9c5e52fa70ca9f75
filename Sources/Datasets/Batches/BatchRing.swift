import Dispatch
import Kernels
import Synchronization

/// What a batch loader and its queue share.
///
/// Unchecked: a slot belongs to the queue from `prepare` until its semaphore is signalled, and to
/// the loader's owner from there until the next `prepare`; everything else but the constants and the
/// locked set is touched on the queue only.
final class BatchRing: @unchecked Sendable {
  /// One in use, two ahead.
  static let slotCount = 3

  final class Slot {
    let images: FloatBuffer
    let labels: UnsafeMutablePointer<Int32>
    let ready = DispatchSemaphore(value: 0)
    /// `nil` until it is filled for the first time.
    var result: Result<Batch, any Error>?
    /// What it was filled with.
    var wanted = Wanted()

    init(batchSize: Int, imageCount: Int) {
      images = FloatBuffer(count: batchSize * imageCount)
      labels = .allocate(capacity: batchSize)
      labels.initialize(repeating: 0, count: batchSize)
    }

    deinit { labels.deallocate() }
  }

  /// What belongs into a batch.
  struct Wanted {
    var epoch = 0
    var index = 0
    var indices: ArraySlice<Int> = []
  }

  let slots: [Slot]
  let isAbandoned = Atomic(false)
  let dataset: any ImageDataset
  private let needs: PixelNeeds?
  private let batchSize: Int
  private let order: EpochOrder
  private let leftOut: Set<Int>
  private let workers: Int
  private let onUnreadable: (@Sendable (Int, any Error) -> Void)?
  /// Images that could not be read: nobody tries again.
  private let unreadable = Mutex<Set<Int>>([])
  private let labels: [Int32]
  private var epoch: Int
  private var batch: Int
  private var indices: [Int] = []

  init(
    dataset: any ImageDataset, batchSize: Int, order: EpochOrder, start: (epoch: Int, batch: Int),
    needs: PixelNeeds?, leftOut: Set<Int>, workers: Int,
    onUnreadable: (@Sendable (Int, any Error) -> Void)?
  ) {
    self.dataset = dataset
    self.needs = needs
    self.batchSize = batchSize
    self.order = order
    self.leftOut = leftOut
    self.workers = workers
    self.onUnreadable = onUnreadable
    labels = dataset.labels
    (epoch, batch) = start
    slots = (0..<Self.slotCount).map { _ in
      Slot(batchSize: batchSize, imageCount: dataset.imageCount)
    }
  }

  /// Whether filling a slot reads no pixels: it is done in less time than another thread takes to wake.
  var isQuick: Bool { needs?.isEmpty ?? false }

  /// Fills a slot with the next batch, on the queue.
  func fill(_ slot: Int) {
    guard !isAbandoned.load(ordering: .relaxed) else { return }
    if indices.isEmpty { indices = order.indices(epoch: epoch, count: dataset.count) }
    let start = batch * batchSize
    let part = indices[start..<min(start + batchSize, indices.count)]
    let target = slots[slot]
    // Others keep their places: a step is always the same place in the data.
    let visited = leftOut.isEmpty ? part : part.filter { !leftOut.contains($0) }[...]
    target.wanted = Wanted(epoch: epoch, index: batch, indices: visited)
    target.result = Result { try read(target.wanted, into: target, needs: needs) }
    batch += 1
    if part.endIndex == indices.count {
      batch = 0
      epoch += 1
      indices = []
    }
    target.ready.signal()
  }

  /// Fills a slot once more, for its owner.
  func fillAgain(_ slot: Int) -> Result<Batch, any Error> {
    let target = slots[slot]
    let result = Result { try read(target.wanted, into: target, needs: nil) }
    target.result = result
    return result
  }

  private func read(_ wanted: Wanted, into target: Slot, needs: PixelNeeds?) throws -> Batch {
    let view = dataset.view(epoch: wanted.epoch)
    let known = unreadable.withLock { $0 }
    var images =
      known.isEmpty ? wanted.indices : wanted.indices.filter { !known.contains($0) }[...]
    var isLoaded =
      needs?.flags(images, view: view) ?? Array(repeating: true, count: images.count)
    let faults = readPixels(images, view: view, isLoaded, into: target.images.pointer)
    let fatal = faults.compactMap(\.self).first { !dataset.leavesOut($0) }
    if let fatal { throw fatal }
    let size = dataset.imageCount
    var kept: [Int] = []
    for (place, image) in images.enumerated() {
      if let fault = faults[place] {
        if unreadable.withLock({ $0.insert(image).inserted }) { onUnreadable?(image, fault) }
        continue
      }
      if kept.count < place {
        (target.images.pointer + kept.count * size)
          .update(from: target.images.pointer + place * size, count: size)
        isLoaded[kept.count] = isLoaded[place]
      }
      target.labels[kept.count] = labels[image]
      kept.append(image)
    }
    if kept.count < images.count {
      images = kept[...]
      isLoaded.removeLast(isLoaded.count - kept.count)
    }
    return Batch(
      images: target.images.pointer, labels: target.labels, count: images.count,
      epoch: wanted.epoch, view: view, index: wanted.index, indices: images, isLoaded: isLoaded,
      mixes: images.compactMap { image in
        dataset.mixup(of: image, view: view).map {
          MixedLabel(share: $0.share, otherLabel: labels[$0.partner])
        }
      })
  }

  /// Reads images, each by one worker or another; what an image becomes does not depend on which.
  /// - Returns: by place, what is wrong with it.
  private func readPixels(
    _ images: ArraySlice<Int>, view: Int, _ isWanted: [Bool],
    into pixels: UnsafeMutablePointer<Float>
  ) -> [(any Error)?] {
    let size = dataset.imageCount
    return ParallelReading.faults(
      isWanted.indices.filter { isWanted[$0] }, of: images.count, workers: workers
    ) { place in
      try dataset.copyImage(
        images[images.startIndex + place], view: view, into: pixels + place * size)
    }
  }
}
