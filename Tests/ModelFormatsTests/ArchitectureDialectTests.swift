import Files
import Foundation
import Kernels
import TestSupport
import Testing

@testable import ModelFormats
@testable import Network

/// Our architectures in each dialect, against the frameworks' own: what weights are called, what shape
/// they have, and what the networks compute (`make_architecture_fixtures.py`).
@Suite struct ArchitectureDialectTests {
  /// Of each network, its weights in the framework's words.
  private static func weights(_ dialect: Dialect, _ architecture: Architecture) throws
    -> [String: [Int]]
  {
    let text = String(decoding: try FixtureFile.bytes("architectures.txt"), as: UTF8.self)
    let section = try #require(
      text.split(separator: "# ").first {
        $0.hasPrefix("\(dialect.rawValue) \(architecture.name)\n")
      })
    let lines = section.split(separator: "\n").dropFirst()
    return Dictionary(
      try lines.map { line in
        let words = line.split(separator: " ")
        let shape =
          words[1] == "-"
          ? []
          : try words[1].split(separator: "x").map {
            try #require(Int($0))
          }
        return (String(words[0]), shape)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Where our parameters stand in the framework's files.
  private static func places(of graph: Graph, _ dialect: Dialect) -> [ParameterPlace] {
    switch dialect {
    case .torchvision, .timm: StateDictionary.places(of: graph)
    case .keras:
      graph.nodes.indices.flatMap { index in
        graph.specifications[index].map {
          ParameterPlace(
            layer: graph.nodes[index].name, specification: $0,
            stored: WeightPlace(name: "\(graph.nodes[index].name)/\($0.name)"))
        }
      }
    }
  }

  static let networks = Architecture.all.flatMap { architecture in
    architecture.dialects.map { (architecture, $0) }
  }

  /// Weights that are of no network: counters, and the statistics of a layer of preparation.
  private static func isBeside(_ name: String) -> Bool {
    StateDictionary.isCounter(name) || name.hasPrefix("normalization/")
  }

  @Test(arguments: networks)
  func everyWeightOfTheFrameworkHasItsPlace(architecture: Architecture, dialect: Dialect) throws {
    var left = try Self.weights(dialect, architecture).filter { !Self.isBeside($0.key) }
    #expect(left.count > 30)
    for place in Self.places(of: try architecture.graph(dialect), dialect) {
      let stored = place.stored.layout.arrangement(of: place.specification.shape).storedShape
      #expect(left.removeValue(forKey: place.stored.name) == stored, "\(place.stored.name)")
    }
    #expect(left.isEmpty, "\(left.keys.sorted().prefix(5))")
  }

  private static let image = Shape(height: 64, width: 96, channels: 3)

  /// How far the logits of a network with weights of the formula are from the framework's, as a share
  /// of the largest.
  private static func distance(of graph: Graph, _ dialect: Dialect, from name: String) throws
    -> Float
  {
    let data = try Data(contentsOf: URL(filePath: FixtureFile.path("architecture_logits.json")))
    let all = try JSONDecoder().decode([String: [Float]].self, from: data)
    let expected = try #require(all[name])
    let places = places(of: graph, dialect)
    let depthwise = Set(
      graph.nodes.filter { $0.layer is DepthwiseConv2D }.map { "\($0.name)/kernel" })
    let archive = FormulaArchive(
      shapes: Dictionary(
        uniqueKeysWithValues: places.map {
          ($0.stored.name, $0.stored.layout.arrangement(of: $0.specification.shape).storedShape)
        })
    ) { name, shape in
      guard shape.count > 1 else { return nil }
      if dialect != .keras { return shape.dropFirst().reduce(1, *) }
      return depthwise.contains(name) ? shape[0] * shape[1] : shape.dropLast().reduce(1, *)
    }
    var loader = WeightLoader(archive, report: ImportReport(format: ""))
    let model = try loader.model(graph, places: places)
    #expect(loader.report.unused == [] && loader.report.mismatched == [])
    #expect(loader.report.loaded.count == places.count)
    let values = (0..<image.count).map { Float(Double($0 * 7919 % 1009) / 1009 * 2 - 1) }
    let runner = GraphRunner(model: model, batch: 1, pool: WorkerPool(threads: 1))
    let found = runner.run(FloatBuffer(values)).values
    try #require(found.count == expected.count && found.allSatisfy(\.isFinite))
    let largest = expected.map(abs).max() ?? 1
    return zip(found, expected).map { abs($0 - $1) / largest }.max() ?? .infinity
  }

  @Test(arguments: networks.filter { !["vgg16", "resnet34"].contains($0.0.name) })
  func logitsAreThoseOfTheFramework(architecture: Architecture, dialect: Dialect) throws {
    let graph = try architecture.graph(dialect, inputShape: Self.image, classes: 4)
    let name = "\(dialect.rawValue) \(architecture.name)"
    #expect(try Self.distance(of: graph, dialect, from: name) <= 1e-4)
  }

  /// Fewer convolutions and units; its dense layer reads what Torch flattens channels first.
  @Test func logitsOfASmallVGGAreThoseOfTorchvision() throws {
    let graph = try VGG(convolutions: [1, 1, 1, 1, 1], hidden: 64)
      .builder(.torchvision, classes: 4).graph(named: "vgg", inputShape: Self.image)
    #expect(try Self.distance(of: graph, .torchvision, from: "torchvision vgg") <= 1e-4)
  }

  /// The comparison is worth something only if one dialect does not pass for the other.
  @Test func theOtherPaddingShows() throws {
    let graph = try Architecture.named("mobilenet_v2").graph(
      .torchvision, inputShape: Self.image, classes: 4)
    var nodes = graph.nodes
    for index in nodes.indices {
      guard var layer = nodes[index].layer as? DepthwiseConv2D else { continue }
      layer.window.padding = .same
      nodes[index].layer = layer
    }
    let wrong = try Graph(name: "wrong", inputShape: Self.image, nodes: nodes)
    #expect(try Self.distance(of: wrong, .torchvision, from: "torchvision mobilenet_v2") > 1e-3)
  }
}
