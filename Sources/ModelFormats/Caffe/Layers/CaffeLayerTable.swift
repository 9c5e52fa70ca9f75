import Kernels
import Network

/// Caffe's layers and how each is read, one row a type.
enum CaffeLayerTable {
  typealias Row = @Sendable (CaffeConversion) -> (CaffeNode) throws -> [FileValue]

  static let rows: [String: Row] = [
    "Convolution": { $0.convolution }, "DepthwiseConvolution": { $0.convolution },
    "InnerProduct": { $0.innerProduct }, "Pooling": { $0.pooling },
    "LRN": { $0.responseNormalization }, "BatchNorm": { $0.batchNormalization },
    "Scale": { $0.scale }, "Bias": { $0.bias }, "PReLU": { $0.parametricRectifier },
    "Softmax": { $0.softmax }, "Concat": { $0.concatenation }, "Slice": { $0.slice },
    "Eltwise": { $0.elementwise }, "Flatten": { $0.flatten }, "Reshape": { $0.reshape },
    "Dropout": { $0.dropout }, "Power": { $0.power }, "Exp": { $0.exponential },
    "ReLU": activation("relu_param") { parameters in
      let slope = try parameters.number("negative_slope", default: 0)
      return slope == 0 ? .relu : .leakyReLU(slope: slope)
    },
    "ELU": activation("elu_param") { .elu(alpha: try $0.number("alpha", default: 1)) },
    "Clip": activation("clip_param") { parameters in
      let (lower, upper) = (
        try parameters.number("min", default: 0), try parameters.number("max", default: 0)
      )
      guard lower <= upper else {
        throw UnexpectedContent(
          expected: "'min' below 'max' of \(parameters.label)", found: "\(lower) and \(upper)")
      }
      return lower == 0 && upper == 6 ? .relu6 : .clip(lower: lower, upper: upper)
    },
    "Swish": activation("swish_param") { parameters in
      let beta = try parameters.number("beta", default: 1)
      guard beta == 1 else {
        throw UnexpectedContent(expected: "1 as 'beta' of \(parameters.label)", found: "\(beta)")
      }
      return .swish
    },
    "Sigmoid": activation("sigmoid_param") { _ in .sigmoid },
    "TanH": activation("tanh_param") { _ in .tanh },
    // Of several people's own Caffe.
    "ReLU6": activation("relu6_param") { _ in .relu6 },
    "AbsVal": activation("absval_param") { _ in .absolute },
    "BNLL": activation("bnll_param") { _ in .softplus },
  ]

  private static func activation(
    _ parameters: String, _ make: @escaping @Sendable (CaffeMessage) throws -> Activation
  ) -> Row {
    { conversion in
      { node in
        let layer = ActivationLayer(try make(node.parameters(parameters)))
        return [
          .feature(
            try conversion.elementwise(
              layer, on: conversion.feature(node), name: conversion.name(node)))
        ]
      }
    }
  }
}
