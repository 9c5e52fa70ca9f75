import Files
import Foundation
import Images
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Graphs whose weights are variables: SavedModels of both versions, checkpoints with their graph.
@Suite struct TensorFlowVariableTests {
  @Test(arguments: [
    ("keras_export", nil), ("saved1", nil), ("saved2", "logits"), ("ckpt1/model.ckpt.meta", nil),
    ("ckpt2/model.ckpt.meta", nil),
  ])
  func aGraphOfTrainingAnswersAsItDoesOnceTrained(name: String, layer: String?) throws {
    let imported = try TensorFlowGraphTests.open(name, OpeningOptions(outputLayer: layer))
    let key = String(name.prefix { $0 != "/" })
    let expected = try TensorFlowGraphTests.expected(key)
    let answers = TensorFlowGraphTests.answers(imported.model, batch: 2)
    #expect(
      TensorFlowGraphTests.difference(answers, expected.values) <= 2e-5, "\(answers) of \(name)")
    #expect(imported.report.unused.isEmpty, "\(imported.report.unused)")
    #expect(
      imported.report.skipped.contains { $0.contains("Momentum") }
        == (layer == nil && name != "keras_export"))
  }

  @Test func branchesOfTrainingLeaveTheirLayers() throws {
    let model = try TensorFlowGraphTests.open("ckpt2/model.ckpt.meta").model
    #expect(model.graph.nodes.contains { ($0.layer as? BatchNormalization)?.epsilon == 0.01 })
    #expect(model.graph.nodes.compactMap { ($0.layer as? Dropout)?.rate } == [0.3, 0])
    let exported = try TensorFlowGraphTests.open("keras_export").model
    #expect(exported.graph.nodes.contains { $0.name == "conv1" && $0.layer is Conv2D })
    #expect(exported.graph.nodes.contains { ($0.layer as? BatchNormalization)?.epsilon == 0.01 })
  }

  @Test func outputsOfASignatureAreListed() throws {
    let error = #expect(throws: FormatError.self) { try TensorFlowGraphTests.open("saved2") }
    #expect(error?.found == "2: 'answers', 'logits'")
  }

  /// Files of a checkpoint, with a change to one of them.
  private static func refusal(
    _ name: String, damaging part: String? = nil, _ change: (inout [UInt8]) -> Void = { _ in }
  ) throws -> (any Error)? {
    let folder = TemporaryFolder()
    let source = FixtureFile.path("tensorflow/\(name)")
    for file in try Folder.names(in: source) {
      var bytes = try InputFile.contents(of: joinPath(source, file), limit: 1 << 20)
      if file == part { change(&bytes) }
      if !bytes.isEmpty { _ = try folder.write(bytes, to: file) }
    }
    do {
      _ = try ModelFile.open(folder("model.ckpt.meta"))
      return nil
    } catch {
      #expect(!"\(error)".contains("\n"))
      return error
    }
  }

  @Test func aCheckpointIsHeldAgainstItsSums() throws {
    #expect(try Self.refusal("ckpt1") == nil)
    #expect(try Self.refusal("ckpt2") == nil)
    let data = "model.ckpt.data-00000-of-00001"
    for (name, part, words) in [
      ("ckpt1", "model.ckpt", "checksum"), ("ckpt2", "model.ckpt.index", "checksum"),
      ("ckpt2", data, "checksum of"),
    ] {
      let flipped = try Self.refusal(name, damaging: part) { $0[$0.count / 3] ^= 16 }
      #expect("\(try #require(flipped))".contains(words), "\(part): \(flipped!)")
      // The end of the data is an optimiser's, which nothing reads.
      for count in part == data ? [1_200] : [1, 20, 47, 100] {
        let cut = try Self.refusal(name, damaging: part) { $0.removeLast(count) }
        #expect(cut != nil, "\(part) less \(count)")
      }
    }
    // Without a file of it.
    #expect(try Self.refusal("ckpt1", damaging: "model.ckpt") { $0 = [] } != nil)
    #expect(try Self.refusal("ckpt2", damaging: "model.ckpt.index") { $0 = [] } != nil)
    #expect(try Self.refusal("ckpt2", damaging: data) { $0 = [] } != nil)
    for part in ["model.ckpt.index", data] {
      for seed in 0..<25 {
        var mutations = Mutations(seed: UInt64(seed))
        _ = try Self.refusal("ckpt2", damaging: part) { $0 = mutations.damaged($0) }
      }
    }
    for seed in 0..<25 {
      var mutations = Mutations(seed: UInt64(seed))
      _ = try Self.refusal("ckpt1", damaging: "model.ckpt") { $0 = mutations.damaged($0) }
    }
  }

  @Test(arguments: ["ckpt1/model.ckpt", "ckpt2/model.ckpt.index"])
  func aCheckpointOpensWithTheGraphBesideIt(name: String) throws {
    #expect(try TensorFlowGraphTests.open(name).model.graph.outputShape.channels == 4)
  }

  @Test func aFolderOfCheckpointsOpensWithTheNewest() throws {
    let folder = TemporaryFolder()
    let source = FixtureFile.path("tensorflow/ckpt2")
    for file in try Folder.names(in: source) {
      let bytes = try InputFile.contents(of: joinPath(source, file), limit: 1 << 20)
      try folder.write(bytes, to: file)
    }
    let state = "model_checkpoint_path: \"/elsewhere/model.ckpt\"\n"
    try folder.write(Array(state.utf8), to: "checkpoint")
    #expect(try ModelFile.open(folder.path).model.graph.outputShape.channels == 4)
    try folder.write(Array("all_model_checkpoint_paths: 1".utf8), to: "checkpoint")
    #expect(throws: FormatError.self) { try ModelFile.open(folder.path) }
  }

  @Test func theSumIsCastagnolis() {
    // RFC 3720, B.4.
    #expect(CRC32C.sum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.sum([UInt8](0..<32)) == 0x46DD_794E)
    #expect(CRC32C.masked(0) == 0xA282_EAD8)
  }
}
