import Files
import Glibc

/// The same picture in training and in validation, by content: files of one size are compared, others
/// cannot be the same.
struct Duplicates {
  private(set) var count = 0
  /// Names of the first pair.
  private(set) var first: (train: String, validation: String)?

  /// - Throws: nothing: a file that is gone is nobody's duplicate.
  init(train: PictureFiles, validation: PictureFiles, progress: (Int) -> Void) {
    var sizes = validation.labels.indices.compactMap { index -> (size: Int, index: Int)? in
      Self.size(validation.file(index)).map { ($0, index) }
    }
    sizes.sort { ($0.size, $0.index) < ($1.size, $1.index) }
    // Of each validation picture, once it is asked for.
    var hashes: [Int: UInt64] = [:]
    for index in train.labels.indices {
      if index % 10_000 == 0 { progress(index) }
      let path = train.file(index)
      guard let size = Self.size(path) else { continue }
      var place = sizes.partitioningIndex { $0.size >= size }
      var own: [UInt8]?
      while place < sizes.count, sizes[place].size == size {
        let other = sizes[place].index
        place += 1
        if own == nil { own = Self.content(path, size) }
        guard let content = own else { break }
        let hash = hashes[other] ?? Self.content(validation.file(other), size).map(Self.hash)
        guard let hash else { continue }
        hashes[other] = hash
        guard hash == Self.hash(content), content == Self.content(validation.file(other), size)
        else { continue }
        count += 1
        if first == nil { first = (train.name(index), validation.name(other)) }
        break
      }
    }
  }

  private static func size(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  private static func content(_ path: String, _ size: Int) -> [UInt8]? {
    guard let file = try? InputFile(path: path), file.size == size else { return nil }
    return try? file.bytes(at: 0, count: size)
  }

  /// FNV-1a over words of eight bytes: to tell contents apart, not to resist anybody.
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 14_695_981_039_346_656_037
    bytes.withUnsafeBytes { raw in
      var place = 0
      while place + 8 <= raw.count {
        hash =
          (hash ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 1_099_511_628_211
        hash ^= hash >> 29
        place += 8
      }
      for byte in raw[place...] { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    }
    return hash
  }
}

extension Array {
  /// The first place from which on the condition holds, in an array in which it holds from there on.
  fileprivate func partitioningIndex(_ holds: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
