import Files
import Network

/// A checkpoint of version 2: a table of tensors, `.index`, and their elements in `.data-00000-of-00001`. A
/// tensor may be kept in slices, each of which has an entry of its own.
struct TensorBundle: TensorArchive {
  let tensorNames: [String]
  private let entries: [String: TFBundleEntryProto]
  private let slices: [[UInt8]: TFBundleEntryProto]
  private let prefix: String
  private let shards: Int

  private static let messageLimit = 1 << 20
  private static let shardLimit = 1 << 16

  init(prefix: String) throws {
    let table = try LevelDBTable(InputFile(path: "\(prefix).index"))
    var entries: [String: TFBundleEntryProto] = [:]
    var slices: [[UInt8]: TFBundleEntryProto] = [:]
    var names: [String] = []
    var header = TFBundleHeaderProto()
    for block in table.blocks {
      let walker = MessageWalker(try table.source(of: block))
      for entry in block.entries {
        let fields = try walker.fields(in: entry.value)
        guard !entry.key.isEmpty else {
          header = try walker.message(fields, limit: Self.messageLimit)
          continue
        }
        let name = String(decoding: entry.key, as: UTF8.self)
        let message: TFBundleEntryProto = try walker.message(fields, limit: Self.messageLimit)
        // Elements that are no numbers are of no network.
        guard MessageElementType(tensorFlow: message.dtype) != nil else { continue }
        guard !SliceKey.isOne(entry.key) else {
          slices[entry.key] = message
          continue
        }
        _ = try MessageTensor.shape(message.shape, of: name)
        guard entries.updateValue(message, forKey: name) == nil else { continue }
        names.append(name)
      }
    }
    guard header.endianness == 0, (1...Int32(Self.shardLimit)).contains(header.numShards) else {
      throw UnexpectedContent(
        expected: "a checkpoint with its lower bytes first",
        found: "\(header.numShards) parts in another order")
    }
    tensorNames = names
    self.entries = entries
    self.slices = slices
    self.prefix = prefix
    shards = Int(header.numShards)
  }

  func tensor(named name: String) -> StoredTensor? {
    entries[name].map { entry in
      StoredTensor(
        shape: entry.shape.dim.map { Int($0.size) },
        type: MessageElementType(tensorFlow: entry.dtype)?.name ?? "")
    }
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    let pieces = try pieces(of: name)
    guard pieces.count == destination.count else {
      throw UnexpectedContent(
        expected: "a tensor '\(name)' of \(destination.count) values", found: "\(pieces.count)")
    }
    try pieces.read(into: destination)
  }

  /// No memory is taken before the files are known to hold as much.
  func elements(_ name: String) throws -> StoredElements { try pieces(of: name).elements() }

  /// A tensor, or its slices, each of which the files hold.
  private func pieces(of name: String) throws -> TensorPieces {
    guard let entry = entries[name] else {
      throw UnexpectedContent(expected: "a tensor '\(name)'", found: "none")
    }
    let shape = try MessageTensor.shape(entry.shape, of: name)
    guard !entry.slices.isEmpty else {
      return try TensorPieces(of: shape, name, parts: [TensorSlice(whole: shape)]) { _ in
        try tensor(of: entry, name)
      }
    }
    let parts = try entry.slices.map { try TensorSlice($0, of: shape, name) }
    return try TensorPieces(of: shape, name, parts: parts) { index in
      let key = SliceKey.bytes(of: name, entry.slices[index])
      guard let stored = slices[key], stored.slices.isEmpty else {
        throw UnexpectedContent(
          expected: "the slice of '\(name)' at \(parts[index].starts)", found: "none")
      }
      return try tensor(of: stored, name)
    }
  }

  /// A tensor or a slice of one, of whose elements the sum has been compared.
  private func tensor(of entry: TFBundleEntryProto, _ name: String) throws -> MessageTensor {
    guard let type = MessageElementType(tensorFlow: entry.dtype),
      (0..<shards).contains(Int(entry.shardID)), entry.offset >= 0, entry.size >= 0
    else {
      throw UnexpectedContent(
        expected: "a place of tensor '\(name)' in one of \(shards) files",
        found: "file \(entry.shardID), byte \(entry.offset)")
    }
    let (shard, count) = (
      NumberText.padded(Int(entry.shardID), digits: 5), NumberText.padded(shards, digits: 5)
    )
    let file = try InputFile(path: "\(prefix).data-\(shard)-of-\(count)")
    let (offset, size) = (Int(entry.offset), Int(entry.size))
    guard offset <= file.size, size <= file.size - offset else {
      throw FormatError(
        path: file.path, expected: "\(size) bytes of '\(name)' from byte \(offset)",
        found: "\(file.size) bytes (a cut file)")
    }
    let sum = CRC32C.masked(try CRC32C.sum(file, at: offset..<offset + size))
    guard sum == entry.crc32C else {
      throw FormatError(
        path: file.path, expected: "the checksum of '\(name)'", found: "another one (damage)")
    }
    return try MessageTensor(
      shape: entry.shape.dim.map { Int($0.size) }, type: type, .stored(.file(file), offset: offset),
      held: size / type.bytes, name: name)
  }
}
