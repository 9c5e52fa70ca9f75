import Files
import Glibc
import Network
import Safetensors
import TestSupport
import Testing

@testable import ModelFormats

/// Weights in several files with an index, as the hubs keep large ones.
@Suite struct ShardedArchiveTests {
  private let folder = TemporaryFolder()

  /// SqueezeNet in two shards.
  private func write() throws {
    let places = StateDictionary.places(
      of: try Architecture.named("squeezenet1_1").graph(.torchvision, classes: 3))
    let shapes = Dictionary(
      uniqueKeysWithValues: places.map {
        ($0.stored.name, $0.stored.layout.arrangement(of: $0.specification.shape).storedShape)
      })
    let archive = FormulaArchive(shapes: shapes) { _, _ in nil }
    var shards: [[OutgoingTensor]] = [[], []]
    var map: [String] = []
    for (place, name) in archive.tensorNames.enumerated() {
      shards[place % 2].append(
        OutgoingTensor(
          name: name, shape: shapes[name] ?? [], values: .floats(try archive.values(name))))
      map.append("\"\(name)\": \"\(Self.shard(place % 2))\"")
    }
    for (number, tensors) in shards.enumerated() {
      try SafetensorsWriter.write(tensors, to: folder(Self.shard(number)))
    }
    try writeIndex(map)
  }

  private static func shard(_ number: Int) -> String {
    "model-0000\(number + 1)-of-00002.safetensors"
  }

  @discardableResult
  private func writeIndex(_ map: [String]) throws -> String {
    try folder.write(
      Array(
        "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {\(map.joined(separator: ", "))}}".utf8
      ),
      to: "model.safetensors.index.json")
  }

  @Test func theFolderAndItsIndexOpen() throws {
    try write()
    for path in [folder.path, folder("model.safetensors.index.json")] {
      let imported = try ModelFile.open(path)
      #expect(imported.model.graph.name == "squeezenet1_1")
      #expect(imported.report.unused == [] && imported.report.loaded.count == 52)
      #expect(imported.report.format.hasPrefix("2 shards of safetensors"))
    }
  }

  @Test func aMissingShardIsNamed() throws {
    try write()
    try #require(remove(folder(Self.shard(1))) == 0)
    let error = #expect(throws: FormatError.self) { try ModelFile.open(folder.path) }
    #expect(error?.expected == "the shard '\(Self.shard(1))' beside it")
    #expect(error?.found == "no such file")
  }

  @Test func aShardThatLacksATensorIsNamed() throws {
    try write()
    try writeIndex(["\"fc.weight\": \"\(Self.shard(0))\""])
    let error = #expect(throws: FormatError.self) { try ModelFile.open(folder.path) }
    #expect(error?.path == folder(Self.shard(0)))
    #expect(error?.expected == "a tensor 'fc.weight', as the index says")
  }

  @Test(arguments: [
    "\"x\": \"../secret.safetensors\"", "\"x\": \"/etc/passwd\"", "\"x\": 3", "\"x\": \"\"",
    "\"x\": \"model.safetensors.index.json\"", "",
  ])
  func anIndexThatLeadsElsewhereIsRefused(entry: String) throws {
    try writeIndex(entry.isEmpty ? [] : [entry])
    #expect(throws: FormatError.self) { try ModelFile.open(folder.path) }
  }
}
