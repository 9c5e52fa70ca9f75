import Kernels
import TestSupport
import Testing

@testable import Network

/// Every layer's way back by finite differences, on odd shapes.
@Suite struct LayerGradientTests {
  struct Site: CustomTestStringConvertible, Sendable {
    let layer: any Layer
    let inputs: [Shape]
    init(_ layer: any Layer, _ inputs: [Int]...) {
      self.layer = layer
      self.inputs = inputs.map { Shape($0) }
    }
    var testDescription: String { "\(layer.kind) \(layer.detail) on \(inputs)" }
  }

  static let activations: [Activation] = [
    .linear, .relu, .relu6, .leakyReLU(slope: 0.2), .leakyReLU(slope: -0.5), .elu(alpha: 0.7),
    .sigmoid, .tanh, .swish, .hardSwish, .hardSigmoid(slope: 0.2, offset: 0.5),
    .clip(lower: -1, upper: 1), .clip(lower: 0, upper: .infinity),
    .boundedReLU(slope: 0.1, threshold: 0.5, limit: 1.5),
    .boundedReLU(slope: 0, threshold: 0, limit: 2), .selu, .celu(alpha: 0.7),
    .celu(alpha: -0.6), .gelu(isApproximate: false), .gelu(isApproximate: true), .mish, .softplus,
    .logSigmoid, .softsign, .exponential, .squareplus(b: 4), .tanhShrink, .hardShrink(bound: 0.5),
    .softShrink(bound: 0.5), .threshold(0.2, value: -0.3), .sparsePlus,
    .absolute, .power(exponent: 2), .power(exponent: 0.5, scale: 0.1, shift: 3),
    .power(exponent: -1.7, scale: 0.1, shift: 3),
  ]

  static let withParameters: [Site] =
    [
      Site(Conv2D(filters: 3, window: Window(3, padding: .same)), [5, 4, 2]),
      Site(Conv2D(filters: 3, window: Window(1)), [3, 5, 2]),
      Site(Conv2D(filters: 2, window: Window(3, stride: 2, padding: .same)), [5, 6, 3]),
      Site(Conv2D(filters: 2, window: Window(2, dilation: 2), hasBias: false), [5, 4, 1]),
      Site(Conv2D(filters: 6, window: Window(3, padding: .all(1)), groups: 3), [3, 3, 3]),
      Site(
        Conv2D(
          filters: 2,
          window: Window(
            height: 3, width: 1, strideHeight: 1, strideWidth: 2,
            padding: .explicit(Padding(top: 2, bottom: 0, left: 0, right: 1)))), [4, 5, 3]),
      Site(DepthwiseConv2D(window: Window(3, padding: .same)), [4, 5, 3]),
      Site(
        DepthwiseConv2D(window: Window(3, stride: 2, padding: .same), multiplier: 2), [5, 5, 2]),
      Site(DepthwiseConv2D(window: Window(2), hasBias: false, activation: .swish), [3, 3, 2]),
      Site(Dense(units: 4), [7]),
      Site(Dense(units: 4, hasBias: false), [2, 3, 5]),
      Site(Dense(units: 3, appliesSoftmax: true), [5]),
      Site(BatchNormalization(), [3, 2, 3]),
      Site(BatchNormalization(hasGamma: false), [5]),
      Site(BatchNormalization(hasBeta: false), [2, 2, 2]),
      Site(LayerNormalization(), [3, 2, 5]),
      Site(LayerNormalization(epsilon: 0.1, axes: 3), [2, 3, 4]),
      Site(LayerNormalization(hasGamma: false), [7]),
      Site(LayerNormalization(axes: 2, hasBeta: false), [2, 3, 4]),
      Site(PReLU(isShared: true), [3, 4, 2]),
      Site(PReLU(isShared: false), [3, 2, 3]),
      Site(PReLU(sharing: .all), [3, 2, 5]),
      Site(ChannelScale(), [3, 2, 5]),
      Site(Scale(), [3, 2, 5]),
      Site(Scale(hasGamma: false), [3, 2, 3]),
      Site(Scale(hasBeta: false), [7]),
      Site(GroupNormalization(groups: 2), [3, 2, 6]),
      Site(GroupNormalization(groups: nil, epsilon: 0.1), [3, 5, 3]),
      Site(GroupNormalization(groups: 1, hasGamma: false), [2, 3, 4]),
      Site(GroupNormalization(groups: 5, hasBeta: false), [10]),
      // Groups with dilation and strides, and depthwise ones with more outputs.
      Site(
        Conv2D(
          filters: 6, window: Window(3, stride: 2, dilation: 2, padding: .all(2)), groups: 3),
        [7, 6, 3]),
      Site(
        Conv2D(filters: 4, window: Window(2, dilation: 2, padding: .same), groups: 2), [4, 5, 4]),
      Site(Conv2D(filters: 6, window: Window(1, stride: 2), groups: 2, hasBias: false), [5, 4, 4]),
      Site(
        DepthwiseConv2D(window: Window(3, stride: 2, dilation: 2, padding: .all(2)), multiplier: 3),
        [7, 6, 2]),
      Site(DepthwiseConv2D(window: Window(3, dilation: 2, padding: .same)), [6, 5, 3]),
    ]
    + activations.map { Site(Conv2D(filters: 2, window: Window(2), activation: $0), [3, 3, 2]) }
    + activations.map { Site(Dense(units: 3, activation: $0), [4]) }

