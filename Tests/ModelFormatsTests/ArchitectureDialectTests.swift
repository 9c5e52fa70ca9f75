import Foundation
import Kernels
import TestSupport
import Testing

@testable import ModelFormats
@testable import Network

/// Our architectures in each dialect, against the frameworks' own: what weights are called, what shape
/// they have, and what the networks compute.
@Suite struct ArchitectureDialectTests {
  /// An architecture in a dialect.
  struct Member: CustomTestStringConvertible {
    let architecture: Architecture
    let dialect: Dialect

    var key: String { ArchitectureFixtures.key(architecture, dialect) }
    var testDescription: String { key }

    func entry() throws -> ArchitectureFixtures.Entry {
      try #require(try ArchitectureFixtures.entries(of: architecture.family)[key])
    }
  }

  static let members = Architecture.all.flatMap { architecture in
    architecture.dialects.map { Member(architecture: architecture, dialect: $0) }
  }

  /// Where our parameters stand in the framework's files.
  private static func places(of graph: Graph, _ dialect: Dialect) -> [ParameterPlace] {
    TensorNaming(dialect)?.places(of: graph)
      ?? graph.nodes.indices.flatMap { index in
        graph.specifications[index].map {
          ParameterPlace(
            layer: graph.nodes[index].name, specification: $0,
            stored: WeightPlace(name: kerasName(of: $0.name, at: index, in: graph)))
        }
      }
  }

  /// A separable convolution is one layer there, with two kernels.
  private static func kerasName(of parameter: String, at index: Int, in graph: Graph) -> String {
    let (node, layer) = (graph.nodes[index].name, graph.layerName(of: index))
    if node != layer { return "\(layer)/depthwise_kernel" }
    let isPointwise = index > 0 && graph.layerName(of: index - 1) == node
    return "\(node)/\(isPointwise && parameter == "kernel" ? "pointwise_kernel" : parameter)"
  }

  private static func storedShape(_ place: ParameterPlace) -> [Int] {
    place.stored.layout.arrangement(of: place.specification.shape).storedShape
  }

  /// Holds the weights of a network against a digest of the framework's.
  private static func expect(
    _ graph: Graph, _ dialect: Dialect, tensors: Int? = nil, digest: String?, called key: String
  ) throws {
    let lines = places(of: graph, dialect).map { place in
      let shape = storedShape(place).map(String.init).joined(separator: "x")
      return "\(place.stored.name) \(shape)"
    }
    if let digest, digest == ArchitectureFixtures.digest(lines),
      lines.count == tensors ?? lines.count
    {
      return
    }
    let file = FileManager.default.temporaryDirectory
      .appending(path: "thaw-\(key.replacing(" ", with: "-")).txt")
    try (lines.sorted() + [""]).joined(separator: "\n")
      .write(to: file, atomically: true, encoding: .utf8)
    Issue.record(
      """
      \(key) has \(lines.count) weights here, \(tensors.map { "\($0)" } ?? "others") there. Compare \
      \(file.path) with the output of make_architecture_fixtures.py --list "\(key)"
      """)
  }

  @Test(arguments: members)
  func weightsAreTheFrameworks(_ member: Member) throws {
    let entry = try member.entry()
    try Self.expect(
      try member.architecture.graph(member.dialect), member.dialect, tensors: entry.tensors,
      digest: entry.digest, called: member.key)
    let headless = try member.architecture.graph(member.dialect, classes: nil)
    #expect(headless.outputShape.rank == 1)
    guard entry.headless != nil else { return }
    try Self.expect(
      headless, member.dialect, digest: entry.headless, called: "\(member.key) headless")
  }

  /// No file is left behind when a network goes, and none is left out of the comparison.
  @Test func everyFixtureIsOfANetwork() throws {
    var left = Set<String>()
    for family in ArchitectureFixtures.families {
      left.formUnion(try ArchitectureFixtures.entries(of: family).keys)
    }
    left.subtract(Self.members.map(\.key))
    left.remove("torchvision small_vgg")
    #expect(left.isEmpty, "\(left.sorted())")
  }

