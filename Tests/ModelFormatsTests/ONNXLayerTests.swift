import Files
import Images
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Every layer, written as ONNX and read again.
@Suite struct ONNXLayerTests {
  private static var pool: WorkerPool { WorkerPool(threads: 1) }

  private static func model(_ graph: Graph) -> Model {
    let model = Model(initializing: graph, seed: 3, pool: pool)
    for parameter in model.allParameters {
      for index in 0..<parameter.values.count {
        let value = Float((index * 37 + parameter.name.utf8.count * 11) % 101) / 101
        switch parameter.specification.role {
        case .movingVariance, .gamma: parameter.values.pointer[index] = 0.5 + value
        default: parameter.values.pointer[index] = value - 0.5
        }
      }
    }
    return model
  }

  private static func output(_ model: Model) -> [Float] {
    let shape = model.graph.inputShape
    let images = FloatBuffer((0..<2 * shape.count).map { Float($0 * 7919 % 1000) / 300 - 1.5 })
    return GraphRunner(model: model, batch: 2, pool: pool).run(images).values
  }

  private static func weights(_ model: Model) -> [[Float]] {
    model.allParameters.map(\.values.values)
  }

  @Test(arguments: ONNXLayerSamples.all.map(\.name))
  func aLayerComesBackAsItWas(name: String) throws {
    let sample = try #require(ONNXLayerSamples.all.first { $0.name == name })
    let model = Self.model(try sample.graph())
    let folder = TemporaryFolder()
    let path = folder("layer.onnx")
    _ = try ONNXWriter(model, preparation: .assumed).write(to: path)
    guard sample.isReadBack else {
      // What is written in more operators than are read is refused by name.
      #expect(throws: FormatError.self) { try ModelFile.open(path) }
      return
    }
    let again = try ModelFile.open(path).model
    let (before, after) = (Self.output(model), Self.output(again))
    #expect(before.count == after.count)
    #expect(zip(before, after).allSatisfy { abs($0 - $1) <= 1e-5 * max(1, abs($0)) })
    if sample.keepsWeights { #expect(Self.weights(model) == Self.weights(again)) }
  }

  @Test func everyLayerHasARow() {
    let kinds = Set(ONNXLayerSamples.all.flatMap(\.nodes).map(\.layer.kind))
    #expect(kinds == Set(ONNXLayerTable.rows.keys))
  }

  @Test func namesAndNumbersTravelAlong() throws {
    let graph = try Graph(
      name: "named", inputShape: Shape(height: 4, width: 4, channels: 3),
      nodes: [
        Graph.Node(
          name: "block/conv.1", layer: Conv2D(filters: 2, window: Window(3)),
          inputs: [Graph.inputName]
        ),
        Graph.Node(
          name: "block/norm", layer: BatchNormalization(epsilon: 1e-4, momentum: 0.95),
          inputs: ["block/conv.1"]),
        Graph.Node(name: "flat", layer: Flatten(), inputs: ["block/norm"]),
        Graph.Node(name: "out", layer: Dense(units: 2), inputs: ["flat"]),
      ])
    let model = Self.model(graph)
    var preparation = ImagePreparation(pixels: .unit, origin: .option)
    preparation.mean = [0.5, 0.4, 0.3]
    preparation.deviation = [0.2, 0.25, 0.3]
    let folder = TemporaryFolder()
    let path = folder("named.onnx")
    _ = try ONNXWriter(model, classNames: ["cat", "dog"], preparation: preparation).write(to: path)
    let again = try ModelFile.open(path)
    #expect(again.classNames == ["cat", "dog"])
    #expect(again.preparation.mean == preparation.mean && again.preparation.pixels == .unit)
    let names = again.model.graph.nodes.map(\.name)
    #expect(names.contains("block/conv.1") && names.contains("block/norm") && names.contains("out"))
    #expect(
      again.model.graph.nodes.first { $0.name == "block/norm" }?.layer as? BatchNormalization
        == BatchNormalization(epsilon: 1e-4, momentum: 0.95))
    #expect(Self.weights(again.model) == Self.weights(model))
  }

  @Test func preparationCanBePartOfTheGraph() throws {
    let graph = try Graph(
      name: "prepared", inputShape: Shape(height: 4, width: 4, channels: 3),
      nodes: [
        Graph.Node(
          name: "conv", layer: Conv2D(filters: 2, window: Window(3)), inputs: [Graph.inputName])
      ])
    let model = Self.model(graph)
    var preparation = ImagePreparation(pixels: .unit, origin: .option)
    preparation.mean = [0.5, 0.4, 0.3]
    preparation.deviation = [0.2, 0.25, 0.3]
    preparation.channelOrder = .bgr
    var writer = ONNXWriter(model, preparation: preparation)
    writer.includesPreparation = true
    let folder = TemporaryFolder()
    let path = folder("prepared.onnx")
    _ = try writer.write(to: path)
    let again = try ModelFile.open(path)
    #expect(again.preparation.pixels == .bytes && again.preparation.mean.isEmpty)
    #expect(again.preparation.channelOrder == .rgb)
    // Bytes, red first, give what prepared pixels give.
    let bytes = (0..<48).map { Float($0 * 31 % 256) }
    let levels = preparation.levels(channels: 3)
    let prepared = (0..<48).map { place in
      let channel = place % 3
      return levels[channel][Int(bytes[place - channel + 2 - channel])]
    }
    let expected = GraphRunner(model: model, batch: 1, pool: Self.pool).run(FloatBuffer(prepared))
      .values
    let found = GraphRunner(model: again.model, batch: 1, pool: Self.pool).run(FloatBuffer(bytes))
      .values
    #expect(zip(expected, found).allSatisfy { abs($0 - $1) <= 1e-4 })
  }
}
