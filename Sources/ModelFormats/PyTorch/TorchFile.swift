import Files

/// A file of `torch.save`: what its pickle holds, and where the storages' bytes stand. Nothing of these has
/// been read.
struct TorchFile {
  /// Where the bytes of one storage stand.
  enum Place: Equatable {
    case range(Range<Int>)
    /// An entry of a zip archive that somebody packed again.
    case compressed(entry: String, size: Int)

    var size: Int {
      switch self {
      case .range(let range): range.count
      case .compressed(_, let size): size
      }
    }
  }

  let file: InputFile
  let pickle: Pickle
  /// By the storages' keys.
  let places: [String: Place]
  let isBigEndian: Bool
  /// In a person's words: `PyTorch`.
  let format: String

  /// What to do where only Python can read a file.
  static let advice =
    "a state dictionary: load the model in Python, and save model.state_dict() with torch.save"

  /// - Throws: `FileError`, `FormatError`; `UnexpectedContent` for whatever is wrong with the file.
  init(path: String) throws {
    file = try InputFile(path: path)
    let head = try file.bytes(at: 0, count: min(file.size, 4))
    if head.starts(with: [0x50, 0x4B]) {
      format = "PyTorch"
      (pickle, places, isBigEndian) = try Self.zip(file)
    } else {
      format = "PyTorch, as before version 1.6"
      isBigEndian = false
      (pickle, places) = try Self.stream(file)
    }
  }

  /// The bytes of a storage.
  /// - Precondition: `range` lies within its size.
  func read(
    _ range: Range<Int>, of place: Place, into bytes: UnsafeMutableRawBufferPointer
  ) throws {
    precondition(range.upperBound <= place.size && bytes.count == range.count, "\(range)")
    switch place {
    case .range(let whole): try file.read(at: whole.lowerBound + range.lowerBound, into: bytes)
    case .compressed(let name, let size):
      let unpacked = try Self.unpacked(name, size, path: file.path)
      unpacked.withUnsafeBytes {
        bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[range]))
      }
    }
  }
}

/// Zip archives, which torch writes since 1.6: the pickle, and a file for each storage.
extension TorchFile {
  private static func zip(_ file: InputFile) throws -> (Pickle, [String: Place], Bool) {
    let directory = try ZipDirectory(file)
    let names = directory.entries.keys
    let pickles = names.filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
    guard let name = pickles.min(by: { $0.utf8.count < $1.utf8.count }),
      let entry = directory.entries[name]
    else {
      throw UnexpectedContent(
        expected: "'data.pkl' in the archive, as torch.save writes it",
        found: "\(names.count) other entries")
    }
    let root = name.dropLast("data.pkl".count)
    if names.contains("\(root)constants.pkl")
      || names.contains(where: { $0.hasPrefix("\(root)code/") })
    {
      throw UnexpectedContent(
        expected:
          "a state dictionary: save model.state_dict() of the model it was made from, or of "
          + "torch.jit.load(…), with torch.save", found: "a TorchScript program")
    }
    var stream = try stream(of: entry, directory, file, limit: PickleMachine.maximumBytes)
    let pickle = try PickleMachine.read(&stream)
    var isBigEndian = false
    if let order = directory.entries["\(root)byteorder"] {
      var stream = try Self.stream(of: order, directory, file, limit: 64)
      let word = String(decoding: try stream.bytes(stream.remaining, limit: 64), as: UTF8.self)
      guard ["little", "big"].contains(word) else {
        throw UnexpectedContent(expected: "'little' or 'big' as byteorder", found: "'\(word)'")
      }
      isBigEndian = word == "big"
    }
    var places: [String: Place] = [:]
    for key in Set(pickle.storages.map(\.key)) {
      guard let entry = directory.entries["\(root)data/\(key)"] else { continue }
      places[key] =
        entry.isStored
        ? .range(try directory.range(of: entry))
        : .compressed(entry: entry.name, size: try checkedSize(of: entry))
    }
    return (pickle, places, isBigEndian)
  }

  /// The bytes of an entry, of which at most `limit` are there.
  private static func stream(
    of entry: ZipDirectory.Entry, _ directory: ZipDirectory, _ file: InputFile, limit: Int
  ) throws -> ByteStream {
    guard entry.size <= limit else {
      throw UnexpectedContent(
        expected: "'\(entry.name)' of at most \(limit) bytes", found: "\(entry.size)")
    }
    guard !entry.isStored else {
      return ByteStream(file, range: try directory.range(of: entry))
    }
    let size = try checkedSize(of: entry)
    return ByteStream(try Self.unpacked(entry.name, size, path: file.path))
  }

  private static func unpacked(_ name: String, _ size: Int, path: String) throws -> [UInt8] {
    let archive = try ZipArchive(path: path)
    // An entry is of no use without its archive.
    return try withExtendedLifetime(archive) { try archive.entry(name).read(size) }
  }

  /// - Throws: where an entry claims to hold more than can be packed into it.
  private static func checkedSize(of entry: ZipDirectory.Entry) throws -> Int {
    guard entry.size / 1040 <= entry.compressedSize else {
      throw UnexpectedContent(
        expected: "'\(entry.name)' as large as \(entry.compressedSize) packed bytes can be",
        found: "\(entry.size)")
    }
    return entry.size
  }
}

/// The stream of before 1.6: five pickles (a number, a version, the machine, the object, the storages' keys),
/// then of each storage its length and its elements.
extension TorchFile {
  /// 0x1950a86a20f9469cfc6c.
  private static let magic: [UInt8] = [
    0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19,
  ]

  private static func stream(_ file: InputFile) throws -> (Pickle, [String: Place]) {
    var stream = ByteStream(file, range: 0..<file.size)
    guard case .largeInteger(magic) = try PickleMachine.read(&stream).root else {
      throw UnexpectedContent(
        expected: "a file of torch.save (\(advice))", found: "another pickle")
    }
    guard case .integer(1001) = try PickleMachine.read(&stream).root else {
      throw UnexpectedContent(expected: "version 1001 of torch.save's stream", found: "another")
    }
    let machine = try PickleMachine.read(&stream)
    for entry in machine.entries(machine.root) ?? [] where entry.key.text == "little_endian" {
      if case .bool(false) = entry.value {
        throw UnexpectedContent(
          expected: "a file of a little-endian machine", found: "one of a big-endian machine")
      }
    }
    let pickle = try PickleMachine.read(&stream)
    let keys = try PickleMachine.read(&stream)
    guard let list = keys.elements(keys.root) else {
      throw UnexpectedContent(expected: "a list of storages' keys", found: keys.words(keys.root))
    }
    let elements = Dictionary(
      pickle.storages.map { ($0.key, $0.element) }, uniquingKeysWith: { first, _ in first })
    var places: [String: Place] = [:]
    for value in list {
      guard let key = value.text ?? value.integer.map(String.init), let element = elements[key],
        places[key] == nil
      else {
        throw UnexpectedContent(
          expected: "keys of the storages that tensors are in", found: keys.words(value))
      }
      let count = try stream.length(8)
      let (size, isTooLarge) = count.multipliedReportingOverflow(by: element.bytes)
      guard !isTooLarge, size <= stream.remaining else {
        throw UnexpectedContent(
          expected: "storage \(key) of \(count) elements, whole",
          found: "\(stream.remaining) bytes until the end of the file")
      }
      places[key] = .range(stream.offset..<stream.offset + size)
      try stream.skip(size)
    }
    guard stream.remaining == 0 else {
      throw UnexpectedContent(
        expected: "the end after \(places.count) storages",
        found: "\(stream.remaining) bytes more")
    }
    return (pickle, places)
  }
}
