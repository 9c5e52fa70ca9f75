/// The features of one set of images: a row for each image that has been seen. Belongs to one queue
/// at a time.
final class FeatureStore {
  /// Bytes that are asked for at once.
  private static let blockBytes = 4 << 20

  /// Floats of a row.
  let rowCount: Int
  private(set) var cachedCount = 0
  private let memory: FeatureMemory
  private var rows: [UnsafeMutablePointer<Float>?]
  private var blocks: [FeatureMemory.Block] = []
  /// Rows of the last block that are taken.
  private var taken = 0

  init(images: Int, rowCount: Int, memory: FeatureMemory) {
    self.rowCount = rowCount
    self.memory = memory
    rows = Array(repeating: nil, count: images)
  }

  var imageCount: Int { rows.count }
  var isComplete: Bool { cachedCount == rows.count }

  /// The features of an image; `nil` while there are none.
  func row(_ image: Int) -> UnsafeMutablePointer<Float>? { rows[image] }

  /// Room for the features of an image, to be filled at once.
  /// - Returns: `nil` where there is no more.
  func add(_ image: Int) -> UnsafeMutablePointer<Float>? {
    precondition(rows[image] == nil, "image \(image) twice")
    if taken == blocks.last?.rows ?? 0 {
      let rowBytes = rowCount * MemoryLayout<Float>.stride
      let wanted = min(max(1, Self.blockBytes / rowBytes), rows.count - cachedCount)
      guard let block = memory.allocate(rows: wanted, rowBytes: rowBytes) else { return nil }
      blocks.append(block)
      taken = 0
    }
    let row = blocks[blocks.count - 1].values + taken * rowCount
    taken += 1
    cachedCount += 1
    rows[image] = row
    return row
  }

  /// Lets go of what lies in files; those images count as not seen.
  func dropFiles() {
    let ranges = blocks.filter(\.isInFile).map { $0.values..<$0.values + $0.rows * rowCount }
    for image in rows.indices {
      guard let row = rows[image], ranges.contains(where: { $0.contains(row) }) else { continue }
      rows[image] = nil
      cachedCount -= 1
    }
    // A block is asked for when the one before is full.
    let isLastInFile = blocks.last?.isInFile == true
    blocks.removeAll(where: \.isInFile)
    if isLastInFile { taken = blocks.last?.rows ?? 0 }
  }
}

/// The features at one freeze line, of the training and the validation images.
final class FeatureTier {
  /// What each tensor is: equal keys, equal bits.
  let keys: [UInt64]
  /// Floats of each tensor, for an image.
  let counts: [Int]
  /// Where each tensor begins in a row.
  let offsets: [Int]
  let train: FeatureStore
  let validation: FeatureStore

  init(_ line: FreezeLine, trainImages: Int, validationImages: Int, memory: FeatureMemory) {
    keys = line.keys
    counts = line.counts
    var end = 0
    offsets = line.counts.map { count in
      defer { end += count }
      return end
    }
    train = FeatureStore(images: trainImages, rowCount: end, memory: memory)
    validation = FeatureStore(images: validationImages, rowCount: end, memory: memory)
  }

  subscript(part: FeatureCache.Part) -> FeatureStore {
    part == .train ? train : validation
  }

  var isComplete: Bool { train.isComplete && validation.isComplete }
}
