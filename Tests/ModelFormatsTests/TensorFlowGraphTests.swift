import Datasets
import Files
import Foundation
import Images
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Graphs as TensorFlow writes them, against what TensorFlow computes of them.
@Suite struct TensorFlowGraphTests {
  static var pool: WorkerPool { WorkerPool(threads: 1) }

  struct Expected: Decodable {
    let shape: [Int]
    let values: [Float]
  }

  static func expected(_ name: String) throws -> Expected {
    let all = try JSONDecoder().decode(
      [String: Expected].self, from: Data(FixtureFile.bytes("tensorflow/expected.json")))
    return try #require(all[name])
  }

  static func open(
    _ name: String, _ options: OpeningOptions = OpeningOptions()
  ) throws -> ImportedModel {
    try ModelFile.open(FixtureFile.path("tensorflow/\(name)"), options)
  }

  /// What a model gives for the images of the script that made the files.
  static func answers(_ model: Model, batch: Int) -> [Float] {
    let count = batch * model.graph.inputShape.count
    let images = FloatBuffer((0..<count).map { Float($0 * 7919 % 1000) / 500 - 1 })
    return GraphRunner(model: model, batch: batch, pool: pool).run(images).values
  }

  static func difference(_ found: [Float], _ expected: [Float]) -> Float {
    largestDifference(found, expected) / expected.reduce(1) { max($0, abs($1)) }
  }

  static func layers(_ model: Model, _ name: String) -> Int {
    model.graph.nodes.count { $0.layer.kind == name }
  }

  @Test(arguments: [
    "windows", "gaps", "norms", "branches", "spelled_dropout", "old", "channels_first", "preparing",
  ])
  func aFrozenGraphComputesWhatTensorFlowDoes(name: String) throws {
    let imported = try Self.open("\(name).pb")
    let expected = try Self.expected(name)
    let answers = Self.answers(imported.model, batch: expected.shape[0])
    #expect(Self.difference(answers, expected.values) <= 2e-5, "\(answers) of \(name)")
    #expect(imported.report.unused.isEmpty, "\(imported.report.unused)")
    // Whatever it leaves as, it is the same network.
    let folder = TemporaryFolder()
    let path = folder("again.onnx")
    _ = try ONNXWriter(imported.model, preparation: imported.preparation).write(to: path)
    let again = try ModelFile.open(path)
    #expect(
      Self.difference(Self.answers(again.model, batch: expected.shape[0]), expected.values) <= 2e-5)
  }

  @Test func normalizationsInEverySpellingAreLayersThatTrain() throws {
    let model = try Self.open("norms.pb").model
    let layers = model.graph.nodes.compactMap { $0.layer as? BatchNormalization }
    #expect(layers.map(\.epsilon) == [0.02, 0.01, 0.05, 0.03, 0.03])
    #expect(layers.map(\.hasGamma).last == false)
    let response = model.graph.nodes.compactMap { $0.layer as? LocalResponseNormalization }
    // α of each of 5 channels.
    #expect(response.map(\.size) == [5] && response[0].alpha == 0.3 * 5)
    #expect(model.graph.nodes.contains { $0.name == "one/BatchNorm" })
    #expect(model.graph.nodes.contains { $0.name == "one" && $0.layer is Conv2D })
  }

  @Test func aConvolutionBetweenTheSpreadingOfPixelsHasGaps() throws {
    let graph = try Self.open("gaps.pb").model.graph
    let convolution = try #require(graph.nodes.compactMap { $0.layer as? Conv2D }.first)
    #expect(convolution.window.dilationHeight == 2 && convolution.window.dilationWidth == 3)
    #expect(
      graph.nodes.map(\.layer.kind) == ["Conv2D", "Activation", "GlobalAveragePooling2D", "Dense"])
  }

  @Test func convolutionsOfPartsSideBySideAreOneInGroups() throws {
    let model = try Self.open("branches.pb").model
    #expect(model.graph.nodes.contains { ($0.layer as? Conv2D)?.groups == 2 })
    let activations = Set(
      model.graph.nodes.compactMap { ($0.layer as? ActivationLayer)?.activation })
    #expect(activations.isSuperset(of: [.swish, .hardSwish, .sigmoid, .softplus, .selu]))
  }

  @Test func dropoutIsFoundInEverySpelling() throws {
    let rates = try Self.open("spelled_dropout.pb").model.graph.nodes
      .compactMap { ($0.layer as? Dropout)?.rate }
    #expect(rates == [0.25, 0.5, 0])
  }

  @Test func pixelsEnterAsTheFirstLayersExpectThem() throws {
    #expect(try Self.open("preparing.pb").preparation.pixels == .unit)
  }

  @Test func whatFitsAPictureBecomesThePreparation() throws {
    let imported = try Self.open("retrained/retrained_graph.pb")
    #expect(imported.model.graph.inputShape == Shape(height: 20, width: 20, channels: 3))
    #expect(imported.preparation.pixels == .bytes && imported.preparation.fit == .squash)
    func numbers(_ name: String) throws -> [Float] {
      let path = FixtureFile.path("tensorflow/retrained/\(name).npy")
      return try NumPyArray.read(path).values
    }
    let pixels = FloatBuffer(try numbers("x_after_resize_0_255"))
    let answers = GraphRunner(model: imported.model, batch: 1, pool: Self.pool).run(pixels).values
    #expect(Self.difference(answers, try numbers("expected")) <= 1e-5)
    let inner = try Self.open(
      "retrained/retrained_graph.pb", OpeningOptions(outputLayer: "pool_3/_reshape"))
    let features = GraphRunner(model: inner.model, batch: 1, pool: Self.pool).run(pixels).values
    #expect(Self.difference(features, try numbers("expected_bottleneck")) <= 1e-5)
  }
}
