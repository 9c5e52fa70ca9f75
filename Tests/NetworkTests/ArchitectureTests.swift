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

  @Test(arguments: Architecture.all)
  func networkRunsOnAnotherSizeAndOtherClasses(network: Architecture) throws {
    guard network.family != "VGG", network.name != "nasnet_large" else { return }
    let pool = WorkerPool()
    let graph = try network.graph(inputShape: Shape([77, 79, 1]), classes: 4)
    let runner = GraphRunner(
      model: Model(initializing: graph, seed: 1, pool: pool), batch: 1, pool: pool)
    let output = runner.run(LayerProbe.numbers(77 * 79, stream: 1)).values
    #expect(output.count == 4 && output.allSatisfy(\.isFinite))
  }

  @Test func unknownNamesAreRefusedWithTheKnownOnes() {
    #expect {
      try Architecture.named("resnet51").graph()
    } throws: { "\($0)".contains("'resnet51'") && "\($0)".contains("resnet50") }
    #expect {
      try Architecture.named("vgg16").graph(inputShape: Shape([8, 8, 3]))
    } throws: { "\($0)".hasPrefix("zoo:vgg16: layer 'features.23'") }
  }
}