  static let withoutParameters: [Site] =
    [
      Site(Softmax(), [5]),
      Site(Softmax(), [2, 1, 3]),
      Site(Dropout(rate: 0.5), [3, 4, 2]),
      Site(Dropout(rate: 0), [5]),
      Site(Flatten(), [2, 3, 2]),
      Site(Reshape([1, 1, -1]), [6]),
      Site(MaxPooling2D(window: Window(2, stride: 2)), [5, 4, 3]),
      Site(MaxPooling2D(window: Window(3, stride: 2, padding: .same)), [5, 4, 2]),
      Site(MaxPooling2D(window: Window(3, stride: 2, rounding: .up)), [6, 5, 1]),
      Site(AveragePooling2D(window: Window(3, stride: 2, padding: .same)), [5, 4, 2]),
      Site(AveragePooling2D(window: Window(2, padding: .all(1)), countsPadding: true), [3, 3, 2]),
      Site(
        AveragePooling2D(
          window: Window(3, stride: 2, padding: .all(1), rounding: .up), countsPadding: true),
        [6, 4, 2]),
      Site(AveragePooling2D(window: Window(3, stride: 2, rounding: .up)), [6, 4, 2]),
      Site(AveragePooling2D(window: Window(2), divisor: 3), [3, 4, 2]),
      Site(AdaptiveAveragePooling2D(height: 3, width: 2), [5, 4, 3]),
      Site(AdaptiveAveragePooling2D(height: 3, width: 4), [2, 3, 2]),
      Site(AdaptiveMaxPooling2D(height: 2, width: 3), [5, 4, 3]),
      Site(LocalResponseNormalization(size: 3, alpha: 2, bias: 1.5), [2, 3, 5]),
      Site(LocalResponseNormalization(size: 4, alpha: 2, beta: 1.2), [2, 2, 7]),
      Site(LocalResponseNormalization(size: 2, alpha: 2, region: .channels(before: 0)), [6]),
      Site(LocalResponseNormalization(size: 3, alpha: 9, region: .space), [4, 3, 2]),
      Site(ChannelShuffle(groups: 2), [2, 3, 6]),
      Site(ChannelShuffle(groups: 3), [2, 2, 12]),
      Site(BlurPooling2D(), [5, 6, 2]),
      Site(BlurPooling2D(size: 5, stride: 2, content: .constant(0)), [6, 5, 3]),
      Site(BlurPooling2D(size: 4, stride: 3, content: .replicate), [6, 5, 3]),
      Site(ZeroPadding2D(Padding(top: -1, bottom: 2, left: 1, right: -2)), [3, 5, 2]),
      Site(
        Padding2D(Padding(top: 1, bottom: 2, left: -1, right: 0), content: .constant(-3)),
        [3, 4, 2]),
      Site(
        Padding2D(Padding(top: 1, bottom: 2, left: 2, right: 0), content: .reflect), [3, 4, 2]),
      Site(
        Padding2D(Padding(top: 3, bottom: 2, left: -1, right: 1), content: .symmetric), [3, 4, 2]),
      Site(Padding2D(.uniform(4), content: .replicate), [3, 2, 2]),
      Site(
        Padding2D(Padding(top: 1, bottom: 2, left: 2, right: 0), content: .circular), [3, 4, 2]),
      Site(
        Resizing(height: 7, width: 3, interpolation: .bilinear, placement: .alignedCorners),
        [4, 5, 2]),
      Site(
        Resizing(height: 7, width: 3, interpolation: .bilinear, placement: .asymmetric),
        [4, 5, 2]),
      Site(GlobalAveragePooling2D(), [3, 5, 2]),
      Site(GlobalAveragePooling2D(keepsDimensions: true), [2, 2, 3]),
      Site(GlobalMaxPooling2D(), [3, 5, 2]),
      Site(Add(), [3, 2, 2], [3, 2, 2], [3, 2, 2]),
      Site(Multiply(), [3, 2, 2], [3, 2, 2]),
      Site(Multiply(), [3, 2, 3], [1, 1, 3]),
      Site(Multiply(), [1, 1, 3], [3, 2, 3]),
      Site(Concatenate(), [2, 3, 1], [2, 3, 4], [2, 3, 2]),
      Site(ZeroPadding2D(Padding(top: 0, bottom: 1, left: 2, right: 3)), [2, 3, 2]),
      Site(Add(), [2, 3, 3], [2, 3, 3]),
      Site(Average(), [3, 2, 2], [3, 2, 2], [3, 2, 2]),
      Site(Subtract(), [3, 2, 2], [3, 2, 2]),
      Site(Maximum(), [3, 2, 2], [3, 2, 2], [3, 2, 2]),
      Site(Minimum(), [3, 4, 2], [3, 4, 2]),
      Site(Broadcast(to: Shape([3, 2, 4])), [1, 1, 4]),
      Site(Broadcast(to: Shape([3, 2, 4])), [3, 2, 1]),
      Site(Broadcast(to: Shape([3, 2, 4])), [4]),
      Site(AutoContrast(lower: -1, upper: 2), [5, 7, 2]),
      Site(Cropping2D(Padding(top: 1, bottom: 0, left: 0, right: 2)), [3, 5, 2]),
      Site(Permute([2, 0, 1]), [3, 4, 2]),
      Site(
        Slice([
          Slice.Axis(start: 1, step: 2, count: 2), Slice.Axis(start: 0, step: 1, count: 3),
          Slice.Axis(start: 2, step: -1, count: 3),
        ]), [4, 3, 3]),
      Site(Dropout(rate: 0.5, sharedAxes: [0, 1, 2]), [3, 2, 2]),
      Site(Dropout(rate: 0.5, sharedAxes: [0, 1]), [3, 2, 4]),
      Site(Rescaling(scale: [2, -1, 0.5], offset: [1]), [2, 2, 3]),
    ]
    + Interpolation.allCases.map {
      Site(Resizing(height: 3, width: 7, interpolation: $0), [5, 4, 2])
    }
    + Interpolation.allCases.map {
      Site(Resizing(height: 2, width: 3, interpolation: $0, antialiases: true), [5, 7, 2])
    }
    + activations.map { Site(ActivationLayer($0), [4, 3, 2]) }

