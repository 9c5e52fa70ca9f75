import Files
import JSON

/// Tensors that stand in several files, which an index (`model.safetensors.index.json`) tells apart.
struct ShardedArchive: TensorArchive {
  let tensorNames: [String]
  /// Of each tensor.
  private let shards: [String: any TensorArchive]

  private static let maximumIndexBytes = 64 << 20
  private static let maximumShards = 4096

  /// The tensors of an index, whose shards lie beside it.
  /// - Throws: `FileError`; `FormatError` that names a shard which is missing or lacks a tensor.
  static func tensors(path: String) throws -> TensorFile {
    let bytes = try InputFile.contents(of: path, limit: maximumIndexBytes)
    let map: [String: JSONValue]
    do throws(JSONError) {
      guard let object = try JSONValue.parse(bytes)["weight_map"]?.object else {
        throw JSONError(reason: "no object 'weight_map'", position: 0)
      }
      map = object
    } catch {
      throw FormatError(path: path, expected: "an index of shards in JSON", found: "\(error)")
    }
    let archive = try ShardedArchive(map, path: path)
    return TensorFile(
      path: path, archive: archive,
      format: "\(Set(archive.shardNames).count) shards of safetensors")
  }

  private let shardNames: [String]

  private init(_ map: [String: JSONValue], path: String) throws {
    let folder = splitPath(path).folder
    var opened: [String: any TensorArchive] = [:]
    var shards: [String: any TensorArchive] = [:]
    for (tensor, value) in map.sorted(by: { $0.key < $1.key }) {
      // A name in the index' own folder: nothing else of this machine is opened.
      guard let name = value.string, !name.isEmpty, !name.contains("/"), name != "..", name != "."
      else {
        throw FormatError(
          path: path, expected: "a file's name for '\(tensor)'", found: value.description)
      }
      if opened[name] == nil {
        guard opened.count < Self.maximumShards else {
          throw FormatError(
            path: path, expected: "at most \(Self.maximumShards) shards", found: "more")
        }
        opened[name] = try Self.shard(joinPath(folder, name), index: path)
      }
      guard let shard = opened[name], shard.tensor(named: tensor) != nil else {
        throw FormatError(
          path: joinPath(folder, name), expected: "a tensor '\(tensor)', as the index says",
          found: "none of that name")
      }
      shards[tensor] = shard
    }
    guard !shards.isEmpty else {
      throw FormatError(path: path, expected: "tensors in 'weight_map'", found: "none")
    }
    self.shards = shards
    tensorNames = shards.keys.sorted()
    shardNames = Array(opened.keys)
  }

  private static func shard(_ path: String, index: String) throws -> any TensorArchive {
    do {
      // An index among the shards might lead back here.
      let (content, entry) = try FormatRegistry.recognize(path: path)
      guard [.safetensors, .pytorch, .pickle].contains(content),
        let file = try entry?.tensors?(path)
      else {
        throw FormatError(
          path: path, expected: "a shard with tensors", found: content.description)
      }
      return file.archive
    } catch let error as FileError where error.isMissing {
      throw FormatError(
        path: index, expected: "the shard '\(splitPath(path).name)' beside it",
        found: "no such file")
    }
  }

  func tensor(named name: String) -> StoredTensor? { shards[name]?.tensor(named: name) }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    try shard(name).read(name, into: destination)
  }

  func elements(_ name: String) throws -> StoredElements { try shard(name).elements(name) }

  private func shard(_ name: String) throws(UnexpectedContent) -> any TensorArchive {
    guard let shard = shards[name] else {
      throw UnexpectedContent(expected: "a tensor '\(name)'", found: "none of that name")
    }
    return shard
  }
}
