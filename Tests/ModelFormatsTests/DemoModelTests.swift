import Files
import Foundation
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// The bundled network against what Keras computes for it.
@Suite struct DemoModelTests {
  private struct Expected: Decodable {
    let predictions: [[Float]]
    let dense: [[Float]]

    enum CodingKeys: String, CodingKey {
      case predictions
      case dense = "dense1_first8"
    }
  }

  @Test func outputsAreThoseOfKeras() throws {
    let model = try ModelFile.open(FixtureFile.demo("digits_0_to_4.h5")).model
    let expected = try JSONDecoder().decode(
      Expected.self,
      from: Data(contentsOf: URL(filePath: FixtureFile.demo("digits_0_to_4.expected.json"))))
    let images = try FixtureFile.firstDemoTestImages(4)
    var dense: [Float] = []
    let predictions = GraphRunner(model: model, batch: 4, pool: WorkerPool(threads: 1))
      .run(FloatBuffer(images)) { node, output in
        if node.name == "dense1" { dense = output.values }
      }.values
    for image in 0..<4 {
      let pairs =
        Array(zip(predictions[image * 5..<image * 5 + 5], expected.predictions[image]))
        + Array(zip(dense[image * 96..<image * 96 + 8], expected.dense[image]))
      #expect(pairs.count == 13)
      for (found, expected) in pairs { #expect(abs(found - expected) <= 1e-4 * expected) }
    }
  }

  @Test func theReportTellsWhatCameOfEachPart() throws {
    let imported = try ModelFile.open(FixtureFile.demo("digits_0_to_4.h5"))
    let layers = ["conv1", "conv2", "conv3", "conv4", "dense1", "predictions"]
    #expect(imported.report.format == "Keras HDF5 (Keras 3.15.1)")
    #expect(imported.report.loaded == layers.flatMap { ["\($0)/kernel", "\($0)/bias"] })
    #expect(imported.report.unused == [] && imported.report.warnings == [])
    #expect(imported.frozenLayers == [])
    let graph = imported.model.graph
    #expect(graph.name == "digits_0_to_4")
    #expect(graph.inputShape == Shape([28, 28, 1]) && graph.outputShape == Shape([5]))
    #expect(graph.parameterCount == 167_477)
  }
}
