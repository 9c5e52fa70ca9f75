import Files
import Foundation
import TestSupport
import Testing

@testable import ModelFormats

/// Checkpoints whose tensors stand in slices, and ones with compressed blocks
/// (`make_checkpoint_fixtures.py`).
@Suite struct TensorFlowCheckpointTests {
  private static let shapes = [
    "fc/weights": [5, 7], "fc/columns": [3, 5], "conv/weights": [3, 3, 70, 4],
    "long/weights": [8300, 2], "whole/biases": [6],
  ]

  private static func folder(_ name: String) -> String {
    FixtureFile.path("tensorflow/\(name)")
  }

  private static func bytes(_ name: String) throws -> [UInt8] {
    try InputFile.contents(of: folder(name), limit: 1 << 20)
  }

  @Test(arguments: ["partitioned1", "partitioned2", "snappy1", "snappy2"])
  func slicesAndCompressedBlocksComeToTheTensors(_ name: String) throws {
    let file = try #require(try ModelFile.tensors(Self.folder(name)))
    #expect(Set(file.archive.tensorNames) == Set(Self.shapes.keys))
    for (name, shape) in Self.shapes {
      #expect(file.archive.tensor(named: name)?.shape == shape)
      let expected = (0..<shape.reduce(1, *)).map { (index: Int) -> Float in
        Float(Double(index * 7919 % 1009) / 1009)
      }
      #expect(try file.archive.values(name) == expected, "\(name)")
    }
  }

  /// The checkpoint of version 2 with other entries, and what reading all of it says.
  private static func refusal(
    _ change: (inout [(key: [UInt8], value: [UInt8])]) throws -> Void
  ) throws -> String? {
    let path = folder("partitioned2/model.ckpt.index")
    let table = try LevelDBTable(InputFile(path: path))
    var entries: [(key: [UInt8], value: [UInt8])] = []
    for block in table.blocks {
      let source = try table.source(of: block)
      entries += try block.entries.map {
        ($0.key, try source.bytes(at: $0.value.lowerBound, count: $0.value.count))
      }
    }
    try change(&entries)
    return try refusal(TableBytes.table(entries))
  }

  private static func refusal(_ index: [UInt8]) throws -> String? {
    let temporary = TemporaryFolder()
    let data = "model.ckpt.data-00000-of-00001"
    _ = try temporary.write(try bytes("partitioned2/\(data)"), to: data)
    let path = try temporary.write(index, to: "model.ckpt.index")
    do {
      // As all that opens files does.
      try naming(path) {
        let file = try #require(try ModelFile.tensors(path))
        for name in file.archive.tensorNames { _ = try file.archive.elements(name) }
      }
      return nil
    } catch {
      let text = "\(error)"
      #expect(!text.contains("\n"))
      return text
    }
  }

  private static func change(
    _ name: String, in entries: inout [(key: [UInt8], value: [UInt8])],
    _ change: (inout TFBundleEntryProto) -> Void
  ) throws {
    let place = try #require(entries.firstIndex { $0.key == Array(name.utf8) })
    var message = try TFBundleEntryProto(serializedBytes: entries[place].value)
    change(&message)
    entries[place].value = try message.serializedBytes()
  }

  @Test func aCheckpointThatIsWrittenOnceMoreIsRead() throws {
    #expect(try Self.refusal { _ in } == nil)
  }

  @Test func slicesThatDoNotMakeATensorAreNamed() throws {
    let missing = try Self.refusal { entries in entries.removeAll { SliceKey.isOne($0.key) } }
    #expect(missing?.contains("the slice of '") == true && missing?.contains("none") == true)
    let overlapping = try Self.refusal {
      try Self.change("fc/weights", in: &$0) { $0.slices[1] = $0.slices[0] }
    }
    #expect(overlapping?.contains("slices of 'fc/weights' that do not overlap") == true)
    let tooFew = try Self.refusal {
      try Self.change("fc/weights", in: &$0) { $0.slices.removeLast() }
    }
    #expect(tooFew?.contains("35 values of tensor 'fc/weights', found slices of 21") == true)
    let outside = try Self.refusal {
      try Self.change("fc/weights", in: &$0) { $0.slices[0].extent[0].start = .max }
    }
    #expect(outside?.contains("a slice within 5×7 of 'fc/weights'") == true)
    let others = try Self.refusal {
      try Self.change("fc/columns", in: &$0) { $0.slices[0].extent.removeLast() }
    }
    #expect(others?.contains("a slice of 2 axes of 'fc/columns', found 1") == true)
  }

  @Test func absurdShapesAndPlacesAreNamed() throws {
    let huge = try Self.refusal {
      try Self.change("whole/biases", in: &$0) { $0.shape.dim[0].size = .max }
    }
    #expect(huge?.contains("values of tensor 'whole/biases'") == true)
    let wide = try Self.refusal {
      try Self.change("fc/weights", in: &$0) { $0.shape.dim[0].size = 1 << 40 }
    }
    #expect(wide?.contains("values of tensor 'fc/weights', found slices of 35") == true)
    let product = try Self.refusal {
      try Self.change("fc/weights", in: &$0) {
        for axis in 0..<2 { $0.shape.dim[axis].size = 1 << 40 }
      }
    }
    #expect(product?.contains("a shape of tensor 'fc/weights'") == true)
    let elsewhere = try Self.refusal {
      try Self.change("whole/biases", in: &$0) { $0.shardID = 7 }
    }
    #expect(elsewhere?.contains("in one of 1 files, found file 7") == true)
    let sum = try Self.refusal { try Self.change("whole/biases", in: &$0) { $0.crc32C ^= 1 } }
    #expect(sum?.contains("the checksum of 'whole/biases'") == true)
  }

  /// A block of snappy's that says it is large is not believed.
  @Test func blocksThatLieAboutTheirSizeAreRefused() throws {
    let size = TableBytes.number(1 << 31) + [0]
    let lying = try Self.refusal(TableBytes.table([([], [])], compression: 1) { _ in size })
    #expect(lying?.contains("a block of snappy's at byte 0, found damage") == true)
    let broken = try Self.refusal(
      TableBytes.table([([], [])], compression: 1) { _ in [6, 0xFF, 0xFF, 0xFF] })
    #expect(broken?.contains("a block of snappy's at byte 0, found damage") == true)
    let unknown = try Self.refusal(TableBytes.table([([], [])], compression: 2))
    #expect(unknown?.contains("found one with type 2") == true)
  }

  @Test(arguments: ["snappy1/model.ckpt", "snappy2/model.ckpt.index", "partitioned1/model.ckpt"])
  func damageIsSaidInALine(_ name: String) throws {
    let whole = try Self.bytes(name)
    let blocks = TableBytes.blocks(of: whole)
    #expect(!blocks.isEmpty)
    let folder = TemporaryFolder()
    for place in stride(from: 0, to: whole.count, by: max(1, whole.count / 97)) {
      for isSealed in [false, true] {
        var bytes = whole
        bytes[place] ^= 0x15
        if isSealed { bytes = TableBytes.sealed(bytes, blocks) }
        do {
          let file = try ModelFile.tensors(try folder.write(bytes, to: "damaged.ckpt"))
          for name in file?.archive.tensorNames ?? [] { _ = try file?.archive.elements(name) }
        } catch {
          #expect(!"\(error)".contains("\n"))
        }
      }
    }
  }
}
