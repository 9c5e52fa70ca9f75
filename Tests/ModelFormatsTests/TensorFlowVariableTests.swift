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
}
