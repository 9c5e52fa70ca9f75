import JSON
import Kernels
import Network

extension KerasLayerTable {
  static let core = [
    KerasLayerRow(
      "Dense", weights: [KerasWeight("kernel"), .bias], read: KerasLayerReading.dense,
      write: KerasLayerWriter(Dense.self, KerasLayerWriting.dense)),
    // The second is that of the first EfficientNets for Keras, which had a class of its own.
    KerasLayerRow(
      "Dropout", "FixedDropout", read: KerasLayerReading.dropout,
      write: KerasLayerWriter(Dropout.self, KerasLayerWriting.dropout)),
    KerasLayerRow("SpatialDropout2D", read: KerasLayerReading.spatialDropout),
    KerasLayerRow("StochasticDepth", read: KerasLayerReading.stochasticDepth),
    KerasLayerRow(
      "PReLU", weights: [KerasWeight("alpha")], read: KerasLayerReading.prelu,
      write: KerasLayerWriter(PReLU.self, KerasLayerWriting.prelu)),
    KerasLayerRow("Identity", read: KerasLayerReading.nothing),
    KerasLayerRow("Lambda", read: KerasLayerReading.lambda),
  ]
}

extension KerasLayerReading {
  /// No layer at all.
  func nothing() throws(UnexpectedContent) -> [Part] { [] }

  fileprivate func dense() throws(UnexpectedContent) -> [Part] {
    let (function, isSoftmax) = try activation()
    return [
      Part(
        layer: Dense(
          units: try layer.integer("units"), hasBias: try layer.flag("use_bias", default: true),
          activation: function, appliesSoftmax: isSoftmax))
    ]
  }

  fileprivate func dropout() throws(UnexpectedContent) -> [Part] {
    [
      Part(
        layer: Dropout(
          rate: try layer.number("rate", default: 0.5), sharedAxes: try sharedAxes()))
    ]
  }

  /// Whole channels.
  fileprivate func spatialDropout() throws(UnexpectedContent) -> [Part] {
    try layer.requireChannelsLast()
    return [
      Part(
        layer: Dropout(
          rate: try layer.number("rate", default: 0.5),
          sharedAxes: Set(0..<max(rank - 1, 0))))
    ]
  }

  fileprivate func stochasticDepth() throws(UnexpectedContent) -> [Part] {
    [
      Part(
        layer: Dropout(
          rate: try layer.number("drop_path_rate", default: 0), sharedAxes: Set(0..<rank)))
    ]
  }

  fileprivate func prelu() throws(UnexpectedContent) -> [Part] {
    let listed = layer["shared_axes"].map { $0.list ?? [$0] } ?? []
    let axes = listed.compactMap(\.integer).map { $0 < 0 ? $0 + rank + 1 : $0 }
    if rank > 0, axes.sorted() == Array(1...rank) { return [Part(layer: PReLU(sharing: .all))] }
    return [Part(layer: PReLU(isShared: try sharesAlphas()))]
  }

  fileprivate func lambda() throws(UnexpectedContent) -> [Part] {
    if let scale = residualScale, inputs.count == 2 { return try merging.scaledSum(scale) }
    throw layer.unexpected(
      "Python code, which is not run",
      expected:
        "layers of Keras in its place (Rescaling, for one, scales and shifts), and the model saved "
        + "again")
  }

  /// The factor of a `Lambda` that is InceptionResNetV2's `inputs[0] + inputs[1] · scale`, by its name
  /// and arguments; `nil` for any other.
  private var residualScale: Float? {
    let name = layer.name.split(separator: "_")
    guard name.count == 2, ["block35", "block17", "block8"].contains(name[0]),
      name[1].allSatisfy(\.isNumber), let arguments = layer["arguments"]?.object,
      arguments.count == 1, let scale = arguments["scale"]?.number, Float(scale).isFinite
    else { return nil }
    return Float(scale)
  }

  /// The axes, after the batch, along which a dropout's `noise_shape` has one draw for all values.
  private func sharedAxes() throws(UnexpectedContent) -> Set<Int> {
    guard let value = layer["noise_shape"] else { return [] }
    let noise = value.list ?? []
    let dimensions = inputs.first?.dimensions ?? []
    guard noise.count == dimensions.count + 1, noise[0].isNull else {
      throw layer.unexpected(
        value.description,
        expected: "noise_shape with null for the batch and \(dimensions.count) more")
    }
    var shared: Set<Int> = []
    for (axis, (size, dimension)) in zip(noise.dropFirst(), dimensions).enumerated() {
      guard size.isNull || size.integer == 1 || size.integer == dimension else {
        throw layer.unexpected(
          value.description, expected: "noise_shape of 1 or the input's size along each axis")
      }
      if size.integer == 1, dimension > 1 { shared.insert(axis) }
    }
    return shared
  }

  /// Whether all positions share their alphas; else each value has its own.
  private func sharesAlphas() throws(UnexpectedContent) -> Bool {
    let dimensions = inputs.first?.dimensions ?? []
    let listed = layer["shared_axes"].map { $0.list ?? [$0] } ?? []
    let axes = listed.compactMap(\.integer).map { $0 < 0 ? $0 + dimensions.count + 1 : $0 }
    // The axes that do not matter are those of length 1.
    let open = Set(dimensions.indices.dropLast().filter { dimensions[$0] > 1 })
    let shared = Set(axes.map { $0 - 1 }).intersection(open)
    guard axes.count == listed.count, !axes.contains(dimensions.count),
      shared.isEmpty || shared == open
    else {
      throw layer.unexpected(
        layer["shared_axes"]?.description ?? "none",
        expected: "all axes but the channels, or none, as 'shared_axes'")
    }
    return shared == open
  }
}

extension KerasLayerWriting {
  fileprivate func dense(_ layer: Dense) throws(UnexpectedContent) -> [Written] {
    let written = Written(
      className: "Dense",
      configuration: ["units": .whole(layer.units), "use_bias": .bool(layer.hasBias)])
    guard layer.appliesSoftmax else { return activated(written, layer.activation) }
    var softmax = written
    softmax.configuration["activation"] = .string("softmax")
    return [softmax]
  }

  fileprivate func dropout(_ layer: Dropout) throws(UnexpectedContent) -> [Written] {
    let rate = JSONValue.number(layer.rate)
    if layer.sharedAxes == [0, 1], input.rank == 3 {
      return [Written(className: "SpatialDropout2D", configuration: ["rate": rate])]
    }
    var settings = ["rate": rate]
    if !layer.sharedAxes.isEmpty {
      let noise = input.dimensions.enumerated().map { axis, dimension in
        JSONValue.whole(layer.sharedAxes.contains(axis) ? 1 : dimension)
      }
      settings["noise_shape"] = .array([.null] + noise)
    }
    return [Written(className: "Dropout", configuration: settings)]
  }

  fileprivate func prelu(_ layer: PReLU) throws(UnexpectedContent) -> [Written] {
    let shared: [Int] =
      switch layer.sharing {
      case .none: []
      case .positions: Array(1..<max(input.rank, 1))
      case .all: Array(1...max(input.rank, 1))
      }
    return [
      Written(
        className: "PReLU",
        configuration: [
          "shared_axes": shared.isEmpty ? .null : .array(shared.map { .whole($0) })
        ])
    ]
  }
}
