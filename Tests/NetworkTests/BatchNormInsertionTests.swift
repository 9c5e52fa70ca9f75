import Kernels
import Testing

@testable import Network

@Suite struct BatchNormInsertionTests {
  private static func node(_ name: String, _ layer: any Layer, _ inputs: String...) -> Graph.Node {
    Graph.Node(name: name, layer: layer, inputs: inputs)
  }

  private static func convolution(_ activation: Activation = .linear) -> Conv2D {
    Conv2D(filters: 4, window: Window(3, padding: .same), activation: activation)
  }

  private static func graph(_ nodes: [Graph.Node]) throws -> Graph {
    try Graph(name: "n", inputShape: Shape(height: 8, width: 8, channels: 4), nodes: nodes)
  }

  @Test func anActivationInsideAConvolutionComesAfterTheNormalization() throws {
    let graph = try Self.graph([
      Self.node("conv1", Self.convolution(.relu), ""), Self.node("conv1_bn", Add(), "conv1", ""),
      Self.node("conv2", Self.convolution(), "conv1_bn"),
      Self.node("pool", GlobalAveragePooling2D(), "conv2"),
      Self.node("output", Dense(units: 3), "pool"),
    ])
    let inserted = try #require(try graph.insertingBatchNorms())
    #expect(
      inserted.graph.nodes.map(\.name) == [
        "conv1", "conv1_bn_", "conv1_relu", "conv1_bn", "conv2", "conv2_bn", "pool", "output",
      ])
    #expect(inserted.places.map(\.name) == ["conv1_bn_", "conv2_bn"])
    #expect((inserted.graph.nodes[0].layer as? Conv2D)?.activation == .linear)
    #expect((inserted.graph.nodes[2].layer as? ActivationLayer)?.activation == .relu)
    #expect(inserted.graph.nodes[3].inputs == ["conv1_relu", ""])
    #expect(inserted.graph.nodes[6].inputs == ["conv2_bn"])
  }

  /// After it, after a sum, or after a concatenation and pooling: it is normalised.
  @Test func whatIsNormalizedGetsNoSecondOne() throws {
    let graph = try Self.graph([
      Self.node("a", Self.convolution(), ""), Self.node("a_norm", BatchNormalization(), "a"),
      Self.node("b", Self.convolution(), "a_norm"), Self.node("sum", Add(), "b", "a_norm"),
      Self.node("pool", MaxPooling2D(window: Window(2, stride: 2)), "sum"),
      Self.node("norm", BatchNormalization(), "pool"),
      Self.node("flatten", Flatten(), "norm"), Self.node("output", Dense(units: 3), "flatten"),
    ])
    #expect(try graph.insertingBatchNorms() == nil)
    #expect(graph.convolutionsWithoutNormalization.isEmpty)
  }

  /// A gate looks at one position, and a classifier answers.
  @Test func gatesAndTheClassifierAreLeftAlone() throws {
    let graph = try Self.graph([
      Self.node("conv", Self.convolution(.relu), ""),
      Self.node("squeeze", GlobalAveragePooling2D(keepsDimensions: true), "conv"),
      Self.node("gate", Conv2D(filters: 4, window: Window(1), activation: .sigmoid), "squeeze"),
      Self.node("scale", Multiply(), "conv", "gate"),
      Self.node("classifier", Conv2D(filters: 3, window: Window(1)), "scale"),
      Self.node("pool", GlobalAveragePooling2D(), "classifier"),
    ])
    let inserted = try #require(try graph.insertingBatchNorms())
    #expect(inserted.places.map(\.convolution) == ["conv"])
  }

  private static let input = Shape(height: 64, width: 64, channels: 3)

  @Test(arguments: ["resnet18", "resnet50", "mobilenet_v2", "efficientnet_b0"])
  func networksWithBatchNormGetNone(name: String) throws {
    let graph = try Architecture.named(name).graph(inputShape: Self.input)
    #expect(try graph.insertingBatchNorms() == nil)
  }

  @Test(arguments: ["vgg16", "squeezenet1_1"])
  func networksWithoutGetOneAfterEachConvolution(name: String) throws {
    let graph = try Architecture.named(name).graph(inputShape: Self.input)
    let convolutions = graph.nodes.indices.filter {
      graph.nodes[$0].layer is Conv2D && $0 != graph.classifierIndex
    }
    let inserted = try #require(try graph.insertingBatchNorms())
    #expect(inserted.places.map(\.convolution) == convolutions.map { graph.nodes[$0].name })
    #expect(inserted.graph.outputShape == graph.outputShape)
  }

  @Test(arguments: ["resnet18", "vgg16", "mobilenet_v2", "squeezenet1_1", "efficientnet_b0"])
  func architecturesAnswerOrEndInFeatures(name: String) throws {
    let architecture = try Architecture.named(name)
    #expect(try !architecture.graph(inputShape: Self.input).endsInFeatures)
    #expect(try architecture.graph(inputShape: Self.input, classes: nil).endsInFeatures)
  }

  @Test func aSoftmaxIsNoFeature() throws {
    let graph = try Self.graph([
      Self.node("conv", Self.convolution(.relu), ""),
      Self.node("pool", GlobalAveragePooling2D(), "conv"),
      Self.node("softmax", Softmax(), "pool"),
    ])
    #expect(!graph.endsInFeatures)
  }
}
