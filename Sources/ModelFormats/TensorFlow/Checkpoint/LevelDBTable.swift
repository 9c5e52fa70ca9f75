import Files

/// A table of LevelDB's: keys in order, each with a value, which stays where it is in the file. See
/// `doc/table_format.md` of LevelDB.
struct LevelDBTable {
  struct Entry {
    let key: [UInt8]
    /// In the file.
    let value: Range<Int>
  }

  let file: InputFile
  let entries: [Entry]

  private static let footerCount = 48
  private static let magic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  /// A type and a sum stand behind each block.
  private static let trailerCount = 5
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
    let index = try Self.handle(footer, &place)
    var entries: [Entry] = []
    for block in try Self.entries(file, block: index, limit: Self.entryLimit) {
      let bytes = try file.bytes(at: block.value.lowerBound, count: min(block.value.count, 20))
      var place = 0
      let handle = try Self.handle(bytes, &place)
      entries += try Self.entries(file, block: handle, limit: Self.entryLimit - entries.count)
    }
    self.entries = entries
  }

  /// Whether a file ends as a table does.
  static func isOne(_ probe: FormatProbe) throws -> Bool {
    guard let size = probe.file?.size, size >= footerCount else { return false }
    return try probe.has(magic, atAnyOf: [size - magic.count])
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

  private static func entries(
    _ file: InputFile, block: (start: Int, count: Int), limit: Int
  ) throws -> [Entry] {
    let (start, count) = block
    guard start >= 0, count >= 4, start <= file.size, count <= file.size - start - trailerCount
    else {
      throw damage(start)
    }
    let trailer = try file.bytes(at: start + count, count: trailerCount)
    guard trailer[0] == 0 else {
      throw UnexpectedContent(
        expected: "a checkpoint without compression", found: "one with type \(trailer[0])")
    }
    let sum = CRC32C.sum([trailer[0]], after: try CRC32C.sum(file, at: start..<start + count))
    guard word(trailer, at: 1) == CRC32C.masked(sum) else {
      throw UnexpectedContent(
        expected: "the checksum of the block at byte \(start)", found: "another one (damage)")
    }
    let restarts = Int(word(try file.bytes(at: start + count - 4, count: 4), at: 0))
    guard restarts <= (count - 4) / 4 else { throw damage(start + count) }
    let end = start + count - 4 - 4 * restarts
    var entries: [Entry] = []
    var key: [UInt8] = []
    var place = start
    while place < end {
      let head = try file.bytes(at: place, count: min(30, end - place))
      var offset = 0
      let shared = try number(head, &offset)
      let fresh = try number(head, &offset)
      let length = try number(head, &offset)
      let keyStart = place + offset
      guard shared <= key.count, fresh <= end - keyStart, shared + fresh <= keyLimit,
        length <= end - keyStart - fresh, entries.count < limit
      else { throw damage(place) }
      key = Array(key[..<shared]) + (try file.bytes(at: keyStart, count: fresh))
      entries.append(Entry(key: key, value: keyStart + fresh..<keyStart + fresh + length))
      place = keyStart + fresh + length
    }
    return entries
  }

  private static func word(_ bytes: [UInt8], at place: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) }
  }
}
