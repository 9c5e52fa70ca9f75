import Files
import Foundation
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Files as exporters write them, against what onnxruntime computes of them.
@Suite struct ONNXFixtureTests {
  private static var pool: WorkerPool { WorkerPool(threads: 1) }

  private static func expected() throws -> [String: [Float]] {
    try JSONDecoder().decode(
      [String: [Float]].self, from: Data(FixtureFile.bytes("ONNX/expected.json")))
  }

  /// Two images, by the formula of the script that made the files.
  private static func images(_ shape: Shape) -> FloatBuffer {
    FloatBuffer((0..<2 * shape.count).map { Float($0 * 7919 % 1000) / 500 - 1 })
  }

  private static func open(_ name: String) throws -> ImportedModel {
    try ModelFile.open(FixtureFile.path("ONNX/\(name).onnx"))
  }

  private static func difference(_ model: Model, _ expected: [Float]) -> Float {
    let output = GraphRunner(model: model, batch: 2, pool: pool)
      .run(images(model.graph.inputShape)).values
    return largestDifference(output, expected)
  }

  static let names = [
    "channels_last", "dynamo", "external", "keras", "layer_norm", "layer_norm_spelled", "spelled",
    "torchscript",
    "torchscript_folded",
  ]

  @Test(arguments: names)
  func aNetworkComputesWhatItsRuntimeDoes(name: String) throws {
    let imported = try Self.open(name)
    let expected = try #require(try Self.expected()[name])
    let largest = expected.reduce(1) { max($0, abs($1)) }
    #expect(Self.difference(imported.model, expected) <= 1e-5 * largest)
    #expect(imported.report.unused.isEmpty, "\(imported.report.unused)")
    #expect(imported.report.mismatched.isEmpty)
    // Whatever it leaves as, it is the same network.
    let folder = TemporaryFolder()
    let path = folder("again.onnx")
    _ = try ONNXWriter(imported.model, preparation: imported.preparation).write(to: path)
    let again = try ModelFile.open(path)
    #expect(Self.difference(again.model, expected) <= 1e-5 * largest)
  }

  @Test func layersHaveTheNamesOfTheirModules() throws {
    for name in ["torchscript", "torchscript_folded", "dynamo"] {
      let graph = try Self.open(name).model.graph
      for layer in [
        "stem.0", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.gate", "prelu", "fc1", "fc2",
      ] {
        #expect(graph.index(of: layer) != nil, "\(layer) of \(graph.nodes.map(\.name)) in \(name)")
      }
    }
    let keras = try Self.open("keras").model.graph
    #expect(keras.nodes.contains { $0.layer is DepthwiseConv2D })
  }

  @Test func activationsThatAreSpelledOutAreFound() throws {
    for name in ["torchscript", "torchscript_folded", "dynamo"] {
      let graph = try Self.open(name).model.graph
      let found = Set(graph.nodes.compactMap { ($0.layer as? ActivationLayer)?.activation })
      #expect(
        found.isSuperset(of: [
          .relu, .swish, .hardSwish, .gelu(isApproximate: false), .mish, .sigmoid,
        ]), "\(found) in \(name)")
    }
  }

  @Test func channelShufflesAndGroupsAreOneLayerEach() throws {
    for name in ["torchscript", "torchscript_folded", "dynamo"] {
      let graph = try Self.open(name).model.graph
      #expect(graph.nodes.contains { ($0.layer as? ChannelShuffle)?.groups == 2 }, "\(name)")
      let norm = graph.nodes.compactMap { $0.layer as? GroupNormalization }
      #expect(norm.count == 1 && norm[0].groups == 2 && norm[0].hasGamma && norm[0].hasBeta)
      #expect(!graph.nodes.contains { $0.layer is Permute }, "\(graph.nodes.map(\.name))")
    }
  }

  @Test func spelledNormalizationsTrainAsThemselves() throws {
    let batch = try Self.open("spelled").model
    let norm = try #require(batch.graph.nodes.first { $0.layer is BatchNormalization })
    #expect((norm.layer as? BatchNormalization)?.epsilon == 1e-3)
    #expect(
      batch.parameters[norm.name]?.map(\.specification.name) == [
        "gamma", "beta", "moving_mean", "moving_variance",
      ])
    // The scale's own values, and no others that come to the same.
    let mean = try #require(batch.parameters[norm.name]?[2].values.values)
    #expect(mean.contains { $0 != 0 })
    let dense = try #require(batch.graph.nodes.compactMap { $0.layer as? Dense }.first)
    #expect(dense.hasBias)

    let layer = try Self.open("layer_norm_spelled").model.graph.nodes
      .compactMap { $0.layer as? LayerNormalization }
    #expect(layer.count == 1 && layer[0].hasGamma && layer[0].hasBeta && layer[0].epsilon == 1e-6)
  }

  @Test func foldedNormalizationIsTold() throws {
    for name in ["torchscript_folded", "dynamo"] {
      #expect(
        try Self.open(name).report.warnings.contains {
          $0.hasPrefix("Batch normalisation is folded into")
        }, "\(name)")
    }
    for name in ["torchscript", "spelled", "layer_norm"] {
      #expect(try Self.open(name).report.warnings.isEmpty)
    }
  }

  @Test func preparationAndSoftmaxStay() throws {
    let keras = try Self.open("keras")
    #expect(keras.preparation.pixels == .bytes)
    #expect(keras.model.graph.finalActivationKind == .softmax)
  }

  /// Files that people reported elsewhere.
  private struct Case: Decodable {
    let files: [String]
    let shape: [Int]
    let image: [Float]
    let expected: [Float]
  }

  private static func cases() throws -> [String: Case] {
    try JSONDecoder().decode(
      [String: Case].self, from: Data(FixtureFile.bytes("ONNX/cases/cases.json")))
  }

  @Test(arguments: ["29", "30"])
  func filesThatPeopleReportedOpen(number: String) throws {
    let found = try #require(try Self.cases()[number])
    for file in found.files {
      let model = try ModelFile.open(FixtureFile.path("ONNX/cases/\(file).onnx")).model
      #expect(model.graph.inputShape.dimensions == Array(found.shape.dropFirst()))
      let output = GraphRunner(model: model, batch: found.shape[0], pool: Self.pool)
        .run(FloatBuffer(found.image)).values
      #expect(largestDifference(output, found.expected) <= 1e-5, "\(file)")
    }
  }

  @Test func aFileExportedForTrainingTrains() throws {
    let graph = try ModelFile.open(FixtureFile.path("ONNX/cases/train.onnx")).model.graph
    let norm = try #require(graph.nodes.compactMap { $0.layer as? BatchNormalization }.first)
    #expect(norm.momentum == 0.9)
    let dropout = try #require(graph.nodes.compactMap { $0.layer as? Dropout }.first)
    #expect(dropout.rate == 0.5)
  }
}
