import Kernels
import Network

/// Normalisations and softmax.
extension TensorFlowConversion {
  func fusedBatchNormalization(_ node: TensorFlowNode) throws -> [FileValue] {
    let gamma = try requiredConstant(node, 1)
    let beta = try requiredConstant(node, 2)
    var (mean, variance) = (try constant(node, 3), try constant(node, 4))
    if node.flag("is_training", default: true) {
      // What such a node measures while it trains, its layer keeps beside its factors.
      let scope = [beta.name, gamma.name].lazy.compactMap { TensorFlowNode.scope(of: $0) }.first
      mean = scope.flatMap { stored("\($0)/moving_mean") }
      variance = scope.flatMap { stored("\($0)/moving_variance") }
      guard mean != nil, variance != nil else {
        throw node.unexpected(
          "one that trains, without moving averages",
          expected: "a batch normalisation for inference")
      }
    }
    guard let mean, let variance else {
      throw node.unexpected("\(node.inputs.count)", expected: "5 inputs")
    }
    return [
      .feature(
        try batchNormalization(
          node, channels: try node.layout().channels,
          epsilon: try node.number("epsilon", default: 1e-4), gamma: gamma, beta: beta, mean: mean,
          variance: variance))
    ]
  }

  /// Inception's of 2015.
  func globalBatchNormalization(_ node: TensorFlowNode) throws -> [FileValue] {
    let constants = try (1...4).map { try requiredConstant(node, $0) }
    let isScaled = node.flag("scale_after_normalization")
    return [
      .feature(
        try batchNormalization(
          node, channels: 2, epsilon: try node.number("variance_epsilon", default: 1e-3),
          gamma: isScaled ? constants[3] : nil, beta: constants[2], mean: constants[0],
          variance: constants[1]))
    ]
  }

  private func batchNormalization(
    _ node: TensorFlowNode, channels axis: Int, epsilon: Float, gamma: ConstantTensor?,
    beta: ConstantTensor, mean: ConstantTensor, variance: ConstantTensor
  ) throws -> Feature {
    let base = try feature(node)
    guard base.axes.count == 3 else {
      throw node.unexpected("\(base.axes.count + 1)", expected: "an image with its batch, 4 axes,")
    }
    return try batchNormalization(
      BatchNormalization(epsilon: epsilon), of: base, channels: axis, gamma: gamma, beta: beta,
      mean: mean, variance: variance, node)
  }

  /// Over `depth_radius` channels on each side; α is not divided by their number.
  func responseNormalization(_ node: TensorFlowNode) throws -> [FileValue] {
    let source = try image(try feature(node), .channelsLast, node)
    let radius = node.integer("depth_radius", default: 5)
    guard (0...(Window.sizeLimit - 1) / 2).contains(radius) else {
      throw node.unexpected("\(radius)", expected: "a radius")
    }
    let size = 2 * radius + 1
    let layer = LocalResponseNormalization(
      size: size, alpha: try node.number("alpha", default: 1) * Float(size),
      beta: try node.number("beta", default: 0.5), bias: try node.number("bias", default: 1),
      region: .channels(before: radius))
    let place = try draft.add(layer, reading: [source], name: name(node))
    return [.feature(imageFeature(place, .channelsLast))]
  }

  func softmax(_ node: TensorFlowNode) throws -> [FileValue] {
    let base = try feature(node)
    guard let last = base.axes.indices.last else {
      throw node.unexpected("one value", expected: "a softmax over several")
    }
    return [.feature(try softmax(base, over: last, node))]
  }
}

extension TensorFlowNode {
  /// `conv1/BatchNorm` of `conv1/BatchNorm/beta`.
  fileprivate static func scope(of name: String?) -> String? {
    name?.lastIndex(of: "/").map { String(name![..<$0]) }
  }
}
