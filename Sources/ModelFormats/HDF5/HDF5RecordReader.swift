/// Why an HDF5 file could not be read, in the child's or the library's words.
struct HDF5Failure: Error {
  let reason: String

  /// The child ended before it said that all is there.
  static let interrupted = HDF5Failure(reason: "contents that could not be read to their end")
}

/// Walks the records that the child wrote (layout in `hdf5_extraction.h`). The child may have been
/// overrun by the file it read, so what it wrote is checked like a file.
struct HDF5RecordReader {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  private var remaining: Int { bytes.count - position }

  mutating func number() throws(HDF5Failure) -> UInt64 {
    guard remaining >= 8 else { throw .interrupted }
    defer { position += 8 }
    return bytes.load(fromByteOffset: position, as: UInt64.self)
  }

  /// A number that counts things of `size` bytes which still follow.
  private mutating func count(of size: Int) throws(HDF5Failure) -> Int {
    let number = try number()
    guard number <= UInt64(remaining / size) else { throw .interrupted }
    return Int(number)
  }

  mutating func string() throws(HDF5Failure) -> String {
    let length = try count(of: 1)
    let string = String(decoding: bytes[position..<position + length], as: UTF8.self)
    try skipPadded(length)
    return string
  }

  mutating func strings() throws(HDF5Failure) -> [String] {
    let count = try count(of: 8)
    var strings: [String] = []
    for _ in 0..<count { strings.append(try string()) }
    return strings
  }

  mutating func shape() throws(HDF5Failure) -> [Int] {
    let rank = try count(of: 8)
    var shape: [Int] = []
    for _ in 0..<rank {
      guard let extent = Int(exactly: try number()) else { throw .interrupted }
      shape.append(extent)
    }
    return shape
  }

  /// Steps over a tensor's values and returns where they begin.
  mutating func skipValues(of shape: [Int]) throws(HDF5Failure) -> Int {
    var length = MemoryLayout<Float>.stride
    for extent in shape {
      let (product, overflow) = length.multipliedReportingOverflow(by: extent)
      guard !overflow else { throw .interrupted }
      length = product
    }
    let offset = position
    try skipPadded(length)
    return offset
  }

  private mutating func skipPadded(_ length: Int) throws(HDF5Failure) {
    guard length <= remaining else { throw .interrupted }
    let padded = length + (8 - length % 8) % 8
    guard padded <= remaining else { throw .interrupted }
    position += padded
  }
}
