import Files
import Foundation
import Images
import Kernels
import TestSupport
import Testing

@testable import ModelFormats
@testable import Network

/// Checkpoints of TF-slim's networks without their graphs (`make_slim_checkpoints.py`).
@Suite struct SlimCheckpointTests {
  private static let folder = FixtureFile.path("tensorflow/slim")

  static let networks = Architecture.all.filter { $0.dialects.contains(.slim) }

  private static func shapes(
    _ architecture: Architecture, classes: Int?, scope: String = ""
  ) throws -> [String: [Int]] {
    let places = SlimVariables.places(of: try architecture.graph(.slim, classes: classes))
    return Dictionary(
      uniqueKeysWithValues: places.map {
        (
          scope + $0.stored.name,
          $0.stored.layout.arrangement(of: $0.specification.shape).storedShape
        )
      })
  }

  private static func archive(_ shapes: [String: [Int]]) -> FormulaArchive {
    FormulaArchive(shapes: shapes) { _, _ in nil }
  }

  @Test(arguments: networks)
  func everyNetworkIsRecognisedInAnyScope(_ architecture: Architecture) throws {
    for (classes, scope) in [(1001, "Net/"), (7, "FirstStageFeatureExtractor/Net/"), (5, "")] {
      var shapes = try Self.shapes(architecture, classes: classes, scope: scope)
      // An optimiser's.
      for (name, shape) in shapes where !name.hasSuffix("moving_mean") {
        shapes["\(name)/RMSProp"] = shape
        shapes["\(name)/RMSProp_1"] = shape
        shapes["\(name)/ExponentialMovingAverage"] = shape
      }
      shapes["global_step"] = []
      let found = try ArchitectureRecognition(Self.archive(shapes))
      #expect(found.architecture == architecture && found.dialect == .slim)
      #expect(found.classes == classes && found.names.prefix == scope)
      #expect(found.alternatives.isEmpty)
    }
  }

  @Test func weightsWithoutAClassifierAreABackbone() throws {
    for name in ["resnet_v1_50", "mobilenet_v2", "inception_v4"] {
      let architecture = try Architecture.named(name)
      let shapes = try Self.shapes(architecture, classes: nil, scope: "Net/")
      let found = try ArchitectureRecognition(Self.archive(shapes))
      #expect(found.architecture == architecture && found.classes == nil)
    }
  }

