import Kernels

/// Every operator that is read, and what becomes of it: one row each.
enum ONNXOperatorTable {
  /// What a node gives, output by output.
  typealias Row = (ONNXConversion) -> (ONNXNode) throws -> [FileValue]

  nonisolated(unsafe) static let rows: [String: Row] = constants.merging(shapes) { $1 }
    .merging(windows) { $1 }.merging(arithmetic) { $1 }.merging(normalizations) { $1 }
    .merging(activations) { $1 }

  private nonisolated(unsafe) static let constants: [String: Row] = [
    "Constant": ONNXConversion.constant,
    "ConstantOfShape": ONNXConversion.constantOfShape,
    "Range": ONNXConversion.range,
    "Shape": ONNXConversion.shape,
    "Size": ONNXConversion.size,
    "Tile": ONNXConversion.tile,
    "Where": ONNXConversion.choice,
    "ReduceProd": ONNXConversion.countProduct,
  ]

  private nonisolated(unsafe) static let shapes: [String: Row] = [
    "Identity": ONNXConversion.identity,
    "Cast": ONNXConversion.cast,
    "Dropout": ONNXConversion.dropout,
    "Reshape": ONNXConversion.reshape,
    "Flatten": ONNXConversion.flatten,
    "Transpose": ONNXConversion.transpose,
    "Squeeze": ONNXConversion.squeeze,
    "Unsqueeze": ONNXConversion.unsqueeze,
    "Concat": ONNXConversion.concatenate,
    "Split": ONNXConversion.split,
    "Slice": ONNXConversion.slice,
    "Gather": ONNXConversion.gather,
    "Expand": ONNXConversion.expand,
    "Pad": ONNXConversion.pad,
    "Resize": ONNXConversion.resize,
    "Upsample": ONNXConversion.resize,
  ]

  private nonisolated(unsafe) static let windows: [String: Row] = [
    "Conv": ONNXConversion.convolution,
    "Gemm": ONNXConversion.generalProduct,
    "MatMul": ONNXConversion.matrixProduct,
    "MaxPool": ONNXConversion.maximumPooling,
    "AveragePool": ONNXConversion.averagePooling,
    "GlobalAveragePool": ONNXConversion.globalAverage,
    "GlobalMaxPool": ONNXConversion.globalMaximum,
    "ReduceMean": ONNXConversion.mean,
    "ReduceMax": ONNXConversion.maximum,
  ]

  private nonisolated(unsafe) static let arithmetic: [String: Row] = [
    "Add": ONNXConversion.binary(.add),
    "Sub": ONNXConversion.binary(.subtract),
    "Mul": ONNXConversion.binary(.multiply),
    "Div": ONNXConversion.binary(.divide),
    "Pow": ONNXConversion.binary(.power),
    "Mod": ONNXConversion.binary(.modulo),
    "Min": ONNXConversion.variadic(.minimum),
    "Max": ONNXConversion.variadic(.maximum),
    "Sum": ONNXConversion.variadic(.add),
    "Mean": ONNXConversion.average,
    "Equal": ONNXConversion.binary(.equal),
    "Less": ONNXConversion.binary(.less),
    "Greater": ONNXConversion.binary(.greater),
    "LessOrEqual": ONNXConversion.binary(.lessOrEqual),
    "GreaterOrEqual": ONNXConversion.binary(.greaterOrEqual),
    "And": ONNXConversion.binary(.and),
    "Or": ONNXConversion.binary(.or),
  ]

  private nonisolated(unsafe) static let normalizations: [String: Row] = [
    "BatchNormalization": ONNXConversion.batchNormalization,
    "LayerNormalization": ONNXConversion.layerNormalization,
    "InstanceNormalization": ONNXConversion.instanceNormalization,
    "GroupNormalization": ONNXConversion.groupNormalization,
    "LRN": ONNXConversion.responseNormalization,
    "Softmax": ONNXConversion.softmax,
    "LogSoftmax": ONNXConversion.logSoftmax,
    "PRelu": ONNXConversion.parametricRectifier,
  ]

  private nonisolated(unsafe) static let activations: [String: Row] = [
    "Relu": ONNXConversion.activation { _ in .relu },
    "LeakyRelu": ONNXConversion.activation {
      .leakyReLU(slope: try $0.number("alpha", default: 0.01))
    },
    "Elu": ONNXConversion.activation { .elu(alpha: try $0.number("alpha", default: 1)) },
    "Celu": ONNXConversion.activation { .celu(alpha: try $0.number("alpha", default: 1)) },
    "Selu": ONNXConversion.activation { try $0.selu() },
    "Sigmoid": ONNXConversion.activation { _ in .sigmoid },
    "HardSigmoid": ONNXConversion.activation {
      .hardSigmoid(
        slope: try $0.number("alpha", default: 0.2), offset: try $0.number("beta", default: 0.5))
    },
    "HardSwish": ONNXConversion.activation { _ in .hardSwish },
    "Mish": ONNXConversion.activation { _ in .mish },
    "Gelu": ONNXConversion.activation {
      .gelu(isApproximate: $0.text("approximate", default: "none") == "tanh")
    },
    "Softplus": ONNXConversion.activation { _ in .softplus },
    "Softsign": ONNXConversion.activation { _ in .softsign },
    "Tanh": ONNXConversion.activation { _ in .tanh },
    "Exp": ONNXConversion.activation { _ in .exponential },
    "ThresholdedRelu": ONNXConversion.activation {
      .threshold(try $0.number("alpha", default: 1), value: 0)
    },
    "Shrink": ONNXConversion.activation { try $0.shrink() },
    "Clip": ONNXConversion.clip,
    "Erf": ONNXConversion.function(.errorFunction),
    "Sqrt": ONNXConversion.function(.squareRoot),
    "Reciprocal": ONNXConversion.function(.reciprocal),
    "Abs": ONNXConversion.activation { _ in .absolute },
    "Log": ONNXConversion.function(.logarithm),
    "Neg": ONNXConversion.function(.negative),
    "Floor": ONNXConversion.rounding(.floor),
    "Ceil": ONNXConversion.rounding(.ceiling),
    "Round": ONNXConversion.rounding(.round),
    "Not": ONNXConversion.rounding(.not),
  ]
}

extension ONNXNode {
  fileprivate func selu() throws -> Activation {
    let (alpha, gamma) = (
      try number("alpha", default: 1.67326), try number("gamma", default: 1.0507)
    )
    guard abs(alpha - 1.67326) < 1e-3, abs(gamma - 1.0507) < 1e-3 else {
      throw unexpected("\(alpha) and \(gamma)", expected: "alpha 1.67326 and gamma 1.0507")
    }
    return .selu
  }

  fileprivate func shrink() throws -> Activation {
    let (bound, bias) = (try number("lambd", default: 0.5), try number("bias", default: 0))
    guard bias == 0 || bias == bound, bound >= 0 else {
      throw unexpected("\(bias)", expected: "0 or the bound \(bound) as 'bias'")
    }
    return bias == 0 ? .hardShrink(bound: bound) : .softShrink(bound: bound)
  }
}
