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
    shapes(of: try Architecture.named(name).graph(classes: classes))
  }

  private static func shapes(of graph: Graph) -> [String: [Int]] {
    let places = StateDictionary.places(of: graph)
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

  static let networks = Architecture.all.flatMap { architecture in
    architecture.dialects.filter(\.isOfTorch).map { (architecture, $0) }
  }

  /// Each with one of these: all of them with all would take a minute.
  private static let wrappings = [(7, ""), (1000, "module."), (10, "_orig_mod.module.")]

  @Test(arguments: wrappings.indices) func everyArchitectureIsRecognised(wrapping: Int) throws {
    let (classes, prefix) = Self.wrappings[wrapping]
    for (number, (architecture, dialect)) in Self.networks.enumerated()
    where number % Self.wrappings.count == wrapping {
      let shapes = Self.shapes(
        of: try architecture.graph(dialect, inputShape: nil, classes: classes))
      let found = try ArchitectureRecognition(Self.archive(shapes, prefix: prefix))
      // Some networks are the same in names and shapes, and differ in padding or ε alone.
      let name = "\(dialect.title)'s \(architecture.name(in: dialect))"
      #expect(
        found.architecture == architecture || found.alternatives.contains(name),
        "\(found.architecture), \(found.alternatives)")
      #expect(found.classes == classes && found.names.prefix == prefix)
      #expect(Set(found.names.file.values) == Set(shapes.keys.map { prefix + $0 }))
    }
  }

  @Test func whatPeopleCallTheirWrappersDoesNotMatter() throws {
    let shapes = try Self.shapes("resnet18", classes: 4)
    let found = try ArchitectureRecognition(Self.archive(shapes, prefix: "net.my_resnet."))
    #expect(found.architecture.name == "resnet18" && found.names.prefix == "net.my_resnet.")
    #expect(found.names.renamed == ["102 tensors, without 'net.my_resnet.'"])
  }

  @Test func aHeadOutsideOfTheWrapperIsFound() throws {
    var shapes = try Self.shapes("resnet18", classes: 4)
    let head = (
      weight: shapes.removeValue(forKey: "fc.weight"), bias: shapes.removeValue(forKey: "fc.bias")
    )
    var archive = Self.archive(shapes, prefix: "backbone.")
    archive.shapes["fc.weight"] = head.weight
    archive.shapes["fc.bias"] = head.bias
    archive.shapes["criterion.weight"] = [4]
    let found = try ArchitectureRecognition(archive)
    #expect(found.architecture.name == "resnet18" && found.classes == 4)
  }

  /// People put a first convolution of their own before a known network.
  @Test(arguments: networks.filter { $0.1 == .torchvision }, [1, 4])
  func imagesMayHaveOtherChannels(network: (Architecture, Dialect), channels: Int) throws {
    let (architecture, dialect) = network
    let usual = architecture.inputShape(dialect)
    let input = Shape(usual.dimensions.dropLast() + [channels])
    let shapes = Self.shapes(of: try architecture.graph(dialect, inputShape: input, classes: 3))
    let found = try ArchitectureRecognition(Self.archive(shapes))
    #expect(found.architecture == architecture && found.channels == channels)
  }

  @Test func aGreyNetworksPicturesAreNotTakenForColourOnes() throws {
    let grey = Shape(height: 224, width: 224, channels: 1)
    let shapes = Self.shapes(
      of: try Architecture.named("resnet18").graph(.torchvision, inputShape: grey, classes: 3))
    let file = TensorFile(path: "x", archive: Self.archive(shapes), format: "test")
    let imported = try StateDictionaryFile.model(file, options: OpeningOptions())
    #expect(imported.model.graph.inputShape == grey)
    #expect(imported.preparation == .assumed)
  }

  @Test func aDenseLayerInASequenceStandsForTheHead() throws {
    var shapes = try Self.shapes("resnet18", classes: 4)
    shapes["fc.1.weight"] = shapes.removeValue(forKey: "fc.weight")
    shapes["fc.1.bias"] = shapes.removeValue(forKey: "fc.bias")
    let found = try ArchitectureRecognition(Self.archive(shapes))
    #expect(found.classes == 4 && found.names.file["fc.weight"] == "fc.1.weight")
    #expect(found.names.renamed == ["'fc.1' to 'fc'"])
  }

  @Test func weightsWithoutAClassifierAreABackbone() throws {
    var shapes = try Self.shapes("resnet18", classes: 4)
    shapes["fc.weight"] = nil
    shapes["fc.bias"] = nil
    let file = TensorFile(
      path: "x", archive: Self.archive(shapes, prefix: "encoder."), format: "test")
    let imported = try StateDictionaryFile.model(file, options: OpeningOptions())
    #expect(imported.model.graph.outputShape == Shape([512]))
    #expect(imported.hasClassifier == false)
    #expect(imported.report.warnings.contains { $0.contains("no classifier") })
  }

  @Test func anArchitectureThatIsAskedForIsTheOneThatIsCompared() throws {
    let archive = Self.archive(try Self.shapes("resnet50", classes: 10))
    #expect(try ArchitectureRecognition(archive, asked: "resnet50").classes == 10)
    let error = #expect(throws: UnrecognizedNetwork.self) {
      try ArchitectureRecognition(archive, asked: "resnet18")
    }
    #expect(error?.expected == "weights of resnet18")
    #expect(error?.nearest?.differences.count == 3)
    let unknown = #expect(throws: UnexpectedContent.self) {
      try ArchitectureRecognition(archive, asked: "resnet5")
    }
    #expect(unknown?.found == "'resnet5', which is not known")
  }

  @Test func theNearestArchitectureIsNamedWithItsFirstDifferences() throws {
    var shapes = try Self.shapes("resnet34", classes: 10)
    shapes["layer1.0.conv1.weight"] = nil
    shapes["bn1.bias"] = [65]
    let error = #expect(throws: UnrecognizedNetwork.self) {
      try ArchitectureRecognition(Self.archive(shapes))
    }
    let count = shapes.count
    #expect(
      error?.found
        == "\(count) tensors, nearest to torchvision's resnet34, of which 'bn1.bias' is 65, not 64; "
        + "'layer1.0.conv1.weight' is missing, not 64×64×3×3")
  }

  @Test func aDeeperNetworkIsNotTakenForOneThatItContains() throws {
    var shapes = try Self.shapes("resnet50", classes: 1000)
    for (name, shape) in shapes where name.hasPrefix("layer4.2.") {
      shapes[name.replacing("layer4.2.", with: "layer4.3.")] = shape
    }
    let error = #expect(throws: UnrecognizedNetwork.self) {
      try ArchitectureRecognition(Self.archive(shapes))
    }
    #expect(
      error?.found.contains(
        "nearest to torchvision's resnet50, of which 'layer4.3.bn1.bias' has no place")
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
      let error = #expect(throws: UnrecognizedNetwork.self) {
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
    let imported = try ModelFile.open(
      path, OpeningOptions(imageSize: ImageSize(height: 64, width: 96)))
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
      try ModelFile.open(path, OpeningOptions(imageSize: ImageSize(height: 2, width: 2)))
    } throws: { "\($0)".contains("an input that squeezenet1_1 can take") }
  }

  @Test func aFileThatIsNotTakenInFullIsRefusedWhereThatIsAskedFor() throws {
    let folder = TemporaryFolder()
    var shapes = try Self.shapes("squeezenet1_1", classes: 3)
    shapes["teacher.weight"] = [2]
    let archive = Self.archive(shapes)
    let path = folder("model.safetensors")
    try SafetensorsWriter.write(
      try shapes.map { name, shape in
        OutgoingTensor(name: name, shape: shape, values: .floats(try archive.values(name)))
      }, to: path)
    #expect(try ModelFile.open(path).report.unused == ["teacher.weight"])
    let error = #expect(throws: FormatError.self) {
      try ModelFile.open(path, OpeningOptions(isStrict: true))
    }
    #expect(error?.found == "'teacher.weight', which no layer asked for")
  }
}
