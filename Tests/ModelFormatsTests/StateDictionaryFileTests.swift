import Files
import Kernels
import Network
import Safetensors
import TestSupport
import Testing

@testable import ModelFormats

/// Files of weights with torchvision's names.
@Suite struct StateDictionaryFileTests {
  private static func shapes(_ name: String, classes: Int) throws -> [String: [Int]] {
    let places = StateDictionary.places(of: try Architecture.named(name).graph(classes: classes))
    return Dictionary(
      uniqueKeysWithValues: places.map {
        ($0.stored.name, $0.stored.layout.arrangement(of: $0.specification.shape).storedShape)
      })
  }

  private static func archive(_ shapes: [String: [Int]], prefix: String = "") -> FormulaArchive {
    FormulaArchive(
      shapes: Dictionary(uniqueKeysWithValues: shapes.map { (prefix + $0.key, $0.value) })
    ) { _, _ in nil }
  }

  @Test(arguments: Architecture.all.filter { $0.dialects.contains(.torchvision) })
  func everyArchitectureIsRecognised(architecture: Architecture) throws {
    for (classes, prefix) in [(7, ""), (1000, "module."), (10, "_orig_mod.module.")] {
      let found = try ArchitectureRecognition(
        Self.archive(Self.shapes(architecture.name, classes: classes), prefix: prefix))
      #expect(found.architecture == architecture)
      #expect(found.classes == classes && found.prefix == prefix)
    }
  }

  @Test func theNearestArchitectureIsNamedWithItsFirstDifferences() throws {
    var shapes = try Self.shapes("resnet34", classes: 10)
    shapes["layer1.0.conv1.weight"] = nil
    shapes["bn1.bias"] = [65]
    let error = #expect(throws: UnexpectedContent.self) {
      try ArchitectureRecognition(Self.archive(shapes))
    }
    let count = shapes.count
    #expect(
      error?.found == "\(count) tensors, nearest to resnet34, of which 'bn1.bias' is 65, not 64; "
        + "'layer1.0.conv1.weight' is missing, not 64×64×3×3")
  }

  @Test func aDeeperNetworkIsNotTakenForOneThatItContains() throws {
    var shapes = try Self.shapes("resnet50", classes: 1000)
    for (name, shape) in shapes where name.hasPrefix("layer4.2.") {
      shapes[name.replacing("layer4.2.", with: "layer4.3.")] = shape
    }
    let error = #expect(throws: UnexpectedContent.self) {
      try ArchitectureRecognition(Self.archive(shapes))
    }
    #expect(
      error?.found.contains("nearest to resnet50, of which 'layer4.3.bn1.bias' has no place")
        == true,
      "\(error?.found ?? "")")
  }

  @Test func whatIsNotOfTheNetworkSaysNothingAgainstIt() throws {
    var shapes = try Self.shapes("resnet18", classes: 10)
    shapes["n_averaged"] = []
    shapes["teacher.fc.weight"] = [3, 4]
    shapes["bn1.num_batches_tracked"] = []
    #expect(try ArchitectureRecognition(Self.archive(shapes)).architecture.name == "resnet18")
  }

  /// What helped in training alone has no place, and costs nothing.
  @Test(arguments: [
    (
      "inception_v3", ["AuxLogits.conv0.conv.weight": [128, 768, 1, 1], "AuxLogits.fc.bias": [10]]
    ),
    ("googlenet", ["aux1.fc2.weight": [10, 1024], "aux2.conv.bn.bias": [128]]),
  ])
  func classifiersHalfWaySayNothingAgainstANetwork(
    name: String, auxiliary: [String: [Int]]
  ) throws {
    let shapes = try Self.shapes(name, classes: 10).merging(auxiliary) { $1 }
    #expect(try ArchitectureRecognition(Self.archive(shapes)).architecture.name == name)
  }

  @Test func tensorsOfNoArchitectureAreRefused() {
    for shapes in [
      ["x": [2, 3]], [:], ["fc.weight": [0, 512]], ["fc.weight": [1 << 40, 512]], ["fc.weight": []],
    ] {
      let error = #expect(throws: UnexpectedContent.self) {
        try ArchitectureRecognition(Self.archive(shapes))
      }
      #expect(error?.found == "\(shapes.count) tensors of none")
    }
  }

  @Test func aSafetensorsFileOpens() throws {
    let folder = TemporaryFolder()
    let shapes = try Self.shapes("squeezenet1_1", classes: 3)
    let archive = Self.archive(shapes)
    let tensors = try shapes.map { name, shape in
      OutgoingTensor(
        name: "module.\(name)", shape: shape, values: .floats(try archive.values(name)))
    }
    let path = folder.path + "/model.bin"
    try SafetensorsWriter.write(tensors, to: path)
    let imported = try ModelFile.open(path, imageSize: ImageSize(height: 64, width: 96))
    let graph = imported.model.graph
    #expect(graph.name == "squeezenet1_1" && graph.outputShape == Shape([3]))
    #expect(graph.inputShape == Shape([64, 96, 3]))
    #expect(
      imported.report.format == "safetensors (torchvision's squeezenet1_1, by names and shapes)")
    #expect(imported.report.renamed == ["\(shapes.count) tensors, without 'module.'"])
    #expect(imported.report.loaded.count == shapes.count && imported.report.unused == [])
    let kernel = try #require(imported.model.parameters["features.0"]?[0])
    let stored = try archive.values("features.0.weight")
    // Output 5 of input 2 at row 2, column 1: [height, width, in, out] of [out, in, height, width].
    let here: Int = ((2 * 3 + 1) * 3 + 2) * 64 + 5
    let there: Int = ((5 * 3 + 2) * 3 + 2) * 3 + 1
    #expect(kernel.values.values[here] == stored[there])
    #expect {
      try ModelFile.open(path, imageSize: ImageSize(height: 2, width: 2))
    } throws: { "\($0)".contains("an input that squeezenet1_1 can take") }
  }
}