  @Test(arguments: withParameters + withoutParameters)
  func trainingGradientsAreThoseOfTheOutput(site: Site) throws {
    let probe = try LayerProbe(site.layer, inputs: site.inputs, batch: 3)
    #expect(probe.gradientErrors(trains: true).isEmpty)
  }

  /// A frozen layer runs in inference mode, and is asked for its input's gradient only.
  @Test(arguments: withParameters)
  func frozenLayerPassesTheGradientOn(site: Site) throws {
    let probe = try LayerProbe(site.layer, inputs: site.inputs, mode: .inference)
    #expect(probe.gradientErrors(trains: false).isEmpty)
  }

  @Test(arguments: withParameters + withoutParameters, [OperationSite.Mode.training, .inference])
  func runningInPlaceGivesTheSameNumbers(site: Site, mode: OperationSite.Mode) throws {
    let probe = try LayerProbe(site.layer, inputs: site.inputs, mode: mode)
    guard probe.operation.canRunInPlace else { return }
    #expect(!probe.operation.backwardReads.contains(.inputs))
    let gradient = probe.gradients(trains: false).inputs[0].values
    let inPlace = probe.inPlace()
    #expect(inPlace.output == probe.output.values)
    #expect(inPlace.inputGradient == gradient)
  }

  /// Inside the frozen prefix an image's features are the same bits alone and in a batch.
  @Test(arguments: withParameters + withoutParameters)
  func imagesDoNotTouchEachOtherInInference(site: Site) throws {
    let together = try LayerProbe(
      site.layer, inputs: site.inputs, batch: 3, mode: .inference)
    together.forward()
    let alone = try LayerProbe(
      site.layer, inputs: site.inputs, batch: 1, mode: .inference)
    let count = alone.output.count
    for image in 0..<3 {
      for (one, all) in zip(alone.inputs, together.inputs) {
        one.pointer.update(from: all.pointer + image * one.count, count: one.count)
      }
      alone.forward()
      #expect(
        alone.output.values == Array(together.output.values[image * count..<(image + 1) * count]))
    }
  }

  @Test(arguments: withParameters + withoutParameters)
  func threadsDoNotChangeTheBits(site: Site) throws {
    let single = try LayerProbe(site.layer, inputs: site.inputs, threads: 1)
    let many = try LayerProbe(site.layer, inputs: site.inputs, threads: 3)
    let (a, b) = (single.gradients(trains: true), many.gradients(trains: true))
    #expect(single.output.values == many.output.values)
    #expect(a.inputs.map(\.values) == b.inputs.map(\.values))
    #expect(a.parameters.map { $0?.values } == b.parameters.map { $0?.values })
  }
}
