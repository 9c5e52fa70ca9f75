import JSON
import Kernels
import Network

extension KerasLayerTable {
  static let normalizations = [
    KerasLayerRow(
      "BatchNormalization", "SyncBatchNormalization", "BatchNormalizationV1",
      weights: [
        KerasWeight("gamma"), KerasWeight("beta"), KerasWeight("moving_mean"),
        KerasWeight("moving_variance"),
      ], read: KerasLayerReading.batchNormalization,
      write: KerasLayerWriter(BatchNormalization.self, KerasLayerWriting.batchNormalization)),
    KerasLayerRow(
      "LayerNormalization", weights: [KerasWeight("gamma"), KerasWeight("beta")],
      read: KerasLayerReading.layerNormalization,
      write: KerasLayerWriter(LayerNormalization.self, KerasLayerWriting.layerNormalization)),
    KerasLayerRow(
      "GroupNormalization", weights: [KerasWeight("gamma"), KerasWeight("beta")],
      read: KerasLayerReading.groupNormalization,
      write: KerasLayerWriter(GroupNormalization.self, KerasLayerWriting.groupNormalization)),
    KerasLayerRow(
      "LayerScale", weights: [KerasWeight("gamma", "variable", is: "gamma")],
      read: KerasLayerReading.layerScale,
      write: KerasLayerWriter(ChannelScale.self, KerasLayerWriting.channelScale)),
    KerasLayerRow(
      "Normalization",
      weights: [KerasWeight("mean", is: nil), KerasWeight("variance", is: nil)],
      read: KerasLayerReading.normalization),
  ]
}

extension KerasLayerReading {
  fileprivate func batchNormalization() throws(UnexpectedContent) -> [Part] {
    try layer.requireLastAxis(rank: rank)
    return [
      Part(
        layer: BatchNormalization(
          epsilon: Float(try layer.number("epsilon", default: 1e-3)),
          momentum: Float(try layer.number("momentum", default: 0.99)),
          hasGamma: try layer.flag("scale", default: true),
          hasBeta: try layer.flag("center", default: true)))
    ]
  }

  /// Over the last axis, or over several of them.
  fileprivate func layerNormalization() throws(UnexpectedContent) -> [Part] {
    let value = layer["axis"] ?? .number(-1)
    let listed = value.list ?? [value]
    let axes = listed.compactMap(\.integer).map { $0 < 0 ? $0 + rank + 1 : $0 }
    guard axes.count == listed.count, !axes.isEmpty, axes.count <= rank,
      axes == Array((rank - axes.count + 1)...rank)
    else {
      throw layer.unexpected(value.description, expected: "the last axes, in order, as 'axis'")
    }
    guard try !layer.flag("rms_scaling", default: false) else {
      throw layer.unexpected("true", expected: "rms_scaling: false")
    }
    return [
      Part(
        layer: LayerNormalization(
          epsilon: Float(try layer.number("epsilon", default: 1e-3)), axes: axes.count,
          hasGamma: try layer.flag("scale", default: true),
          hasBeta: try layer.flag("center", default: true)))
    ]
  }

  /// −1 groups are as many as channels.
  fileprivate func groupNormalization() throws(UnexpectedContent) -> [Part] {
    try layer.requireLastAxis(rank: rank)
    let isByChannel = layer["groups"]?.integer == -1
    return [
      Part(
        layer: GroupNormalization(
          groups: isByChannel ? nil : try layer.integer("groups", default: 32),
          epsilon: Float(try layer.number("epsilon", default: 1e-3)),
          hasGamma: try layer.flag("scale", default: true),
          hasBeta: try layer.flag("center", default: true)))
    ]
  }

  fileprivate func layerScale() throws(UnexpectedContent) -> [Part] {
    [Part(layer: ChannelScale())]
  }

  /// (x − mean) / max(√variance, ε), from the configuration or from what `adapt` measured.
  fileprivate func normalization() throws(UnexpectedContent) -> [Part] {
    try layer.requireLastAxis(rank: rank)
    guard try !layer.flag("invert", default: false) else {
      throw layer.unexpected("true", expected: "invert: false")
    }
    func values(_ key: String) throws(UnexpectedContent) -> [Float] {
      if let value = layer[key] { return value.numbers }
      return try statistics(key)
    }
    let mean = try values("mean")
    let variance = try values("variance")
    guard !mean.isEmpty, mean.count == variance.count,
      mean.allSatisfy(\.isFinite), variance.allSatisfy({ $0.isFinite && $0 >= 0 })
    else {
      throw layer.unexpected(
        "\(mean.count) means and \(variance.count) variances, or some that are no numbers",
        expected: "as many means as variances")
    }
    return [Part(layer: Rescaling(standardizing: mean, variance: variance))]
  }
}

extension KerasLayerWriting {
  fileprivate func batchNormalization(_ layer: BatchNormalization) throws(UnexpectedContent)
    -> [Written]
  {
    [
      Written(
        className: "BatchNormalization",
        configuration: [
          "axis": .whole(-1), "momentum": .single(layer.momentum),
          "epsilon": .single(layer.epsilon), "center": .bool(layer.hasBeta),
          "scale": .bool(layer.hasGamma),
        ])
    ]
  }

  fileprivate func layerNormalization(_ layer: LayerNormalization) throws(UnexpectedContent)
    -> [Written]
  {
    let axes = (1...layer.axes).reversed().map { JSONValue.whole(-$0) }
    return [
      Written(
        className: "LayerNormalization",
        configuration: [
          "axis": axes.count == 1 ? axes[0] : .array(axes), "epsilon": .single(layer.epsilon),
          "center": .bool(layer.hasBeta), "scale": .bool(layer.hasGamma),
        ])
    ]
  }

  fileprivate func groupNormalization(_ layer: GroupNormalization) throws(UnexpectedContent)
    -> [Written]
  {
    [
      Written(
        className: "GroupNormalization",
        configuration: [
          "groups": .whole(layer.groups ?? -1), "axis": .whole(-1),
          "epsilon": .single(layer.epsilon), "center": .bool(layer.hasBeta),
          "scale": .bool(layer.hasGamma),
        ])
    ]
  }

  /// A class of Keras Applications' ConvNeXt.
  fileprivate func channelScale(_ layer: ChannelScale) throws(UnexpectedContent) -> [Written] {
    [
      Written(
        className: "LayerScale", module: "keras.src.applications.convnext",
        configuration: ["init_values": .number(1e-6), "projection_dim": .whole(input.channels)])
    ]
  }
}
