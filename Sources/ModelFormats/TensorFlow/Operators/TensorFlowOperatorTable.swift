import Kernels
import Network

/// Every operation that is read, and what becomes of it: one row each.
enum TensorFlowOperatorTable {
  /// What a node gives, output by output.
  typealias Row = (TensorFlowConversion) -> (TensorFlowNode) throws -> [FileValue]

  nonisolated(unsafe) static let rows: [String: Row] = constants.merging(shapes) { $1 }
    .merging(windows) { $1 }.merging(arithmetic) { $1 }.merging(normalizations) { $1 }
    .merging(activations) { $1 }

  /// Operations whose results are known without the image, whatever they read.
  static let shapeOperations: Set<String> = ["Shape", "ShapeN", "Size", "Rank"]

  /// Operations that take constants alone.
  static let constantOperations: Set<String> = [
    "Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual", "LogicalAnd", "LogicalOr",
    "LogicalNot", "Floor", "Ceil", "Round", "Rint", "FloorDiv", "FloorMod", "Fill", "Range", "Prod",
    "Cast",
  ]

  private nonisolated(unsafe) static let constants: [String: Row] = [
    "Const": TensorFlowConversion.constant,
    "Variable": TensorFlowConversion.variable,
    "VariableV2": TensorFlowConversion.variable,
    "VarHandleOp": TensorFlowConversion.variable,
    "Placeholder": TensorFlowConversion.placeholder,
    "PlaceholderV2": TensorFlowConversion.placeholder,
    "Fill": TensorFlowConversion.fill,
    "Range": TensorFlowConversion.range,
    "Shape": TensorFlowConversion.shape,
    "Size": TensorFlowConversion.size,
    "Rank": TensorFlowConversion.rank,
    "Prod": TensorFlowConversion.countProduct,
    "Floor": TensorFlowConversion.rounding(.floor),
    "Ceil": TensorFlowConversion.rounding(.ceiling),
    "Round": TensorFlowConversion.rounding(.round),
    "Rint": TensorFlowConversion.rounding(.round),
    "LogicalNot": TensorFlowConversion.rounding(.not),
    "OnesLike": TensorFlowConversion.like(1),
    "ZerosLike": TensorFlowConversion.like(0),
  ]

  private nonisolated(unsafe) static let shapes: [String: Row] = [
    "Cast": TensorFlowConversion.cast,
    TensorFlowPath.dropout: TensorFlowConversion.dropout,
    "Reshape": TensorFlowConversion.reshape,
    "Squeeze": TensorFlowConversion.squeeze,
    "ExpandDims": TensorFlowConversion.expandDimensions,
    "Transpose": TensorFlowConversion.transpose,
    "Concat": TensorFlowConversion.concatenate,
    "ConcatV2": TensorFlowConversion.concatenate,
    "Pack": TensorFlowConversion.pack,
    "Unpack": TensorFlowConversion.unpack,
    "Split": TensorFlowConversion.split,
    "SplitV": TensorFlowConversion.splitSizes,
    "Slice": TensorFlowConversion.slice,
    "StridedSlice": TensorFlowConversion.stridedSlice,
    "Gather": TensorFlowConversion.gather,
    "GatherV2": TensorFlowConversion.gather,
    "Tile": TensorFlowConversion.tile,
    "BroadcastTo": TensorFlowConversion.broadcast,
    "Pad": TensorFlowConversion.pad,
    "PadV2": TensorFlowConversion.pad,
    "MirrorPad": TensorFlowConversion.pad,
    "ResizeBilinear": TensorFlowConversion.resize,
    "ResizeNearestNeighbor": TensorFlowConversion.resize,
    "ResizeBicubic": TensorFlowConversion.resize,
    "SpaceToBatchND": TensorFlowConversion.spreadToBatch,
    "BatchToSpaceND": TensorFlowConversion.gatherFromBatch,
  ]

