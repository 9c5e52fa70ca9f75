import Kernels
import Network

/// A small network for every kind of layer and every way in which it is written differently, for what
/// holds ONNX' readers and writers against each other.
enum ONNXLayerSamples {
  struct Sample {
    let name: String
    let input: Shape
    let nodes: [Graph.Node]
    /// Whether the reader makes of the file what was written.
    var isReadBack = true
    /// Whether weights that the layer works out itself are none in the file either.
    var keepsWeights: Bool { !nodes.contains { $0.layer is BlurPooling2D } }

    func graph() throws -> Graph {
      try Graph(name: name, inputShape: input, nodes: nodes)
    }
  }

  static let image = Shape(height: 7, width: 6, channels: 4)
  static let row = Shape(features: 12)

  private static func chain(
    _ name: String, _ layers: any Layer..., over input: Shape = image, isReadBack: Bool = true
  ) -> Sample {
    var nodes: [Graph.Node] = []
    for (index, layer) in layers.enumerated() {
      nodes.append(
        Graph.Node(
          name: "\(name).\(index)", layer: layer,
          inputs: [index == 0 ? Graph.inputName : "\(name).\(index - 1)"]))
    }
    return Sample(name: name, input: input, nodes: nodes, isReadBack: isReadBack)
  }

  /// A layer of two inputs, the image and what a convolution makes of it.
  private static func pair(_ name: String, _ layer: any Layer) -> Sample {
    Sample(
      name: name, input: image,
      nodes: [
        Graph.Node(
          name: "conv", layer: Conv2D(filters: 4, window: Window(3, padding: .same)),
          inputs: [Graph.inputName]),
        Graph.Node(name: name, layer: layer, inputs: ["conv", Graph.inputName]),
      ])
  }

  static let all: [Sample] = weighted + shapes + windows + merging + normalizations + activations

  private static let weighted = [
    chain("conv", Conv2D(filters: 5, window: Window(3, stride: 2, padding: .same))),
    chain(
      "conv_groups",
      Conv2D(
        filters: 6, window: Window(3, dilation: 2, padding: .all(2)), groups: 2, hasBias: false)
    ),
    chain("conv_relu", Conv2D(filters: 5, window: Window(1), activation: .relu)),
    chain("depthwise", DepthwiseConv2D(window: Window(3, padding: .all(1)), multiplier: 2)),
    chain("dense", Dense(units: 5, activation: .tanh), over: row),
    chain("dense_flat", Flatten(), Dense(units: 5, appliesSoftmax: true)),
    chain("dense_positions", Dense(units: 5)),
    chain("prelu_channels", PReLU(sharing: .positions)),
    chain("prelu_one", PReLU(sharing: .all)),
    chain("prelu_all", PReLU(sharing: .none)),
    chain("channel_scale", Conv2D(filters: 3, window: Window(1)), ChannelScale()),
    chain("scale", Conv2D(filters: 3, window: Window(1)), Scale()),
    chain("offset", MaxPooling2D(window: Window(2)), Scale(hasGamma: false)),
    chain("rescaling", Rescaling(scale: [0.5], offset: [-1])),
    chain("rescaling_channels", Rescaling(scale: [0.5, 1, 2, 3], offset: [-1, 0, 1, 2])),
  ]

  private static let shapes = [
    chain("flatten", Flatten()),
    chain("reshape", Reshape([6, 7, 4])),
    chain("reshape_row", Reshape([3, 2, 2]), over: row),
    chain("reshape_tokens", Reshape([42, 4]), Dense(units: 3)),
    chain("permute", Permute([2, 0, 1])),
    chain("permute_rows", Permute([1, 0, 2]), Conv2D(filters: 2, window: Window(2))),
    chain(
      "slice",
      Slice([
        Slice.Axis(start: 1, step: 2, count: 3), Slice.Axis(start: 0, step: 1, count: 6),
        Slice.Axis(start: 3, step: -1, count: 4),
      ])),
    chain("cropping", Cropping2D(Padding(top: 1, bottom: 2, left: 0, right: 1))),
    chain("broadcast", GlobalAveragePooling2D(keepsDimensions: true), Broadcast(to: image)),
    chain("zero_padding", ZeroPadding2D(Padding(top: 1, bottom: 2, left: 0, right: 3))),
    chain(
      "padding_value",
      Padding2D(Padding(top: 1, bottom: 0, left: 2, right: 0), content: .constant(2))
    ),
    chain("padding_reflect", Padding2D(.uniform(2), content: .reflect)),
    chain("padding_symmetric", Padding2D(.uniform(2), content: .symmetric)),
    chain("padding_edge", Padding2D(.uniform(2), content: .replicate)),
    chain("padding_circular", Padding2D(.uniform(2), content: .circular)),
    chain("resize_nearest", Resizing(height: 14, width: 12, interpolation: .nearest)),
    chain(
      "resize_floor",
      Resizing(
        height: 10, width: 9, interpolation: .nearest, placement: .asymmetric, rounding: .down)),
    chain("resize_bilinear", Resizing(height: 13, width: 4)),
    chain("resize_corners", Resizing(height: 13, width: 9, placement: .alignedCorners)),
    chain("shuffle", ChannelShuffle(groups: 2)),
    chain("dropout", Dropout(rate: 0.3)),
    chain(
      "stochastic_depth", Conv2D(filters: 2, window: Window(1)),
      Dropout(rate: 0.3, sharedAxes: [0, 1, 2])),
  ]

