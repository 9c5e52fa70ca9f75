import Files
import Images
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Weights without a description of their network, of one of our architectures.
@Suite struct KerasWeightsFileTests {
  private static let name = "mobilenetv1_025"

  private func model(classes: Int?) throws -> Model {
    let graph = try #require(Architecture.find(Self.name)).graph(.keras, classes: classes)
    return Model(initializing: graph, seed: 4, pool: WorkerPool(threads: 1))
  }

  /// Weights as Keras Applications' own files have them.
  private func write(
    _ model: Model, to path: String, rename: (String) -> String = { $0 }
  ) throws {
    let contents = HDF5Contents()
    contents.addGroup("")
    let units = KerasUnit.all(in: model.graph)
    contents.addTexts(units.map { rename($0.name) }, named: "layer_names", to: "")
    for unit in units {
      let name = rename(unit.name)
      contents.addGroup(name)
      let parameters = unit.weights.compactMap { weight in
        model.parameters[model.graph.nodes[weight.node].name]?
          .first { $0.specification.name == weight.specification.name }
      }
      let names = parameters.indices.map {
        "\(name)_1/\(parameters[$0].specification.name)_\($0):0"
      }
      contents.addTexts(names, named: "weight_names", to: name)
      for (tensor, parameter) in zip(names, parameters) {
        contents.addTensor(
          "\(name)/\(tensor)", shape: parameter.specification.shape,
          values: UnsafePointer(parameter.values.pointer))
      }
    }
    try contents.write(to: path, calledAs: path)
  }

  @Test(arguments: [7, nil] as [Int?])
  func weightsOfAKnownNetworkAreKnown(classes: Int?) throws {
    let model = try model(classes: classes)
    let folder = TemporaryFolder()
    let path = folder("weights.h5")
    try write(model, to: path)
    let imported = try ModelFile.open(path)
    #expect(imported.model.graph.outputShape == model.graph.outputShape)
    #expect(imported.report.format.contains("without its classifier") == (classes == nil))
    #expect(imported.report.unused.isEmpty && imported.preparation.pixels == .symmetric)
    let pairs = zip(imported.model.allParameters, model.allParameters)
    #expect(pairs.allSatisfy { $0.name == $1.name && $0.values.values == $1.values.values })
  }

  @Test func weightsOfNoneAreRefusedWithTheNearest() throws {
    let folder = TemporaryFolder()
    let path = folder("weights.h5")
    try write(try model(classes: 5), to: path) { $0 == "conv_pw_1" ? "mine" : $0 }
    let weights = try #require(
      #expect(throws: UnrecognizedWeights.self) { try ModelFile.open(path) })
    #expect(weights.nearest?.name == Self.name && weights.nearest?.matches ?? 0 > 40)
    #expect(
      weights.error.found.contains(
        "nearest to \(Self.name), of which layer 'conv_pw_1' is missing; 'mine' has no place"))
  }

  /// Keras numbers layers of one class through, whatever there was before.
  @Test func numbersBeginAnywhere() throws {
    let nodes = ["conv2d", "conv2d_1", "conv2d_2", "own"].enumerated().map { index, name in
      Graph.Node(
        name: name, layer: Conv2D(filters: 2, window: Window(1)),
        inputs: [index == 0 ? "" : ["conv2d", "conv2d_1", "conv2d_2"][index - 1]])
    }
    let graph = try Graph(
      name: "n", inputShape: Shape(height: 4, width: 4, channels: 2), nodes: nodes)
    // As text `conv2d_10` comes before `conv2d_9`.
    let stored = ["conv2d_10", "own", "conv2d_8", "conv2d_9"].map {
      KerasStoredLayer(name: $0, className: nil, tensors: [])
    }
    let matching = KerasUnitMatching(byNames: stored, of: KerasUnit.all(in: graph))
    #expect(matching.stored == [2, 3, 0, 1])
    #expect(KerasUnitMatching.automatic("convolution2d_4")?.base == "conv2d")
    #expect(KerasUnitMatching.automatic("block1_conv2d_x") == nil)
  }

  @Test func kernelsOfTheano() throws {
    let shapes = [[64, 3, 3, 3], [128, 64, 3, 3], [64], [4096, 10]]
    func storage(_ file: String, _ shapes: [[Int]]) throws -> KerasKernelStorage {
      try KerasKernelStorage(shapes, file: file, isConvolving: false)
    }
    let turned = try storage("vgg16_weights_th_dim_ordering_th_kernels.h5", shapes)
    #expect(turned.areOutputsFirst && turned.areTurned)
    #expect(try !storage("vgg16_weights_th_dim_ordering_tf_kernels.h5", shapes).areTurned)
    // No shape tells whether kernels are turned.
    #expect(throws: UnexpectedContent.self) { try storage("mine.h5", shapes) }
    let native = try storage("mine.h5", [[3, 3, 3, 64], [3, 3, 64, 128]])
    #expect(!native.areOutputsFirst && !native.areTurned)

    let graph = try Graph(
      name: "n", inputShape: Shape(height: 3, width: 2, channels: 2),
      nodes: [
        Graph.Node(
          name: "c", layer: Conv2D(filters: 3, window: Window(2, padding: .same)), inputs: [""]),
        Graph.Node(name: "f", layer: Flatten(), inputs: ["c"]),
        Graph.Node(name: "d", layer: Dense(units: 4), inputs: ["f"]),
      ])
    // Each value says where it belongs.
    let kernel = graph.specifications[0][0]
    let stored = turned.layout(of: kernel, at: 0, in: graph).arrangement(of: kernel.shape)
    #expect(stored.storedShape == [3, 2, 2, 2])
    var source = [Float](repeating: 0, count: kernel.count)
    for out in 0..<3 {
      for channel in 0..<2 {
        for row in 0..<2 {
          for column in 0..<2 {
            source[((out * 2 + channel) * 2 + row) * 2 + column] =
              Float(1000 * (1 - row) + 100 * (1 - column) + 10 * channel + out)
          }
        }
      }
    }
    var found = [Float](repeating: -1, count: kernel.count)
    stored.copy(from: source, to: &found, count: kernel.count)
    var wanted: [Float] = []
    for row in 0..<2 {
      for column in 0..<2 {
        for channel in 0..<2 {
          let place = 1000 * row + 100 * column + 10 * channel
          wanted += [Float(place), Float(place + 1), Float(place + 2)]
        }
      }
    }
    #expect(found == wanted)

    let dense = graph.specifications[2][0]
    let flat = turned.layout(of: dense, at: 2, in: graph).arrangement(of: dense.shape)
    var rows = [Float](repeating: 0, count: dense.count)
    for channel in 0..<3 {
      for place in 0..<6 {
        for unit in 0..<4 { rows[(channel * 6 + place) * 4 + unit] = Float(place * 3 + channel) }
      }
    }
    var order = [Float](repeating: -1, count: dense.count)
    flat.copy(from: rows, to: &order, count: dense.count)
    let inOrder: [Float] = (0..<18).flatMap { [Float](repeating: Float($0), count: 4) }
    #expect(order == inOrder)
  }
}