  private nonisolated(unsafe) static let windows: [String: Row] = [
    "Conv2D": TensorFlowConversion.convolution,
    "DepthwiseConv2dNative": TensorFlowConversion.depthwiseConvolution,
    "BiasAdd": TensorFlowConversion.biasAdd,
    "BiasAddV1": TensorFlowConversion.biasAdd,
    "MatMul": TensorFlowConversion.matrixProduct,
    "MaxPool": TensorFlowConversion.maximumPooling,
    "AvgPool": TensorFlowConversion.averagePooling,
    "Mean": TensorFlowConversion.mean,
    "Max": TensorFlowConversion.maximum,
  ]

  private nonisolated(unsafe) static let arithmetic: [String: Row] = [
    "Add": TensorFlowConversion.binary(.add),
    "AddV2": TensorFlowConversion.binary(.add),
    "AddN": TensorFlowConversion.sum,
    "Sub": TensorFlowConversion.binary(.subtract),
    "Mul": TensorFlowConversion.binary(.multiply),
    "RealDiv": TensorFlowConversion.binary(.divide),
    "Div": TensorFlowConversion.binary(.divide),
    "FloorDiv": TensorFlowConversion.binary(.divide),
    "FloorMod": TensorFlowConversion.binary(.modulo),
    "Pow": TensorFlowConversion.binary(.power),
    "Maximum": TensorFlowConversion.binary(.maximum),
    "Minimum": TensorFlowConversion.binary(.minimum),
    "Equal": TensorFlowConversion.binary(.equal),
    "Less": TensorFlowConversion.binary(.less),
    "LessEqual": TensorFlowConversion.binary(.lessOrEqual),
    "Greater": TensorFlowConversion.binary(.greater),
    "GreaterEqual": TensorFlowConversion.binary(.greaterOrEqual),
    "LogicalAnd": TensorFlowConversion.binary(.and),
    "LogicalOr": TensorFlowConversion.binary(.or),
    "Square": TensorFlowConversion.square,
    "SquaredDifference": TensorFlowConversion.squaredDifference,
    "Select": TensorFlowConversion.choice,
    "SelectV2": TensorFlowConversion.choice,
  ]

  private nonisolated(unsafe) static let normalizations: [String: Row] = [
    "FusedBatchNorm": TensorFlowConversion.fusedBatchNormalization,
    "FusedBatchNormV2": TensorFlowConversion.fusedBatchNormalization,
    "FusedBatchNormV3": TensorFlowConversion.fusedBatchNormalization,
    "BatchNormWithGlobalNormalization": TensorFlowConversion.globalBatchNormalization,
    "LRN": TensorFlowConversion.responseNormalization,
    "Softmax": TensorFlowConversion.softmax,
    "LogSoftmax": TensorFlowConversion.logSoftmax,
  ]

  private nonisolated(unsafe) static let activations: [String: Row] = [
    "Relu": TensorFlowConversion.activation { _ in .relu },
    "Relu6": TensorFlowConversion.activation { _ in .relu6 },
    "LeakyRelu": TensorFlowConversion.activation {
      .leakyReLU(slope: try $0.number("alpha", default: 0.2))
    },
    "Elu": TensorFlowConversion.activation { _ in .elu(alpha: 1) },
    "Selu": TensorFlowConversion.activation { _ in .selu },
    "Sigmoid": TensorFlowConversion.activation { _ in .sigmoid },
    "Tanh": TensorFlowConversion.activation { _ in .tanh },
    "Softplus": TensorFlowConversion.activation { _ in .softplus },
    "Softsign": TensorFlowConversion.activation { _ in .softsign },
    "Exp": TensorFlowConversion.activation { _ in .exponential },
    "Abs": TensorFlowConversion.activation { _ in .absolute },
    "Erf": TensorFlowConversion.function(.errorFunction),
    "Sqrt": TensorFlowConversion.function(.squareRoot),
    "Reciprocal": TensorFlowConversion.function(.reciprocal),
    "Inv": TensorFlowConversion.function(.reciprocal),
    "Log": TensorFlowConversion.function(.logarithm),
    "Neg": TensorFlowConversion.function(.negative),
    "Rsqrt": TensorFlowConversion.inverseRoot,
    "ClipByValue": TensorFlowConversion.clip,
  ]
}
