import Kernels
import Network

/// Normalisations, learned factors and offsets, softmax.
extension CaffeConversion {
  /// Caffe keeps sums, and beside them what they are to be divided by; factors and offsets are a layer of
  /// their own, which comes with it here where there is one.
  func batchNormalization(_ node: CaffeNode) throws -> [FileValue] {
    let base = try feature(node)
    guard !base.axes.isEmpty else { throw node.unexpected("none", expected: "channels") }
    let arranged = try arranged(base, last: 0, name: name(node))
    let channels = draft.shape(of: arranged.node).channels
    let parameters = try node.parameters("batch_norm_param")
    var weights: [String: WeightPlace] = [:]
    if hasWeights(node) {
      let factor = try numbers(node, 2, count: 1)[0]
      for (number, name) in ["moving_mean", "moving_variance"].enumerated() {
        let sums = try numbers(node, number, count: channels)
        weights[name] = try place(
          ConstantTensor(sums.map { factor == 0 ? 0 : $0 / factor }, shape: [channels]))
      }
    } else {
      weights["moving_mean"] = try place(ConstantTensor(shape: [channels], .repeated(0)))
      weights["moving_variance"] = try place(ConstantTensor(shape: [channels], .repeated(1)))
    }
    var layer = BatchNormalization(
      epsilon: try parameters.number("eps", default: 1e-5),
      momentum: try parameters.number("moving_average_fraction", default: 0.999), hasGamma: false,
      hasBeta: false)
    guard layer.epsilon >= 0, (0...1).contains(layer.momentum) else {
      throw node.unexpected(
        "\(layer.epsilon) and \(layer.momentum)",
        expected: "an 'eps' of 0 or more, and a fraction from 0 to 1,")
    }
    if let scale = try scale(after: node) {
      (layer.hasGamma, layer.hasBeta) = (
        true, try scale.parameters("scale_param").truth("bias_term", default: false)
      )
      weights.merge(try factors(scale, channels, hasBeta: layer.hasBeta)) { $1 }
      moveMultiplier(from: scale, to: node)
    }
    let place = try draft.add(layer, reading: [arranged.node], weights: weights, name: name(node))
    return [.feature(feature(place, like: arranged))]
  }

  /// Factors, and offsets where there are some.
  private func factors(
    _ node: CaffeNode, _ channels: Int, hasBeta: Bool
  ) throws -> [String: WeightPlace] {
    let parameters = try node.parameters("scale_param")
    var weights = [
      "gamma": try place(
        try blob(
          node, 0, shape: [channels],
          filler: try filler(parameters, "filler") ?? CaffeFiller(constant: 1)))
    ]
    if hasBeta {
      weights["beta"] = try place(
        try blob(node, 1, shape: [channels], filler: biasFiller(parameters)))
    }
    keepMultiplier(of: node, count: hasBeta ? 2 : 1)
    return weights
  }

  func scale(_ node: CaffeNode) throws -> [FileValue] {
    if isMerged(node) { return [try required(node, 0)] }
    let parameters = try node.parameters("scale_param")
    if node.inputs.count == 2 { return [.feature(try scaledByFeature(node, parameters))] }
    try checkByChannel(parameters, node)
    let arranged = try arranged(try feature(node), last: 0, name: name(node))
    let hasBeta = try parameters.truth("bias_term", default: false)
    let weights = try factors(
      node, draft.shape(of: arranged.node).channels, hasBeta: hasBeta)
    let place = try draft.add(
      Scale(hasBeta: hasBeta), reading: [arranged.node], weights: weights, name: name(node))
    return [.feature(feature(place, like: arranged))]
  }

  /// Factors that the net computes, one for each channel (squeeze and excite) or for each value.
  private func scaledByFeature(_ node: CaffeNode, _ parameters: CaffeMessage) throws -> Feature {
    let base = try feature(node)
    var factors = try feature(node, 1)
    let axis = try node.axis(try parameters.integer("axis") ?? 1, rank: base.axes.count + 1)
    guard try axis == 0 && !parameters.truth("bias_term", default: false),
      factors.axes.count <= base.axes.count
    else {
      throw node.unexpected(
        "axis \(axis)", expected: "factors from the batch on (axis 0), and no offsets,")
    }
    while factors.axes.count < base.axes.count {
      factors = factors.unsqueezing(factors.axes.count)
    }
    return try merged(Multiply(), [base, factors], node)
  }

  private func checkByChannel(_ parameters: CaffeMessage, _ node: CaffeNode) throws {
    guard try isByChannel(parameters), node.inputs.count == 1 else {
      throw node.unexpected("others", expected: "one learned number for each channel")
    }
  }

  func bias(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("bias_param")
    try checkByChannel(parameters, node)
    let arranged = try arranged(try feature(node), last: 0, name: name(node))
    let offsets = try blob(
      node, 0, shape: [draft.shape(of: arranged.node).channels],
      filler: try filler(parameters, "filler") ?? CaffeFiller(constant: 0))
    keepMultiplier(of: node, count: 1)
    let place = try draft.add(
      Scale(hasGamma: false), reading: [arranged.node],
      weights: ["beta": try self.place(offsets)], name: name(node))
    return [.feature(feature(place, like: arranged))]
  }

  func responseNormalization(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("lrn_param")
    let size = try parameters.integer("local_size") ?? 5
    let region = try parameters.choice(
      "norm_region", [0: "ACROSS_CHANNELS", 1: "WITHIN_CHANNEL"], default: "ACROSS_CHANNELS")
    guard (1...Window.sizeLimit).contains(size), size % 2 == 1 else {
      throw node.unexpected("\(size)", expected: "an odd size")
    }
    let isAcross = region == "ACROSS_CHANNELS"
    let source = try image(node)
    let layer = LocalResponseNormalization(
      size: size, alpha: try parameters.number("alpha", default: 1),
      beta: try parameters.number("beta", default: 0.75),
      // Within channels Caffe adds 1, whatever it is told.
      bias: isAcross ? try parameters.number("k", default: 1) : 1,
      region: isAcross ? .channels(before: (size - 1) / 2) : .space)
    return [imageFeature(try draft.add(layer, reading: [source], name: name(node)))]
  }

  func softmax(_ node: CaffeNode) throws -> [FileValue] {
    let base = try feature(node)
    let parameters = try node.parameters("softmax_param")
    let axis = try node.axis(try parameters.integer("axis") ?? 1, rank: base.axes.count + 1)
    guard axis >= 1 else { throw node.unexpected("the batch", expected: "an axis of an image") }
    return [.feature(try softmax(base, over: axis - 1, node))]
  }

  func parametricRectifier(_ node: CaffeNode) throws -> [FileValue] {
    let parameters = try node.parameters("prelu_param")
    let isOne = try parameters.truth("channel_shared", default: false)
    let base = try feature(node)
    guard !base.axes.isEmpty else { throw node.unexpected("none", expected: "channels") }
    keepMultiplier(of: node, count: 1)
    let filler = try filler(parameters, "filler") ?? CaffeFiller(constant: 0.25)
    let rectified = try parametricRectifier(base, isOne: isOne, node) { channels in
      try blob(node, 0, shape: [isOne ? 1 : channels], filler: filler)
    }
    return [.feature(rectified)]
  }
}
