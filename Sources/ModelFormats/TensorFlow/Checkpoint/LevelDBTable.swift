import Files

/// A table of LevelDB's: keys in order, each with a value, in blocks that may be compressed. See
/// `doc/table_format.md` of LevelDB.
struct LevelDBTable {
  struct Entry {
    let key: [UInt8]
    /// In the block's source.
    let value: Range<Int>
  }

  struct Block {
    fileprivate let place: Range<Int>
    fileprivate let isCompressed: Bool
    fileprivate(set) var entries: [Entry] = []
  }

  private let file: InputFile
  let blocks: [Block]

  private static let footerCount = 48
  private static let magic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  /// A type and a sum stand behind each block.
  private static let trailerCount = 5
  private static let snappy: UInt8 = 1
  private static let entryLimit = 1 << 20
  private static let keyLimit = 1 << 16

  /// - Throws: `UnexpectedContent` for what is no table, and where a sum is another one.
  init(_ file: InputFile) throws {
    self.file = file
    guard file.size >= Self.footerCount else { throw Self.damage(file.size) }
    let footer = try file.bytes(at: file.size - Self.footerCount, count: Self.footerCount)
    guard Array(footer.suffix(8)) == Self.magic else {
      throw UnexpectedContent(
        expected: "a TensorFlow checkpoint", found: "another end of the file (cut)")
    }
    var place = 0
    _ = try Self.handle(footer, &place)
    let handle = try Self.handle(footer, &place)
    let index = try Self.block(in: file, handle, limit: Self.entryLimit)
    let handles = try Self.source(of: index, in: file)
    var blocks: [Block] = []
    var left = Self.entryLimit
    for entry in index.entries {
      let bytes = try handles.bytes(
        at: entry.value.lowerBound, count: min(entry.value.count, 20))
      var place = 0
      let block = try Self.block(in: file, try Self.handle(bytes, &place), limit: left)
      left -= block.entries.count
      blocks.append(block)
    }
    self.blocks = blocks
  }

  /// Whether a file ends as a table does.
  static func isOne(_ probe: FormatProbe) throws -> Bool {
    guard let size = probe.file?.size, size >= footerCount else { return false }
    return try probe.has(magic, atAnyOf: [size - magic.count])
  }

  /// What a block's values stand in: the file, or what it has been unpacked to.
  func source(of block: Block) throws -> MessageSource { try Self.source(of: block, in: file) }

  private static func source(of block: Block, in file: InputFile) throws -> MessageSource {
    guard block.isCompressed else { return .file(file) }
    let bytes = try file.bytes(at: block.place.lowerBound, count: block.place.count)
    return .memory(try SnappyBlock.content(of: bytes, at: block.place.lowerBound))
  }

  private static func damage(_ place: Int) -> UnexpectedContent {
    UnexpectedContent(
      expected: "a table of a TensorFlow checkpoint", found: "damage at byte \(place)")
  }

  /// Where a block stands: its first byte and how many there are.
  private static func handle(_ bytes: [UInt8], _ place: inout Int) throws -> (Int, Int) {
    (try number(bytes, &place), try number(bytes, &place))
  }

  /// A number of seven bits a byte.
  private static func number(_ bytes: [UInt8], _ place: inout Int) throws -> Int {
    var value = 0
    for shift in stride(from: 0, through: 49, by: 7) {
      guard place < bytes.count else { break }
      let byte = bytes[place]
      place += 1
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw damage(place)
  }

  private static func block(
    in file: InputFile, _ handle: (start: Int, count: Int), limit: Int
  ) throws -> Block {
    let (start, count) = handle
    guard start >= 0, count >= 4, start <= file.size, count <= file.size - start - trailerCount
    else {
      throw damage(start)
    }
    let trailer = try file.bytes(at: start + count, count: trailerCount)
    guard trailer[0] <= snappy else {
      throw UnexpectedContent(
        expected: "a checkpoint without compression, or with snappy's",
        found: "one with type \(trailer[0])")
    }
    let sum = CRC32C.sum([trailer[0]], after: try CRC32C.sum(file, at: start..<start + count))
    guard word(trailer, at: 1) == CRC32C.masked(sum) else {
      throw UnexpectedContent(
        expected: "the checksum of the block at byte \(start)", found: "another one (damage)")
    }
    var block = Block(place: start..<start + count, isCompressed: trailer[0] == snappy)
    let source = try source(of: block, in: file)
    let range = block.isCompressed ? 0..<source.size : block.place
    block.entries = try entries(source, range, limit: limit)
    return block
  }

  private static func entries(
    _ source: MessageSource, _ range: Range<Int>, limit: Int
  ) throws -> [Entry] {
    guard range.count >= 4 else { throw damage(range.lowerBound) }
    let restarts = Int(word(try source.bytes(at: range.upperBound - 4, count: 4), at: 0))
    guard restarts <= (range.count - 4) / 4 else { throw damage(range.upperBound) }
    let end = range.upperBound - 4 - 4 * restarts
    var entries: [Entry] = []
    var key: [UInt8] = []
    var place = range.lowerBound
    while place < end {
      let head = try source.bytes(at: place, count: min(30, end - place))
      var offset = 0
      let shared = try number(head, &offset)
      let fresh = try number(head, &offset)
      let length = try number(head, &offset)
      let keyStart = place + offset
      guard shared <= key.count, fresh <= end - keyStart, shared + fresh <= keyLimit,
        length <= end - keyStart - fresh, entries.count < limit
      else { throw damage(place) }
      key = Array(key[..<shared]) + (try source.bytes(at: keyStart, count: fresh))
      entries.append(Entry(key: key, value: keyStart + fresh..<keyStart + fresh + length))
      place = keyStart + fresh + length
    }
    return entries
  }

  private static func word(_ bytes: [UInt8], at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
  }
}
