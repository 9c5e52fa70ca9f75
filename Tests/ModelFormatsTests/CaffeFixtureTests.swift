import Datasets
import Files
import Foundation
import Images
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Networks as Caffe of three generations wrote them, against what OpenCV computes of them.
@Suite struct CaffeFixtureTests {
  static func path(_ name: String) -> String { FixtureFile.path("caffe/\(name)") }

  static func text(_ name: String) throws -> String {
    String(decoding: try FixtureFile.bytes("caffe/\(name)"), as: UTF8.self)
  }

  static func expected(_ name: String) throws -> [Float] {
    let all = try JSONDecoder().decode(
      [String: [Float]].self, from: Data(FixtureFile.bytes("caffe/expected.json")))
    return try #require(all[name])
  }

  /// Two images, by the formula of the script that made the files.
  static func output(_ model: Model) -> [Float] {
    let count = 2 * model.graph.inputShape.count
    let images = FloatBuffer((0..<count).map { Float($0 * 7919 % 1000) / 500 - 1 })
    return GraphRunner(model: model, batch: 2, pool: WorkerPool(threads: 1)).run(images).values
  }

  static func difference(_ model: Model, _ expected: [Float]) -> Float {
    largestDifference(output(model), expected)
  }

  static let files = [
    ("current/deploy.prototxt", "current"), ("current/net.caffemodel", "current"),
    ("current", "current"), ("trained/net.caffemodel", "trained"),
    ("v0/net.caffemodel", "generations"), ("v1/net.caffemodel", "generations"),
    ("v1/deploy.prototxt", "generations"), ("today", "generations"),
    ("h5/net.caffemodel.h5", "generations"), ("h5/deploy.prototxt", "generations"),
    ("rules/deploy.prototxt", "rules"),
  ]

  @Test(arguments: files) func aNetworkComputesWhatCaffeDoes(file: String, key: String) throws {
    let imported = try ModelFile.open(Self.path(file))
    let expected = try Self.expected(key)
    #expect(Self.difference(imported.model, expected) <= 2e-6, "\(Self.output(imported.model))")
    #expect(imported.report.unused.isEmpty, "\(imported.report.unused)")
    #expect(imported.report.mismatched.isEmpty)
    #expect(imported.report.format.hasPrefix("Caffe"))
  }

  @Test(arguments: ["without_scale", "old_blobs"], ["", "/deploy.prototxt"])
  func filesOfPeopleComputeWhatTheyShould(folder: String, file: String) throws {
    let alone = TemporaryFolder()
    var path = Self.path(folder + file)
    var options = OpeningOptions()
    if file.isEmpty {
      // The weights alone: nothing in them says how large images are.
      let name = try #require(try CaffeModelFile.weightNames(in: path).first)
      path = try alone.write(FixtureFile.bytes("caffe/\(folder)/\(name)"), to: name)
      #expect(throws: FormatError.self) { try ModelFile.open(path) }
      options.imageSize = ImageSize(height: 14, width: 14)
    }
    let model = try ModelFile.open(path, options).model
    let input = try NumPyArray.read(Self.path("\(folder)/x_nchw.npy"))
    let expected = try NumPyArray.read(Self.path("\(folder)/expected.npy"))
    let runner = GraphRunner(model: model, batch: 2, pool: WorkerPool(threads: 1))
    let output = runner.run(Self.channelsLast(input)).values
    let difference = largestDifference(output, Array(expected.values))
    #expect(difference <= 1e-6, "\(difference)")
  }

  private static func channelsLast(_ array: NumPyArray) -> FloatBuffer {
    let (n, c, size) = (array.shape[0], array.shape[1], array.shape[2] * array.shape[3])
    return FloatBuffer(
      (0..<n * size * c).map { place in
        let (image, rest) = (place / (size * c), place % (size * c))
        return array.values[(image * c + rest % c) * size + rest / c]
      })
  }

