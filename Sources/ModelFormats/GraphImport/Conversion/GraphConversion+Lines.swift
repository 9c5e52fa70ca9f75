import Kernels
import Network

/// Factors and summands with values of their own for each channel.
extension GraphConversion {
  /// Factors and summands with values of their own for each channel.
  func affine(_ pending: PendingElementwise) throws -> Feature {
    guard let steps = pending.steps, let axis = pending.axis else {
      preconditionFailure("neither an expression nor a line")
    }
    let name = pending.name
    let arranged = try arranged(pending.base, last: axis, name: name)
    let channels = draft.shape(of: arranged.node).channels
    let place: Int
    if let spelled = SpelledNormalization(steps, channels: channels, in: archive) {
      place = try draft.add(
        BatchNormalization(epsilon: spelled.epsilon), reading: [arranged.node],
        weights: [
          "gamma": try self.place(ConstantTensor(spelled.gamma, shape: [channels])),
          "beta": try self.place(ConstantTensor(spelled.beta, shape: [channels])),
          "moving_mean": try self.place(ConstantTensor(spelled.mean, shape: [channels])),
          "moving_variance": try self.place(ConstantTensor(spelled.variance, shape: [channels])),
        ], name: name)
      return feature(place, like: arranged)
    }
    if let place = try factors(steps, ofNormalizationAt: arranged.node, channels, name: name) {
      return feature(place, like: arranged)
    }
    let line = PendingElementwise.Step.line(of: steps, count: channels)
    let scale = line.scale.map { Float($0) }
    let offset = line.offset.map { Float($0) }
    guard (scale + offset).allSatisfy(\.isFinite) else {
      throw UnexpectedContent(
        expected: "factors and summands that are numbers at '\(name.description)'", found: "others")
    }
    return feature(
      try scaling(scale, offset: offset, reading: arranged.node, name: name, steps),
      like: arranged)
  }

  /// What a normalisation has for each channel, written as a product and a sum behind it.
  func factors(
    _ steps: [PendingElementwise.Step], ofNormalizationAt node: Int, _ channels: Int,
    name: DraftName
  ) throws -> Int? {
    guard node >= 0, steps.map(\.operation) == [.multiply, .add],
      steps.allSatisfy({ $0.values.count == channels })
    else { return nil }
    let scaled: any Layer
    switch draft.nodes[node].layer {
    case var layer as GroupNormalization where !layer.hasGamma && !layer.hasBeta:
      (layer.hasGamma, layer.hasBeta) = (true, true)
      scaled = layer
    case var layer as LayerNormalization where !layer.hasGamma && !layer.hasBeta && layer.axes == 1:
      (layer.hasGamma, layer.hasBeta) = (true, true)
      scaled = layer
    default: return nil
    }
    return try draft.add(
      scaled, reading: draft.nodes[node].inputs,
      weights: [
        "gamma": try place(steps[0].constant, shape: [channels]),
        "beta": try place(steps[1].constant, shape: [channels]),
      ], name: name.owned(by: owner(ofWeight: steps[0].constant.name)))
  }

  /// A factor and a summand for each channel: learned ones inside a network, pixels' preparation at its
  /// beginning.
  func scaling(
    _ scale: [Float], offset: [Float], reading source: Int, name: DraftName,
    _ steps: [PendingElementwise.Step]
  ) throws -> Int {
    let channels = scale.count
    let isPreparation = isInput(source)
    let shifts = offset.contains { $0 != 0 }
    if !isPreparation, !shifts {
      let only = steps.count == 1 && steps[0].operation == .multiply ? steps[0].constant : nil
      return try draft.add(
        ChannelScale(), reading: [source],
        weights: [
          "gamma": try self.place(
            only ?? ConstantTensor(scale, shape: [channels]), shape: [channels])
        ], name: name.owned(by: owner(ofWeight: only?.name)))
    }
    if !isPreparation {
      let scales = scale.contains { $0 != 1 }
      var weights = ["beta": try self.place(ConstantTensor(offset, shape: [channels]))]
      if scales { weights["gamma"] = try self.place(ConstantTensor(scale, shape: [channels])) }
      return try draft.add(
        Scale(hasGamma: scales), reading: [source], weights: weights, name: name)
    }
    return try draft.add(
      Rescaling(scale: scale, offset: offset), reading: [source], name: name)
  }

  /// Whether nothing but changes of layout stands between the graph's input and a node.
  func isInput(_ node: Int) -> Bool {
    var place = node
    while place >= 0 {
      switch draft.nodes[place].layer {
      case is Permute, is Reshape, is Rescaling, is Resizing, is Slice, is Cropping2D:
        place = draft.nodes[place].inputs[0]
      default: return false
      }
    }
    return true
  }
}
