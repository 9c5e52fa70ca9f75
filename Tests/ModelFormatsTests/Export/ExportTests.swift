import Files
import Images
import JSON
import Kernels
import Network
import Safetensors
import TestSupport
import Testing

@testable import ModelFormats

/// What is written is what is read again, bit for bit.
@Suite struct ExportTests {
  private let folder = TemporaryFolder()

  private static func outgoing(
    _ architecture: Architecture, _ dialect: Dialect, classes: Int, timm: JSONValue? = nil
  ) throws -> OutgoingModel {
    let graph = try architecture.graph(dialect, classes: classes)
    let model = Model(initializing: graph, seed: 5, pool: WorkerPool(threads: 1))
    var preparation = ImagePreparation(pixels: .unit, origin: .option)
    preparation.mean = [0.1, 0.2, 0.3]
    preparation.fit = .squash
    return OutgoingModel(
      model: model, graph: graph, classNames: (0..<classes).map { "class \($0)" },
      preparation: preparation, family: (architecture, dialect), timmConfiguration: timm)
  }

  private static func expectSame(_ imported: Model, _ model: Model) {
    #expect(imported.allParameters.map(\.name) == model.allParameters.map(\.name))
    for (left, right) in zip(imported.allParameters, model.allParameters) {
      #expect(
        left.values.values.map(\.bitPattern) == right.values.values.map(\.bitPattern),
        "\(left.name)")
    }
  }

  static let families: [(Architecture, Dialect)] = {
    // Small ones, each of other kinds of layers.
    let names = ["squeezenet1_1", "mobilenet_v2", "mobilenet_v3_small", "shufflenet_v2_x0_5"]
    return names.compactMap { Architecture.find($0) }.flatMap { architecture in
      architecture.dialects.filter(\.isOfTorch).map { (architecture, $0) }
    }
  }()

  @Test(arguments: families)
  func aNetworkComesBackAsItWas(architecture: Architecture, dialect: Dialect) throws {
    let outgoing = try Self.outgoing(architecture, dialect, classes: 3)
    let path = folder("model.safetensors")
    let report = try ExportFormat.safetensors.write(outgoing, path)
    #expect(report.warnings == [])
    let imported = try ModelFile.open(
      path, OpeningOptions(architecture: architecture.name(in: dialect), isStrict: true))
    #expect(imported.family?.architecture == architecture)
    #expect(imported.classNames == outgoing.classNames)
    #expect(imported.preparation.mean == [0.1, 0.2, 0.3] && imported.preparation.fit == .squash)
    Self.expectSame(imported.model, outgoing.model)
    let metadata = try SafetensorsReader(path: path).metadata
    #expect(metadata["format"] == "pt")
  }

  /// As training puts it in the classifier's place.
  @Test func aHeadOfOnesOwnTakesTheClassifiersName() throws {
    let architecture = try Architecture.named("resnet18")
    let body = try architecture.graph(.torchvision)
    let graph = try Graph(
      name: body.name, inputShape: body.inputShape,
      nodes: body.nodes.dropLast() + [
        Graph.Node(name: "output", layer: Dense(units: 6), inputs: body.nodes.last?.inputs ?? [])
      ])
    let model = Model(initializing: graph, seed: 1, pool: WorkerPool(threads: 1))
    let outgoing = OutgoingModel(
      model: model, graph: graph, classNames: nil, preparation: .assumed,
      family: (architecture, .torchvision))
    let path = folder("tuned.safetensors")
    let report = try ExportFormat.safetensors.write(outgoing, path)
    #expect(report == ExportReport(summary: "102 tensors with torchvision's names"))
    let reader = try SafetensorsReader(path: path)
    #expect(reader["fc.weight"]?.shape == [6, 512] && reader["output.weight"] == nil)
    let imported = try ModelFile.open(path)
    #expect(
      imported.model.parameters["fc"]?[0].values.values
        == model.parameters["output"]?[0].values.values)
  }

  /// Layers without PyTorch's like keep their own names; none is lost for want of one.
  @Test func aNetworkOfNobodysHasItsLayersNames() throws {
    let graph = try Graph(
      name: "own", inputShape: Shape(height: 8, width: 8, channels: 2),
      nodes: [
        Graph.Node(
          name: "block/depthwise", layer: DepthwiseConv2D(window: Window(3)),
          inputs: [Graph.inputName]),
        Graph.Node(name: "norm", layer: BatchNormalization(), inputs: ["block/depthwise"]),
        Graph.Node(name: "flatten", layer: Flatten(), inputs: ["norm"]),
        Graph.Node(name: "logits", layer: Dense(units: 3), inputs: ["flatten"]),
      ])
    let model = Model(initializing: graph, seed: 1, pool: WorkerPool(threads: 1))
    let path = folder("own.safetensors")
    try _ = ExportFormat.safetensors.write(
      OutgoingModel(model: model, graph: graph, classNames: nil, preparation: .assumed), path)
    let reader = try SafetensorsReader(path: path)
    #expect(Set(reader.tensors.map(\.name)).count == model.allParameters.count)
    #expect(reader["logits.weight"]?.shape == [3, 72])
    #expect(reader["block/depthwise.weight"]?.shape == [2, 1, 3, 3])
    #expect(reader["norm.running_var"]?.shape == [2])
  }

  /// A pickle goes in, and what comes out has the same bytes, whatever they are.
  @Test(arguments: ["kinds.pth", "kinds-stream.pth", "lightning.ckpt"])
  func aFileOfTensorsIsCopiedAsItIs(name: String) throws {
    let file = try #require(try ModelFile.tensors(FixtureFile.path("torch/\(name)")))
    let copy = try #require(ExportFormat.safetensors.copy)
    let path = folder("copy.safetensors")
    #expect(try copy(file, path).warnings == [])
    let reader = try SafetensorsReader(path: path)
    #expect(Set(reader.tensors.map(\.name)) == Set(file.archive.tensorNames))
    for tensor in reader.tensors {
      let elements = try file.archive.elements(tensor.name)
      #expect(
        elements.type == tensor.type
          && file.archive.tensor(named: tensor.name)?.shape == tensor.shape)
      #expect(try reader.bytes(tensor.name) == elements.bytes)
    }
  }

  @Test func aTimmNetworkBecomesAFolderWithItsConfiguration() throws {
    let architecture = try #require(Architecture.all.first { $0.dialects.contains(.timm) })
    let name = architecture.name(in: .timm)
    let configuration = try JSONValue.parse(
      """
      {"architecture": "\(name)", "num_classes": 1000, "label_names": ["old"], "num_features": 9,
       "pretrained_cfg": {"input_size": [3, 224, 224], "tag": "x", "license": "apache-2.0"}}
      """)
    let outgoing = try Self.outgoing(architecture, .timm, classes: 2, timm: configuration)
    let path = folder("exported")
    _ = try ExportFormat.safetensors.write(outgoing, path)
    #expect(try Folder.names(in: path) == ["config.json", "model.safetensors"])
    for given in [path, joinPath(path, "config.json")] {
      let imported = try ModelFile.open(given, OpeningOptions(isStrict: true))
      #expect(imported.classNames == ["class 0", "class 1"])
      #expect(imported.preparation.mean == [0.1, 0.2, 0.3] && imported.preparation.fit == .squash)
      #expect(imported.preparation.origin == .file("config.json"))
      #expect(imported.report.format.hasSuffix("(timm's \(name), as config.json says)"))
      #expect(imported.timmConfiguration?["pretrained_cfg"]?["license"]?.string == "apache-2.0")
      Self.expectSame(imported.model, outgoing.model)
    }
    // The configuration and the weights must agree.
    try OutputFile.write(
      Array("{\"architecture\": \"\(name)\", \"num_classes\": 5}".utf8),
      to: joinPath(path, "config.json"))
    let error = #expect(throws: FormatError.self) { try ModelFile.open(path) }
    #expect(
      error?.expected == "5 outputs, as num_classes of config.json says" && error?.found == "2")
  }

  @Test func aConfigurationWithoutWeightsSaysSo() throws {
    let name = try #require(Architecture.all.first { $0.dialects.contains(.timm) }).name(in: .timm)
    let path = try folder.write(Array("{\"architecture\": \"\(name)\"}".utf8), to: "config.json")
    for given in [path, folder.path] {
      let error = #expect(throws: FormatError.self) { try ModelFile.open(given) }
      #expect(error?.expected.contains("weights beside config.json") == true)
    }
  }

  @Test func weightsOfAnotherNetworkThanTheConfigurationSaysAreRefused() throws {
    let name = try #require(Architecture.all.first { $0.dialects.contains(.timm) }).name(in: .timm)
    let outgoing = try Self.outgoing(
      try Architecture.named("squeezenet1_1"), .torchvision, classes: 2)
    _ = try ExportFormat.safetensors.write(outgoing, folder("model.safetensors"))
    _ = try folder.write(Array("{\"architecture\": \"\(name)\"}".utf8), to: "config.json")
    let error = #expect(throws: FormatError.self) { try ModelFile.open(folder.path) }
    #expect(error?.expected == "weights of \(name), as config.json says")
  }
}
