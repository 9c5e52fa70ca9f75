import Foundation
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Small models with every layer, written by Keras 2 and 3, against what Keras computes for them.
@Suite struct KerasOutputTests {
  static let names = [
    "convolutions", "activations", "normalization", "pooling", "squeeze_excite", "nested",
    "base_in_sequential", "rules", "operations", "shared", "merging", "rarer", "preparing",
    "open_size",
  ].flatMap { ["\($0)-keras2", "\($0)-keras3"] }

  @Test(arguments: names) func outputsAreThoseOfKeras(name: String) throws {
    let expected = try #require(try KerasExpectation.all()[name])
    let model = try ModelFile.open(
      FixtureFile.path("\(name).h5"), OpeningOptions(imageSize: ImageSize(expected.input))
    ).model
    #expect(model.graph.inputShape.dimensions == expected.input)
    #expect(model.graph.outputShape.dimensions == expected.output)
    #expect(expected.distance(from: model) <= 2e-5)
  }

  /// The comparison is worth something only if it tells a wrong model from a right one.
  @Test(arguments: ["normalization-keras3", "convolutions-keras3"])
  func aWrongEpsilonOrPaddingShows(name: String) throws {
    let expected = try #require(try KerasExpectation.all()[name])
    let model = try ModelFile.open(FixtureFile.path("\(name).h5")).model
    var changes = 0
    for (index, node) in model.graph.nodes.enumerated() {
      guard let wrong = Self.mutated(node.layer) else { continue }
      var nodes = model.graph.nodes
      nodes[index].layer = wrong
      let graph = try Graph(name: "wrong", inputShape: model.graph.inputShape, nodes: nodes)
      let mutant = Model(graph: graph, parameters: model.parameters)
      #expect(expected.distance(from: mutant) > 1e-3, "\(node.name)")
      changes += 1
    }
    #expect(changes >= 2)
  }

  /// The layer with another epsilon, or with the odd zero of its padding at the other end.
  private static func mutated(_ layer: any Layer) -> (any Layer)? {
    switch layer {
    case var layer as BatchNormalization:
      layer.epsilon = layer.epsilon == 1e-3 ? 1e-2 : 1e-3
      return layer
    case var layer as Conv2D
    where layer.window.padding == .same && layer.window.dilationHeight == 1:
      // 11 rows, 3 in the window, stride 2: one above, one below; 9 columns, 2: none and one.
      layer.window.padding = .explicit(Padding(top: 1, bottom: 1, left: 1, right: 0))
      return layer
    case var layer as ZeroPadding2D:
      let amounts = layer.amounts
      layer.amounts = Padding(
        top: amounts.bottom, bottom: amounts.top, left: amounts.right, right: amounts.left)
      return layer
    default: return nil
    }
  }
}

/// What Keras computes for one fixture (see `make_keras_fixtures.py`).
struct KerasExpectation: Decodable {
  let input: [Int]
  let amplitude: Float
  let output: [Int]
  let values: [Float]

  static func all() throws -> [String: KerasExpectation] {
    let data = try Data(contentsOf: URL(filePath: FixtureFile.path("keras_expected.json")))
    return try JSONDecoder().decode([String: KerasExpectation].self, from: data)
  }

  private static let batch = 2

  /// The script's formula.
  private var image: [Float] {
    let count = input.reduce(Self.batch, *)
    return (0..<count).map { index in
      Float((Double(index * 7919 % 1009) / 1009 * 2 - 1) * Double(amplitude))
    }
  }

  /// The largest difference of the model's output, as a share of the largest value.
  func distance(from model: Model) -> Float {
    let runner = GraphRunner(model: model, batch: Self.batch, pool: WorkerPool(threads: 1))
    let found = runner.run(FloatBuffer(image)).values
    guard found.count == values.count else { return .infinity }
    let differences = zip(found, values).map { abs($0 - $1) }
    // NaN in either is the farthest.
    guard differences.allSatisfy(\.isFinite) else { return .infinity }
    return (differences.max() ?? 0) / (values.map(abs).max() ?? 1)
  }
}
