/// A decoded picture: 8 bits a channel, `[height, width, channels]` with the channels last, upright.
///
/// Shares its memory when copied; nothing changes it once it is made.
package struct Picture: Sendable {
  package let width: Int
  package let height: Int
  /// 1: grey, 3: red, green, blue.
  package let channels: Int
  private let storage: Storage

  /// Written by `init` alone, so that reading from any thread is safe.
  private final class Storage: @unchecked Sendable {
    let bytes: UnsafeMutablePointer<UInt8>

    init(count: Int) {
      // Readers take four bytes at once for a pixel of three: the last one has a neighbour, too.
      bytes = .allocate(capacity: count + Picture.slack)
      (bytes + count).initialize(repeating: 0, count: Picture.slack)
    }

    deinit { bytes.deallocate() }
  }

  /// Bytes after the last pixel that may be read and mean nothing.
  static let slack = 16

  /// Makes a picture of what `fill` writes, all `width · height · channels` bytes of it.
  package init<Failure: Error>(
    width: Int, height: Int, channels: Int,
    fill: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    precondition(width > 0 && height > 0, "a picture of \(width)×\(height)")
    precondition(channels == 1 || channels == 3, "\(channels) channels")
    self.width = width
    self.height = height
    self.channels = channels
    let count = width * height * channels
    storage = Storage(count: count)
    try fill(UnsafeMutableBufferPointer(start: storage.bytes, count: count))
  }

  package init(width: Int, height: Int, channels: Int, bytes: [UInt8]) {
    precondition(bytes.count == width * height * channels, "\(bytes.count) bytes")
    self.init(width: width, height: height, channels: channels) { buffer in
      _ = buffer.update(fromContentsOf: bytes)
    }
  }

  /// Bytes in a row.
  package var stride: Int { width * channels }

  /// Reads the pixels, row by row; `slack` bytes after them may be read, too.
  package func withPixels<Result>(_ body: (UnsafePointer<UInt8>) throws -> Result) rethrows
    -> Result
  {
    try withExtendedLifetime(storage) { try body(UnsafePointer(storage.bytes)) }
  }

  package var bytes: [UInt8] {
    withPixels { Array(UnsafeBufferPointer(start: $0, count: stride * height)) }
  }
}

extension Picture: Equatable {
  package static func == (a: Picture, b: Picture) -> Bool {
    a.width == b.width && a.height == b.height && a.channels == b.channels && a.bytes == b.bytes
  }
}