  private static let windows = [
    chain("max_pool", MaxPooling2D(window: Window(3, stride: 2, padding: .all(1), rounding: .up))),
    chain("average_pool", AveragePooling2D(window: Window(3, stride: 2, padding: .same))),
    chain(
      "average_pool_counting",
      AveragePooling2D(
        window: Window(3, stride: 2, padding: .all(1), rounding: .up), countsPadding: true)
    ),
    chain("average_pool_divisor", AveragePooling2D(window: Window(2, stride: 2), divisor: 3)),
    chain("global_average", GlobalAveragePooling2D()),
    chain("global_maximum", GlobalMaxPooling2D(keepsDimensions: true)),
    chain("adaptive_whole", AdaptiveAveragePooling2D(height: 7, width: 3)),
    chain("adaptive", AdaptiveAveragePooling2D(height: 3, width: 4), isReadBack: false),
    chain("blur", BlurPooling2D(size: 3, stride: 2)),
  ]

  private static let merging = [
    pair("add", Add(activation: .relu)), pair("subtract", Subtract()),
    pair("multiply", Multiply()), pair("average", Average()), pair("maximum", Maximum()),
    pair("minimum", Minimum()), pair("concatenate", Concatenate()),
    Sample(
      name: "excite", input: image,
      nodes: [
        Graph.Node(
          name: "pool", layer: GlobalAveragePooling2D(keepsDimensions: true),
          inputs: [Graph.inputName]),
        Graph.Node(
          name: "gate", layer: Conv2D(filters: 4, window: Window(1), activation: .sigmoid),
          inputs: ["pool"]),
        Graph.Node(name: "scaled", layer: Multiply(), inputs: [Graph.inputName, "gate"]),
      ]),
    chain("softmax", Conv2D(filters: 3, window: Window(1)), Softmax()),
  ]

  private static let normalizations = [
    chain("batch_norm", BatchNormalization(epsilon: 1e-5, momentum: 0.9, activation: .relu6)),
    chain("batch_norm_row", BatchNormalization(), over: row),
    chain("layer_norm", LayerNormalization(epsilon: 1e-6)),
    chain("layer_norm_image", LayerNormalization(epsilon: 1e-6, axes: 3)),
    chain("group_norm", GroupNormalization(groups: 2, epsilon: 1e-5)),
    chain("instance_norm", GroupNormalization(groups: nil, epsilon: 1e-5)),
    chain("responses", LocalResponseNormalization(size: 3, alpha: 0.1, bias: 2)),
    chain(
      "responses_space", LocalResponseNormalization(size: 3, alpha: 0.1, region: .space),
      isReadBack: false),
    chain("contrast", AutoContrast(lower: 0, upper: 1), isReadBack: false),
  ]

  private static let activations: [Sample] = {
    let functions: [(Activation, Bool)] = [
      (.relu, true), (.relu6, true), (.leakyReLU(slope: 0.2), true), (.elu(alpha: 0.7), true),
      (.sigmoid, true), (.tanh, true), (.swish, true), (.hardSwish, true),
      (.hardSigmoid(slope: 1.0 / 6, offset: 0.5), true), (.clip(lower: -0.5, upper: 0.7), true),
      (.boundedReLU(slope: 0, threshold: 0, limit: 0.6), true),
      (.boundedReLU(slope: 0.1, threshold: 0.2, limit: 0.6), false), (.selu, true),
      (.celu(alpha: 0.7), true), (.gelu(isApproximate: false), true),
      (.gelu(isApproximate: true), true), (.mish, true), (.softplus, true), (.logSigmoid, true),
      (.softsign, true), (.exponential, true), (.squareplus(b: 2), true), (.tanhShrink, true),
      (.hardShrink(bound: 0.4), true), (.softShrink(bound: 0.4), true),
      (.threshold(0.3, value: 0), true), (.threshold(0.3, value: -1), false), (.sparsePlus, true),
      (.absolute, true), (.power(exponent: 2, scale: 0.5, shift: 1), true),
    ]
    return functions.enumerated().map { index, item in
      chain("\(item.0.name)_\(index)", ActivationLayer(item.0), isReadBack: item.1)
    }
  }()
}