  @Test func meansOverTimeStandInForValuesThatAreNotThere() throws {
    let shapes = try Self.shapes(try Architecture.named("mobilenet_v1_025"), classes: 3)
    let means = Dictionary(
      uniqueKeysWithValues: shapes.map { ("MobilenetV1/\($0)\(SlimVariables.average)", $1) })
    let file = TensorFile(path: "x", archive: Self.archive(means), format: "test")
    let imported = try StateDictionaryFile.model(file, options: OpeningOptions())
    #expect(imported.report.loaded.count == shapes.count)
    #expect(imported.report.skipped.isEmpty && imported.report.unused.isEmpty)
    #expect(
      imported.report.renamed.contains {
        $0.contains("137 tensors") && $0.contains("ExponentialMovingAverage")
      })
  }

  @Test func aClassifierHalfWayIsLeftOutAndSaidSo() throws {
    var shapes = try Self.shapes(
      try Architecture.named("inception_v3"), classes: 5, scope: "InceptionV3/")
    shapes["InceptionV3/AuxLogits/Conv2d_1b_1x1/weights"] = [1, 1, 768, 128]
    let file = TensorFile(path: "x", archive: Self.archive(shapes), format: "test")
    let imported = try StateDictionaryFile.model(file, options: OpeningOptions())
    #expect(imported.report.skipped == ["InceptionV3/AuxLogits/Conv2d_1b_1x1/weights"])
    #expect(imported.report.unused.isEmpty)
    #expect(imported.report.warnings.contains { $0.contains("AuxLogits") })
    #expect(imported.model.graph.inputShape == Shape(height: 299, width: 299, channels: 3))
  }

  /// By its folder, by what its files have in common, and by each of them.
  @Test(arguments: [
    "", "/mobilenet.ckpt", "/mobilenet.ckpt.index", "/mobilenet.ckpt.data-00000-of-00001",
  ])
  func aCheckpointIsOpenedByAnyOfItsNames(_ name: String) throws {
    let path = Self.folder + name
    #expect(ModelFile.exists(path))
    let imported = try ModelFile.open(
      path, OpeningOptions(imageSize: ImageSize(height: 33, width: 33)))
    #expect(imported.report.loaded.count == 137 && imported.report.unused.isEmpty)
    let expected = try JSONDecoder().decode(
      [Float].self, from: Data(contentsOf: URL(filePath: "\(Self.folder)/logits.json")))
    let image = (0..<33 * 33 * 3).map { (index: Int) -> Float in
      let place = Double(index * 7919 % 1009)
      return Float(place / 1009 * 2 - 1)
    }
    let runner = GraphRunner(model: imported.model, batch: 1, pool: WorkerPool(threads: 1))
    let found = runner.run(FloatBuffer(image)).values
    let largest = expected.map(abs).max() ?? 0
    #expect(found.count == 3 && largest > 0)
    let isNear = zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-4 * largest }
    #expect(isNear, "\(found)")
  }

  @Test func eachFamilySeesWhatItWasTrainedWith() throws {
    let own = ImagePreparation(of: try Architecture.named("inception_v4"), in: .slim)
    #expect(own.pixels == .symmetric && own.mean.isEmpty && own.fit == .squash)
    #expect(own.source == "slim's InceptionV4s" && own.fraction == 0.875)
    for name in ["vgg_16", "resnet_v1_50"] {
      let preparation = ImagePreparation(of: try Architecture.named(name), in: .slim)
      #expect(preparation.pixels == .bytes && preparation.channelOrder == .rgb)
      #expect(preparation.mean == [123.68, 116.779, 103.939] && preparation.deviation.isEmpty)
    }
    #expect(ImagePreparation(of: try Architecture.named("resnet_v2_50"), in: .slim).mean == [])
  }

  @Test func aCheckpointOfNoKnownNetworkIsAFileOfTensors() throws {
    let source = FixtureFile.path("tensorflow/ckpt1")
    let folder = TemporaryFolder()
    let path = try folder.write(
      try InputFile.contents(of: joinPath(source, "model.ckpt"), limit: 1 << 20), to: "model.ckpt")
    let weights = #expect(throws: UnrecognizedWeights.self) { try ModelFile.open(path) }
    #expect(weights?.format == "TensorFlow checkpoint")
    #expect(weights?.tensors.contains { $0.name == "conv1/weights" } == true)
    let file = try #require(try ModelFile.tensors(path))
    #expect(try file.archive.elements("conv1/weights").type == .float32)
    // With its folder as well, which has nothing else in it.
    #expect(throws: UnrecognizedWeights.self) { try ModelFile.open(folder.path) }
  }

  @Test func whatIsMissingIsNamed() throws {
    let folder = TemporaryFolder()
    let data = try InputFile.contents(
      of: "\(Self.folder)/mobilenet.ckpt.data-00000-of-00001", limit: 1 << 20)
    let path = try folder.write(data, to: "a.ckpt.data-00000-of-00001")
    let noIndex = #expect(throws: FormatError.self) { try ModelFile.open(path) }
    #expect(noIndex?.expected == "the checkpoint's index 'a.ckpt.index' beside it")
    let index = try InputFile.contents(of: "\(Self.folder)/mobilenet.ckpt.index", limit: 1 << 20)
    _ = try folder.write(index, to: "b.ckpt.index")
    let noData = #expect(throws: (any Error).self) { try ModelFile.open(folder("b.ckpt")) }
    #expect("\(noData!)".contains("b.ckpt.data-00000-of-00001"))
    _ = try folder.write(index, to: "a.ckpt.index")
    let several = #expect(throws: FormatError.self) { try ModelFile.open(folder.path) }
    #expect(several?.found == "'a.ckpt', 'b.ckpt'")
  }
}
