import EngineInterface
import Kernels
import Network

@testable import RunStore

/// A layer that has parameters and nothing else.
struct StillLayer: Layer {
  static let kind = "Still"
  var shapes: [[Int]]

  func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape { inputs[0] }
  func makeOperation(at site: OperationSite) -> any Operation { fatalError("never run") }
  func parameters(for inputs: [Shape]) -> [ParameterSpecification] {
    shapes.enumerated().map {
      ParameterSpecification(
        name: "p\($0.offset)", role: .kernel, shape: $0.element, initializer: .zeros)
    }
  }
}

enum Fixture {
  /// A model of two layers, its values drawn from `seed`.
  static func model(seed: UInt64, shapes: [[Int]] = [[3, 4], [4]]) throws -> Model {
    let layers = ["first", "second/inner"]
    var input = Graph.inputName
    let nodes = layers.map { name in
      defer { input = name }
      return Graph.Node(name: name, layer: StillLayer(shapes: shapes), inputs: [input])
    }
    let graph = try Graph(name: "still", inputShape: Shape(features: 4), nodes: nodes)
    var parameters: [String: [Parameter]] = [:]
    for (index, node) in nodes.enumerated() {
      parameters[node.name] = node.layer.parameters(for: []).enumerated().map { number, spec in
        let random = RandomStream(
          seed: seed, purpose: .test, step: UInt64(index), layer: UInt32(number))
        let values = FloatBuffer((0..<spec.count).map { random.uniform(UInt64($0)) - 0.5 })
        return Parameter(layer: node.name, specification: spec, values: values)
      }
    }
    return Model(graph: graph, parameters: parameters)
  }

  struct State: Codable, Equatable {
    var epoch = 1
    var bestLoss = 0.25
  }

  static func checkpoint(of model: Model, step: Int) -> Checkpoint {
    let slots = model.allParameters.map {
      Checkpoint.Slot(
        parameter: $0.name, name: "m", shape: $0.specification.shape,
        values: FloatBuffer($0.values.values.map { $0 * 2 }))
    }
    return Checkpoint(
      step: step, settings: TuningSettings(learningRate: 0.01, frozen: ["first"]),
      parameters: model.allParameters, slots: slots, counters: ["first/p0": step], state: State())
  }

  static func record(named name: String) -> RunRecord {
    RunRecord(
      name: name, model: "/models/still.h5", data: "/data", validation: nil, seed: .max,
      settings: TuningSettings(), created: 1_700_000_000.25, programVersion: "0.1.0",
      machine: MachineDescription(processor: "a processor"))
  }

  static func metrics(_ loss: Float) -> [MetricName: Float] {
    [.trainLoss: loss, .trainAccuracy: 1 - loss, .learningRate: 1e-3]
  }
}