  /// Each of these would be another network.
  @Test(arguments: [
    ("eps: 0.01", "eps: 0.001"), ("pad_h: 1 pad_w: 2", "pad_h: 2 pad_w: 1"),
    ("dilation: 2", "dilation: 1"), ("pad: 2 group", "pad: 1 group"),
    ("stride_h: 2 stride_w: 1", "stride_h: 1 stride_w: 2"), ("coeff: 2", "coeff: 1"),
    ("slice_point: 3", "slice_point: 4"), ("negative_slope: 0.1", "negative_slope: 0.2"),
    ("bottom: \"right\" bottom: \"left\"", "bottom: \"left\" bottom: \"right\""),
    ("alpha: 0.7", "alpha: 1"), ("operation: MAX", "operation: PROD"), ("shift: 1.5", "shift: 1"),
    ("pool: MAX", "pool: AVE"),
  ]) func aWrongRuleShows(right: String, wrong: String) throws {
    let text = try Self.text("current/deploy.prototxt")
    #expect(text.contains(right))
    let folder = TemporaryFolder()
    _ = try folder.write(FixtureFile.bytes("caffe/current/net.caffemodel"), to: "net.caffemodel")
    let path = try folder.write(
      Array(text.replacingOccurrences(of: right, with: wrong).utf8), to: "deploy.prototxt")
    do {
      let model = try ModelFile.open(path).model
      #expect(Self.difference(model, try Self.expected("current")) > 1e-3)
    } catch is FormatError {
      // Weights of another shape tell by themselves.
    }
  }

  @Test func aBatchNormIsOneLayerWithItsScale() throws {
    let graph = try ModelFile.open(Self.path("current")).model.graph
    let first = try #require(
      graph.index(of: "bn1").map { graph.nodes[$0].layer } as? BatchNormalization)
    #expect(first.hasGamma && first.hasBeta && first.epsilon == 0.01 && first.momentum == 0.999)
    #expect(graph.index(of: "scale1") == nil)
    let second = try #require(
      graph.index(of: "block/bn").map { graph.nodes[$0].layer } as? BatchNormalization)
    #expect(!second.hasGamma && !second.hasBeta && second.epsilon == 1e-5)
    #expect(graph.nodes.contains { $0.layer is DepthwiseConv2D })
    let dropout = graph.index(of: "drop").map { graph.nodes[$0].layer } as? Dropout
    #expect(dropout?.rate == 0.3)
  }

  @Test func whatTrainingLeftIsTakenApart() throws {
    let imported = try ModelFile.open(Self.path("trained/net.caffemodel"))
    let report = imported.report
    #expect(
      imported.model.graph.nodes.map(\.name) == ["conv", "side", "sum", "fc_flatten", "fc", "loss"])
    #expect(imported.model.graph.nodes.last?.layer is Softmax)
    // The classifier beside it, and what its Caffe had that others have not.
    #expect(report.skipped == ["aux/0", "aux/1", "field 9999 of fc"])
    #expect(report.warnings.contains { $0.contains("'aux'") })
    #expect(imported.frozenLayers == ["conv"])
    #expect(imported.multipliers == ["fc": 10])
    let preparation = imported.preparation
    #expect(preparation.mean == [103.94, 116.78, 123.68] && preparation.channelOrder == .bgr)
    #expect(preparation.pixels == .bytes)
    #expect(preparation.deviation.count == 1 && abs(preparation.deviation[0] - 1 / 0.017) < 1e-3)
    #expect(preparation.origin == .file("net.caffemodel"))
  }

  @Test func anotherLayerCanBeTheAnswer() throws {
    let model = try ModelFile.open(
      Self.path("trained/net.caffemodel"), OpeningOptions(outputLayer: "aux")
    ).model
    #expect(model.graph.nodes.last?.name == "aux" && model.graph.index(of: "fc") == nil)
  }
}