  /// How far the logits of a network with weights of the formula are from the framework's, as a share
  /// of the largest.
  private static func distance(
    of graph: Graph, _ dialect: Dialect, from entry: ArchitectureFixtures.Entry
  ) throws -> Float {
    let expected = try #require(entry.logits)
    let places = places(of: graph, dialect)
    let depthwise = Set(
      graph.nodes.filter { $0.layer is DepthwiseConv2D }.map { "\($0.name)/kernel" })
    let archive = FormulaArchive(
      shapes: Dictionary(uniqueKeysWithValues: places.map { ($0.stored.name, storedShape($0)) }),
      gain: entry.gain ?? 1
    ) { name, shape in
      guard shape.count > 1 else { return nil }
      if dialect.isOfTorch { return shape.dropFirst().reduce(1, *) }
      let isDepthwise =
        depthwise.contains(name)
        || ["/depthwise_kernel", "/depthwise_weights"].contains(where: name.hasSuffix)
      return isDepthwise ? shape[0] * shape[1] : shape.dropLast().reduce(1, *)
    }
    var loader = WeightLoader(archive, report: ImportReport(format: ""))
    let model = try loader.model(graph, places: places)
    #expect(loader.report.unused == [] && loader.report.mismatched == [])
    #expect(loader.report.loaded.count == places.count)
    let count = graph.inputShape.count
    let values = (0..<count).map { Float(Double($0 * 7919 % 1009) / 1009 * 2 - 1) }
    let runner = GraphRunner(model: model, batch: 1, pool: WorkerPool(threads: 1))
    let found = runner.run(FloatBuffer(values)).values
    try #require(found.count == expected.count && found.allSatisfy(\.isFinite))
    let largest = expected.map(abs).max() ?? 1
    try #require(largest > 0)
    return zip(found, expected).map { abs($0 - $1) / largest }.max() ?? .infinity
  }

  private static func image(_ entry: ArchitectureFixtures.Entry) throws -> Shape {
    let size = try #require(entry.image)
    return Shape(height: size[0], width: size[1], channels: 3)
  }

  private static let membersWithLogits = members.filter {
    (try? $0.entry().logits) != nil
  }

  @Test(arguments: membersWithLogits)
  func logitsAreTheFrameworks(_ member: Member) throws {
    let entry = try member.entry()
    let graph = try member.architecture.graph(
      member.dialect, inputShape: Self.image(entry), classes: 4)
    let distance = try Self.distance(of: graph, member.dialect, from: entry)
    #expect(distance <= 1e-4)
    if ProcessInfo.processInfo.environment["THAW_ARCHITECTURE_FIXTURES"] != nil {
      print("\(member.key): \(distance)")
    }
  }

  /// Fewer convolutions and units; its dense layer reads what Torch flattens channels first.
  @Test func logitsOfASmallVGGAreThoseOfTorchvision() throws {
    let entry = try #require(try ArchitectureFixtures.entries(of: "VGG")["torchvision small_vgg"])
    let image = try Self.image(entry)
    let graph = try VGG(convolutions: [1, 1, 1, 1, 1], hidden: 64)
      .builder(.torchvision, input: image, classes: 4).graph(named: "vgg", inputShape: image)
    #expect(try Self.distance(of: graph, .torchvision, from: entry) <= 1e-4)
  }

  /// The comparison is worth something only if one dialect does not pass for the other.
  @Test func theOtherPaddingShows() throws {
    let member = Member(
      architecture: try Architecture.named("mobilenet_v2"), dialect: .torchvision)
    let entry = try member.entry()
    let graph = try member.architecture.graph(
      .torchvision, inputShape: Self.image(entry), classes: 4)
    var nodes = graph.nodes
    for index in nodes.indices {
      guard var layer = nodes[index].layer as? DepthwiseConv2D else { continue }
      layer.window.padding = .same
      nodes[index].layer = layer
    }
    let wrong = try Graph(name: "wrong", inputShape: graph.inputShape, nodes: nodes)
    #expect(try Self.distance(of: wrong, .torchvision, from: entry) > 1e-3)
  }
}
