import Files

/// What a zip archive says is in it, and where: its entries' bytes can be read in place where they are
/// stored as they are, which `torch.save` does.
///
/// After PKWARE's APPNOTE.TXT, 4.3; sizes and offsets beyond 4 GB included (zip64).
struct ZipDirectory {
  struct Entry: Equatable {
    let name: String
    let isStored: Bool
    let size: Int
    let compressedSize: Int
    fileprivate let header: Int
  }

  let entries: [String: Entry]
  private let file: InputFile

  private static let maximumBytes = 64 << 20
  private static let maximumEntries = 1 << 18

  /// - Throws: `FileError`, `FormatError`; `UnexpectedContent` for a directory that is damaged.
  init(_ file: InputFile) throws {
    self.file = file
    let (start, count) = try Self.place(in: file)
    guard start.count <= Self.maximumBytes else {
      throw Self.damaged("a directory of \(start.count) bytes")
    }
    let bytes = try file.bytes(at: start.lowerBound, count: start.count)
    var entries: [String: Entry] = [:]
    var place = 0
    for _ in 0..<count {
      let entry = try Self.entry(bytes, at: &place)
      guard entries.updateValue(entry, forKey: entry.name) == nil else {
        throw Self.damaged("two entries '\(entry.name)'")
      }
    }
    self.entries = entries
  }

  /// Where the bytes of a stored entry lie in the file.
  /// - Precondition: `entry.isStored`.
  func range(of entry: Entry) throws -> Range<Int> {
    precondition(entry.isStored, entry.name)
    guard entry.header <= file.size - 30 else {
      throw Self.damaged("'\(entry.name)' beyond its end")
    }
    let header = try file.bytes(at: entry.header, count: 30)
    guard header.starts(with: [0x50, 0x4B, 3, 4]) else {
      throw Self.damaged("no header of '\(entry.name)' at byte \(entry.header)")
    }
    let start =
      entry.header + 30 + Int(Self.number(header, 26, 2)) + Int(Self.number(header, 28, 2))
    guard start <= file.size, entry.size <= file.size - start else {
      throw Self.damaged("'\(entry.name)' beyond its end")
    }
    return start..<start + entry.size
  }

  private static func damaged(_ found: String) -> UnexpectedContent {
    UnexpectedContent(expected: "a whole zip archive", found: found)
  }

  private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 | UInt64(bytes[place + $1]) << UInt64(8 * $1) }
  }

  private static func whole(_ number: UInt64) throws -> Int {
    guard let number = Int(exactly: number) else { throw damaged("a number of \(number)") }
    return number
  }

  /// The directory's bytes, and how many entries it has.
  private static func place(in file: InputFile) throws -> (Range<Int>, Int) {
    // The end's record: 22 bytes and a comment of up to 65,535.
    let count = min(file.size, 22 + 65_535)
    let tail = try file.bytes(at: file.size - count, count: count)
    guard
      let end = (0...max(0, count - 22)).reversed().first(where: {
        $0 + 22 <= count && tail[$0] == 0x50 && tail[$0 + 1] == 0x4B && tail[$0 + 2] == 5
          && tail[$0 + 3] == 6 && $0 + 22 + Int(number(tail, $0 + 20, 2)) == count
      })
    else { throw damaged("no directory at its end: it may be cut") }
    var entries = number(tail, end + 10, 2)
    var size = number(tail, end + 12, 4)
    var offset = number(tail, end + 16, 4)
    var limit = file.size - count + end
    if end >= 20, tail[end - 20..<end].starts(with: [0x50, 0x4B, 6, 7]) {
      let place = try whole(number(tail, end - 12, 8))
      guard place <= file.size - 56 else { throw damaged("its zip64 record beyond its end") }
      let record = try file.bytes(at: place, count: 56)
      guard record.starts(with: [0x50, 0x4B, 6, 6]) else { throw damaged("no zip64 record") }
      (entries, size, offset) = (
        number(record, 32, 8), number(record, 40, 8), number(record, 48, 8)
      )
      limit = place
    }
    let (start, length) = (try whole(offset), try whole(size))
    guard start <= limit, length <= limit - start, entries <= UInt64(maximumEntries) else {
      throw damaged("a directory of \(entries) entries and \(length) bytes at byte \(start)")
    }
    return (start..<start + length, Int(entries))
  }

  private static func entry(_ bytes: [UInt8], at place: inout Int) throws -> Entry {
    guard place + 46 <= bytes.count, bytes[place..<place + 4].elementsEqual([0x50, 0x4B, 1, 2])
    else { throw damaged("a directory that ends early") }
    let start = place + 46
    let nameEnd = start + Int(number(bytes, place + 28, 2))
    let extraEnd = nameEnd + Int(number(bytes, place + 30, 2))
    let end = extraEnd + Int(number(bytes, place + 32, 2))
    guard end <= bytes.count, let name = String(validating: bytes[start..<nameEnd], as: UTF8.self)
    else { throw damaged("an entry whose name is none") }
    guard number(bytes, place + 8, 2) & 1 == 0 else { throw damaged("'\(name)', encrypted") }
    var size = number(bytes, place + 24, 4)
    var compressed = number(bytes, place + 20, 4)
    var header = number(bytes, place + 42, 4)
    // What does not fit into four bytes stands in a field of its own, in this order.
    var field = nameEnd
    while field + 4 <= extraEnd {
      let fieldEnd = field + 4 + Int(number(bytes, field + 2, 2))
      guard fieldEnd <= extraEnd else { break }
      if number(bytes, field, 2) == 1 {
        var at = field + 4
        func next(_ value: UInt64) -> UInt64 {
          guard value == 0xFFFF_FFFF, at + 8 <= fieldEnd else { return value }
          at += 8
          return number(bytes, at - 8, 8)
        }
        size = next(size)
        compressed = next(compressed)
        header = next(header)
      }
      field = fieldEnd
    }
    let isStored = number(bytes, place + 10, 2) == 0
    guard !isStored || size == compressed else { throw damaged("'\(name)' of two sizes") }
    place = end
    return Entry(
      name: name, isStored: isStored, size: try whole(size), compressedSize: try whole(compressed),
      header: try whole(header))
  }
}
