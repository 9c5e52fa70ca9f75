import Foundation
import Kernels
import Testing

@testable import Network

/// Every layer against numbers that Keras or Torch computed (`Fixtures/make_layers.py`).
@Suite struct LayerFixtureTests {
  struct Tensor: Decodable {
    let shape: [Int]
    let values: [Float]
  }

  struct Case: Decodable {
    let name: String
    let inputs: [Tensor]
    let parameters: [Tensor]
    let output: Tensor
    let after: [Tensor]
  }

  static let layers: [String: any Layer] = [
    "conv same stride 2": Conv2D(
      filters: 3,
      window: Window(height: 3, width: 2, strideHeight: 2, strideWidth: 2, padding: .same)),
    "conv valid dilated relu": Conv2D(
      filters: 2, window: Window(height: 2, width: 2, dilationHeight: 3, dilationWidth: 2),
      activation: .relu),
    "conv groups no bias": Conv2D(
      filters: 4, window: Window(3, padding: .same), groups: 2, hasBias: false),
    "conv swish": Conv2D(filters: 2, window: Window(1), activation: .swish),
    "depthwise same stride 2": DepthwiseConv2D(
      window: Window(3, stride: 2, padding: .same), multiplier: 2),
    "dense": Dense(units: 3),
    "dense softmax": Dense(units: 3, appliesSoftmax: true),
    "dense over positions": Dense(units: 3, activation: .tanh),
    "batch norm inference": BatchNormalization(epsilon: 0.01),
    "batch norm training": BatchNormalization(momentum: 0.9),
    "batch norm without gamma": BatchNormalization(hasGamma: false),
    "softmax": Softmax(),
    "max pooling same": MaxPooling2D(window: Window(3, stride: 2, padding: .same)),
    "max pooling valid": MaxPooling2D(
      window: Window(height: 2, width: 3, strideHeight: 2, strideWidth: 1)),
    "average pooling same": AveragePooling2D(window: Window(3, stride: 2, padding: .same)),
    "global average": GlobalAveragePooling2D(),
    "global average kept": GlobalAveragePooling2D(keepsDimensions: true),
    "global max": GlobalMaxPooling2D(),
    "add": Add(),
    "multiply": Multiply(),
    "multiply over space": Multiply(),
    "concatenate": Concatenate(),
    "zero padding": ZeroPadding2D(Padding(top: 1, bottom: 0, left: 0, right: 2)),
    "flatten": Flatten(),
    "rescaling": Rescaling(scale: [0.5], offset: [-1]),
    "relu": ActivationLayer(.relu),
    "relu6": ActivationLayer(.relu6),
    "leaky_relu": ActivationLayer(.leakyReLU(slope: 0.2)),
    "elu": ActivationLayer(.elu(alpha: 1)),
    "sigmoid": ActivationLayer(.sigmoid),
    "tanh": ActivationLayer(.tanh),
    "swish": ActivationLayer(.swish),
    "hard_swish": ActivationLayer(.hardSwish),
    "hard_sigmoid": ActivationLayer(.hardSigmoid(slope: 1.0 / 6, offset: 0.5)),
    "max pooling rounded up": MaxPooling2D(window: Window(3, stride: 2, rounding: .up)),
    "max pooling rounded up and padded": MaxPooling2D(
      window: Window(2, stride: 3, padding: .all(1), rounding: .up)),
    "average pooling that counts padding": AveragePooling2D(
      window: Window(3, stride: 2, padding: .all(1)), countsPadding: true),
    "conv groups stride dilation": Conv2D(
      filters: 9, window: Window(3, stride: 2, dilation: 2, padding: .all(2)), groups: 3),
    "depthwise multiplier stride dilation": DepthwiseConv2D(
      window: Window(3, stride: 2, dilation: 2, padding: .all(2)), multiplier: 2),
    "grouped and dilated same": Conv2D(
      filters: 4, window: Window(3, dilation: 2, padding: .same), groups: 2),
    "average pooling rounded up that counts padding": AveragePooling2D(
      window: Window(3, stride: 2, padding: .all(1), rounding: .up), countsPadding: true),
    "average pooling rounded up": AveragePooling2D(
      window: Window(3, stride: 2, rounding: .up), countsPadding: true),
    "average pooling without padding": AveragePooling2D(
      window: Window(3, stride: 2, padding: .all(1), rounding: .up)),
    "average pooling by a divisor": AveragePooling2D(window: Window(2, stride: 2), divisor: 3),
    "adaptive average": AdaptiveAveragePooling2D(height: 3, width: 4),
    "adaptive average of fewer pixels": AdaptiveAveragePooling2D(height: 5, width: 5),
    "adaptive max": AdaptiveMaxPooling2D(height: 3, width: 4),
    "keras adaptive average": AdaptiveAveragePooling2D(height: 3, width: 4),
    "keras adaptive max": AdaptiveMaxPooling2D(height: 3, width: 4),
    "response across channels": LocalResponseNormalization(size: 5, alpha: 0.5, bias: 2),
    "response across an even number": LocalResponseNormalization(size: 4, alpha: 0.8, beta: 0.6),
    "caffe response across channels": LocalResponseNormalization(size: 5, alpha: 0.5, beta: 0.6),
    "caffe response within a channel": LocalResponseNormalization(
      size: 3, alpha: 4, region: .space),
    "group norm": GroupNormalization(groups: 3, epsilon: 1e-5),
    "keras group norm": GroupNormalization(groups: 2),
    "instance norm": GroupNormalization(groups: nil, epsilon: 1e-5),
    "instance norm without factors": GroupNormalization(
      groups: nil, epsilon: 1e-5, hasGamma: false, hasBeta: false),
    "prelu of one slope": PReLU(sharing: .all),
    "channel shuffle": ChannelShuffle(groups: 3),
    "reflected": Padding2D(Padding(top: 0, bottom: 2, left: 2, right: 1), content: .reflect),
    "replicated": Padding2D(Padding(top: 0, bottom: 2, left: 3, right: 1), content: .replicate),
    "circular": Padding2D(Padding(top: 0, bottom: 2, left: 2, right: 1), content: .circular),
    "padded by a number and cut": Padding2D(
      Padding(top: 1, bottom: -1, left: -1, right: 2), content: .constant(0.5)),
    "nearest of torch": Resizing(
      height: 7, width: 3, interpolation: .nearest, placement: .asymmetric, rounding: .down),
    "nearest exact of torch": Resizing(height: 7, width: 3, interpolation: .nearest),
    "bilinear": Resizing(height: 7, width: 3),
    "bilinear aligned": Resizing(height: 7, width: 3, placement: .alignedCorners),
    "hardtanh": ActivationLayer(.clip(lower: -0.5, upper: 2)),
    "rrelu": ActivationLayer(.leakyReLU(slope: 0.25)),
    "upsampling": Resizing(height: 4, width: 9, interpolation: .nearest),
    "upsampling bilinear": Resizing(height: 4, width: 6),
    "blur": BlurPooling2D(),
    "blur of five between zeros": BlurPooling2D(size: 5, content: .constant(0)),
    "caffe average pooling": AveragePooling2D(
      window: Window(3, stride: 2, padding: .all(1), rounding: .up), countsPadding: true),
    "caffe max pooling": MaxPooling2D(window: Window(3, stride: 2, rounding: .up)),
    "caffe power": ActivationLayer(.power(exponent: 1.5, scale: 0.25, shift: 4)),
    "caffe absolute": ActivationLayer(.absolute),
  ]

