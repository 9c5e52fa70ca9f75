import Kernels
import TestSupport
import Testing

@testable import Network

@Suite struct ZooTests {
  /// What torchvision's models have, which does not count running statistics.
  @Test(arguments: [
    (Zoo.resnet18, 11_689_512), (.resnet34, 21_797_672), (.resnet50, 25_557_032),
    (.vgg16, 138_357_544), (.mobilenetV2, 3_504_872), (.squeezenet11, 1_235_496),
    (.efficientnetB0, 5_288_548),
  ])
  func parametersAreAsManyAsTorchvisions(network: Zoo, count: Int) throws {
    let graph = try network.graph()
    #expect(graph.trainableParameterCount == count)
    #expect(graph.outputShape == Shape([1000]))
  }

  /// Sizes before the last pooling, as published.
  @Test(arguments: [
    ("resnet18", "layer4.1.relu", [7, 7, 512]), ("resnet50", "layer4.2.relu", [7, 7, 2048]),
    ("vgg16", "block5_pool", [7, 7, 512]), ("mobilenet_v2", "out_relu", [7, 7, 1280]),
    ("squeezenet1_1", "conv10", [13, 13, 1000]), ("efficientnet_b0", "top_conv", [7, 7, 1280]),
  ])
  func featuresHaveThePublishedSize(name: String, layer: String, shape: [Int]) throws {
    let graph = try Zoo.graph(named: name)
    #expect(graph.shapes[try #require(graph.index(of: layer))] == Shape(shape))
  }

  @Test(arguments: Zoo.allCases)
  func networkRunsOnAnotherSizeAndOtherClasses(network: Zoo) throws {
    guard network != .vgg16 else { return }
    let pool = WorkerPool()
    let graph = try network.graph(inputShape: Shape([35, 33, 1]), classes: 4)
    let runner = GraphRunner(
      model: Model(initializing: graph, seed: 1, pool: pool), batch: 1, pool: pool)
    let output = runner.run(LayerProbe.numbers(35 * 33, stream: 1)).values
    #expect(output.count == 4 && output.allSatisfy(\.isFinite))
  }

  @Test func unknownNamesAreRefusedWithTheKnownOnes() {
    #expect {
      try Zoo.graph(named: "resnet51")
    } throws: { "\($0)".contains("'resnet51'") && "\($0)".contains("resnet50") }
    #expect {
      try Zoo.graph(named: "vgg16", inputShape: Shape([8, 8, 3]))
    } throws: { "\($0)".hasPrefix("zoo:vgg16: layer 'block4_pool'") }
  }
}
