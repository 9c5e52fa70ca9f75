import Files
import Network

/// A checkpoint of version 2: a table of tensors, `.index`, and their elements in `.data-00000-of-00001`.
struct TensorBundle: TensorArchive {
  let tensorNames: [String]
  private let entries: [String: TFBundleEntryProto]
  private let prefix: String
  private let shards: Int

  private static let messageLimit = 1 << 20
  private static let shardLimit = 1 << 16

  init(prefix: String) throws {
    let table = try LevelDBTable(InputFile(path: "\(prefix).index"))
    let walker = MessageWalker(table.file)
    var entries: [String: TFBundleEntryProto] = [:]
    var names: [String] = []
    var header = TFBundleHeaderProto()
    for entry in table.entries {
      let fields = try walker.fields(in: entry.value)
      guard !entry.key.isEmpty else {
        header = try walker.message(fields, limit: Self.messageLimit)
        continue
      }
      let name = String(decoding: entry.key, as: UTF8.self)
      let message: TFBundleEntryProto = try walker.message(fields, limit: Self.messageLimit)
      // Elements that are no numbers are of no network.
      guard MessageElementType(tensorFlow: message.dtype) != nil, message.slices.isEmpty else {
        continue
      }
      _ = try MessageTensor.shape(message.shape, of: name)
      entries[name] = message
      names.append(name)
    }
    guard header.endianness == 0, (1...Int32(Self.shardLimit)).contains(header.numShards) else {
      throw UnexpectedContent(
        expected: "a checkpoint with its lower bytes first",
        found: "\(header.numShards) parts in another order")
    }
    tensorNames = names
    self.entries = entries
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
    guard let entry = entries[name], let type = MessageElementType(tensorFlow: entry.dtype),
      (0..<shards).contains(Int(entry.shardID)), entry.offset >= 0, entry.size >= 0
    else {
      throw UnexpectedContent(expected: "a tensor '\(name)'", found: "none")
    }
    func five(_ number: Int) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
    let file = try InputFile(
      path: "\(prefix).data-\(five(Int(entry.shardID)))-of-\(five(shards))")
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
    let tensor = try MessageTensor(
      shape: entry.shape.dim.map { Int($0.size) }, type: type, .file(file, offset: offset),
      held: size / type.bytes, name: name)
    guard tensor.count == destination.count else {
      throw UnexpectedContent(
        expected: "a tensor '\(name)' of \(destination.count) values", found: "\(tensor.count)")
    }
    try tensor.read(into: destination)
  }
}