  static let cases: [Case] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/layers.json")
    guard let data = try? Data(contentsOf: file) else { return [] }
    return (try? JSONDecoder().decode([Case].self, from: data)) ?? []
  }()

  @Test func everyLayerHasAFixture() {
    #expect(Set(Self.cases.map(\.name)) == Set(Self.layers.keys))
  }

  @Test(arguments: layers.keys.sorted())
  func layerComputesWhatTheFrameworkDoes(name: String) throws {
    let fixture = try #require(Self.cases.first { $0.name == name })
    let layer = try #require(Self.layers[name])
    let probe = try LayerProbe(
      layer, inputs: fixture.inputs.map { Shape(Array($0.shape.dropFirst())) },
      batch: fixture.output.shape[0], mode: fixture.after.isEmpty ? .inference : .training)
    #expect(
      try layer.outputShape(for: fixture.inputs.map { Shape(Array($0.shape.dropFirst())) })
        .dimensions == Array(fixture.output.shape.dropFirst()))
    for (buffer, tensor) in zip(probe.inputs, fixture.inputs) {
      buffer.pointer.update(from: tensor.values, count: buffer.count)
    }
    #expect(probe.parameters.map(\.specification.shape) == fixture.parameters.map(\.shape))
    for (parameter, tensor) in zip(probe.parameters, fixture.parameters) {
      parameter.values.pointer.update(from: tensor.values, count: parameter.values.count)
    }
    probe.forward()
    expectClose(probe.output.values, fixture.output.values, name)
    for (parameter, tensor) in zip(probe.parameters, fixture.after) {
      expectClose(parameter.values.values, tensor.values, parameter.name)
    }
  }

  private func expectClose(_ found: [Float], _ expected: [Float], _ name: String) {
    #expect(found.count == expected.count)
    let error = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
    let size = expected.map(abs).max() ?? 0
    #expect(error <= 1e-5 * max(1, size), "\(name): off by \(error)")
  }
}
