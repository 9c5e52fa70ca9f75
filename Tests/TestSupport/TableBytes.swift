import Files

/// Tables of LevelDB's in memory (`doc/table_format.md` of LevelDB), for tests that change one and seal it
/// again.
package enum TableBytes {
  /// Bytes behind each block: a type and a sum.
  private static let trailerCount = 5
  private static let footerCount = 48
  private static let magic: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]

  /// A table of one block.
  /// - Parameter compression: the block's type; its bytes are then what `pack` makes of them.
  package static func table(
    _ entries: [(key: [UInt8], value: [UInt8])], compression: UInt8 = 0,
    pack: ([UInt8]) -> [UInt8] = { $0 }
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ block: [UInt8], _ type: UInt8) -> [UInt8] {
      let handle = number(bytes.count) + number(block.count)
      bytes += block + [type] + word(CRC32C.masked(CRC32C.sum(block + [type])))
      return handle
    }
    let data = add(pack(block(entries)), compression)
    let meta = add(block([]), 0)
    let index = add(block([(entries.last?.key ?? [], data)]), 0)
    let footer = meta + index
    return bytes + footer + [UInt8](repeating: 0, count: 40 - footer.count) + magic
  }

  /// Entries that share nothing of their keys.
  private static func block(_ entries: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
    entries.flatMap { key, value in
      number(0) + number(key.count) + number(value.count) + key + value
    } + word(0) + word(1)
  }

  /// Where the blocks of a whole table stand, without what is behind each: one ends where its sum follows.
  package static func blocks(of table: [UInt8]) -> [Range<Int>] {
    var blocks: [Range<Int>] = []
    var start = 0
    var sum: UInt32 = 0
    var place = 0
    while place + trailerCount <= table.count - footerCount {
      let next = CRC32C.sum([table[place]], after: sum)
      if word(CRC32C.masked(next)) == Array(table[place + 1..<place + trailerCount]) {
        blocks.append(start..<place)
        (start, sum) = (place + trailerCount, 0)
        place = start
      } else {
        sum = next
        place += 1
      }
    }
    return blocks
  }

  /// The table with the sums of blocks as they should be.
  package static func sealed(_ table: [UInt8], _ blocks: [Range<Int>]) -> [UInt8] {
    var table = table
    for block in blocks where block.upperBound + trailerCount <= table.count {
      let sum = CRC32C.sum(Array(table[block.lowerBound...block.upperBound]))
      table.replaceSubrange(
        block.upperBound + 1..<block.upperBound + trailerCount, with: word(CRC32C.masked(sum)))
    }
    return table
  }

  /// Seven bits a byte, the lowest first.
  package static func number(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  private static func word(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }
}
