import Kernels
import TestSupport
import Testing

@testable import Network

@Suite struct ArchitectureTests {
  /// What torchvision's models have, which does not count running statistics.
  @Test(arguments: [
    ("resnet18", 11_689_512), ("resnet34", 21_797_672), ("resnet50", 25_557_032),
    ("vgg16", 138_357_544), ("mobilenet_v2", 3_504_872), ("squeezenet1_1", 1_235_496),
    ("efficientnet_b0", 5_288_548),
    // Without the classifiers half-way.
    ("googlenet", 6_624_904), ("inception_v3", 23_834_568),
  ])
  func parametersAreAsManyAsTorchvisions(network: String, count: Int) throws {
    let graph = try Architecture.named(network).graph()
    #expect(graph.trainableParameterCount == count)
    #expect(graph.outputShape == Shape([1000]))
  }

  /// Sizes before the last pooling, as published.
  @Test(arguments: [
    ("resnet18", "layer4.1.relu", [7, 7, 512]), ("resnet50", "layer4.2.relu", [7, 7, 2048]),
    ("vgg16", "features.30", [7, 7, 512]), ("mobilenet_v2", "features.18.2", [7, 7, 1280]),
    ("squeezenet1_1", "classifier.1", [13, 13, 1000]),
    ("efficientnet_b0", "features.8.0", [7, 7, 1280]),
  ])
  func featuresHaveThePublishedSize(name: String, layer: String, shape: [Int]) throws {
    let graph = try Architecture.named(name).graph()
    #expect(graph.shapes[try #require(graph.index(of: layer))] == Shape(shape))
  }

  /// What Keras Applications counts, running statistics included and preparation not.
  @Test(arguments: [
    ("resnet50", 25_636_712), ("vgg16", 138_357_544), ("mobilenet_v2", 3_538_984),
    ("efficientnet_b0", 5_330_564), ("inception_v3", 23_851_784),
    ("inception_resnet_v2", 55_873_736), ("xception", 22_910_480), ("nasnet_mobile", 5_326_716),
    ("nasnet_large", 88_949_818),
  ])
  func parametersAreAsManyAsThoseOfKeras(network: String, count: Int) throws {
    #expect(try Architecture.named(network).graph(.keras).parameterCount == count)
  }

  @Test func dialectsDifferInNormalizationAndPadding() throws {
    func layers(_ dialect: Dialect, _ names: String...) throws -> [any Layer] {
      let graph = try Architecture.named("mobilenet_v2").graph(dialect)
      return try names.map { graph.nodes[try #require(graph.index(of: $0))].layer }
    }
    let keras = try layers(.keras, "Conv1", "bn_Conv1")
    let torchvision = try layers(.torchvision, "features.0.0", "features.0.1")
    #expect((keras[0] as? Conv2D)?.window.padding == .same)
    #expect((torchvision[0] as? Conv2D)?.window.padding == .all(1))
    #expect((keras[1] as? BatchNormalization)?.epsilon == 1e-3)
    #expect((torchvision[1] as? BatchNormalization)?.epsilon == 1e-5)
    #expect((keras[1] as? BatchNormalization)?.momentum == 0.999)
    #expect((torchvision[1] as? BatchNormalization)?.momentum == 0.9)
  }

  /// The smallest network of each family.
  private static let smallest: [Architecture] = {
    let sized = Architecture.all.compactMap { network in
      (try? network.graph()).map { (network: network, count: $0.parameterCount) }
    }
    return Dictionary(grouping: sized) { $0.network.family }.values
      .compactMap { $0.min { $0.count < $1.count }?.network }
      .sorted { $0.name < $1.name }
  }()

  @Test func everyNetworkIsAGraph() throws {
    for network in Architecture.all {
      for dialect in network.dialects {
        let graph = try network.graph(dialect)
        #expect(graph.outputShape == Shape([1000]), "\(network) in \(dialect)")
        let features = try network.graph(dialect, classes: nil)
        #expect(features.outputShape.rank == 1, "\(network) in \(dialect)")
        #expect(features.parameterCount < graph.parameterCount, "\(network) in \(dialect)")
      }
    }
  }

  @Test(arguments: smallest)
  func networkRunsOnAnotherSizeAndOtherClasses(network: Architecture) throws {
    // A hundred million weights take their time.
    guard network.family != "VGG", network.name != "nasnet_large" else { return }
    let pool = WorkerPool()
    let graph = try network.graph(inputShape: Shape([79, 77, 1]), classes: 4)
    let runner = GraphRunner(
      model: Model(initializing: graph, seed: 1, pool: pool), batch: 1, pool: pool)
    let output = runner.run(LayerProbe.numbers(79 * 77, stream: 1)).values
    #expect(output.count == 4 && output.allSatisfy(\.isFinite))
  }

  /// torchvision averages what its dense layers do not fit.
  @Test(arguments: ["vgg11", "alexnet"])
  func denseHeadsOfTorchvisionFitImagesOfAnySize(name: String) throws {
    let network = try Architecture.named(name)
    let count = try network.graph().parameterCount
    #expect(
      try network.graph(inputShape: Shape([96, 64, 3])).parameterCount == count)
    #expect(
      try network.graph(inputShape: Shape([500, 384, 3])).parameterCount == count)
  }

  @Test func unknownNamesAreRefusedWithSomeLikeThem() {
    #expect {
      try Architecture.named("resnet51").graph()
    } throws: {
      "\($0)".hasPrefix("no network called 'resnet51' in the zoo, which has resnet50")
    }
    #expect {
      try Architecture.named("zebra").graph()
    } throws: { "\($0)".contains("which has resnet50 and others") }
    #expect {
      try Architecture.named("vgg16").graph(inputShape: Shape([8, 8, 3]))
    } throws: { "\($0)".hasPrefix("zoo:vgg16: layer 'features.23'") }
  }
}
