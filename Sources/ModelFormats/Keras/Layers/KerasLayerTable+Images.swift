import JSON
import Kernels
import Network

extension KerasLayerTable {
  static let images = [
    KerasLayerRow(
      "Rescaling", read: KerasLayerReading.rescaling,
      write: KerasLayerWriter(Rescaling.self, KerasLayerWriting.rescaling)),
    KerasLayerRow(
      "UpSampling2D", read: KerasLayerReading.upsampling,
      write: KerasLayerWriter(Broadcast.self, KerasLayerWriting.repetition)),
    KerasLayerRow(
      "Resizing", read: KerasLayerReading.resizing,
      write: KerasLayerWriter(Resizing.self, KerasLayerWriting.resizing)),
    KerasLayerRow("CenterCrop", read: KerasLayerReading.centerCrop),
    KerasLayerRow("RandomCrop", read: KerasLayerReading.randomCrop),
    KerasLayerRow(
      "AutoContrast", read: KerasLayerReading.autoContrast,
      write: KerasLayerWriter(AutoContrast.self, KerasLayerWriting.autoContrast)),
  ]
}

extension KerasLayerReading {
  fileprivate func rescaling() throws(UnexpectedContent) -> [Part] {
    let scale = try factors("scale", default: nil)
    return [Part(layer: Rescaling(scale: scale, offset: try factors("offset", default: 0)))]
  }

  private func sizing() throws(UnexpectedContent) -> KerasResizing {
    try KerasResizing(layer, inputs: inputs, major: builder.major)
  }

  fileprivate func resizing() throws(UnexpectedContent) -> [Part] { try sizing().resizing() }

  fileprivate func centerCrop() throws(UnexpectedContent) -> [Part] { try sizing().centerCrop() }

  fileprivate func randomCrop() throws(UnexpectedContent) -> [Part] {
    try sizing().evaluatedRandomCrop(isWhole: builder.leavesRandomCropsWhole)
  }

  fileprivate func upsampling() throws(UnexpectedContent) -> [Part] {
    try layer.requireChannelsLast()
    let factors = try layer.pair("size", default: (2, 2))
    let name = try layer.text("interpolation", default: "nearest")
    guard let interpolation = Interpolation(rawValue: name), let image = inputs.first,
      image.rank == 3
    else {
      throw layer.unexpected(
        "'\(name)' of \(inputs)", expected: "an interpolation that Thaw knows, of one image")
    }
    let sizes = zip(image.dimensions, [factors.0, factors.1]).map {
      $0.multipliedReportingOverflow(by: $1).partialValue
    }
    return [
      Part(layer: Resizing(height: sizes[0], width: sizes[1], interpolation: interpolation))
    ]
  }

  fileprivate func autoContrast() throws(UnexpectedContent) -> [Part] {
    try layer.requireChannelsLast()
    let range = layer["value_range"]?.list ?? [.number(0), .number(255)]
    let bounds = range.compactMap(\.number).map { Float($0) }
    guard range.count == 2, bounds.count == 2, bounds.allSatisfy(\.isFinite), bounds[0] < bounds[1]
    else {
      throw layer.unexpected(
        layer["value_range"]?.description ?? "none", expected: "two numbers as 'value_range'")
    }
    return [Part(layer: AutoContrast(lower: bounds[0], upper: bounds[1]))]
  }
}

extension KerasLayerWriting {
  fileprivate func rescaling(_ layer: Rescaling) throws(UnexpectedContent) -> [Written] {
    [
      Written(
        className: "Rescaling",
        configuration: [
          "scale": Self.numbers(layer.scale), "offset": Self.numbers(layer.offset),
        ])
    ]
  }

  fileprivate func resizing(_ layer: Resizing) throws(UnexpectedContent) -> [Written] {
    let known: [Interpolation] = [.nearest, .bilinear, .bicubic, .lanczos3, .lanczos5]
    guard layer.placement == .halfPixel,
      layer.interpolation != .nearest || layer.rounding == .halfUp
    else {
      throw lacking(
        "pixels at halves, and of two as near ones the second",
        found: "\(layer.placement), \(layer.rounding)")
    }
    guard known.contains(layer.interpolation) else {
      throw lacking(
        "interpolation by nearest, bilinear, bicubic, lanczos3 or lanczos5",
        found: layer.interpolation.rawValue)
    }
    return [
      Written(
        className: "Resizing",
        configuration: [
          "height": .whole(layer.height), "width": .whole(layer.width),
          "interpolation": .string(layer.interpolation.rawValue),
          "antialias": .bool(layer.antialiases), "data_format": Self.channelsLast,
        ])
    ]
  }

  fileprivate func autoContrast(_ layer: AutoContrast) throws(UnexpectedContent) -> [Written] {
    [
      Written(
        className: "AutoContrast",
        configuration: [
          "value_range": .array([.single(layer.lower), .single(layer.upper)])
        ])
    ]
  }

  /// Of each row and column so many. Layers that merge repeat by themselves.
  fileprivate func repetition(_ layer: Broadcast) throws(UnexpectedContent) -> [Written] {
    guard input.rank == 3, output.rank == 3, input.channels == output.channels else {
      throw lacking("rows and columns repeated", found: "\(input) as \(output)")
    }
    let factors = zip(output.dimensions, input.dimensions).map { $0 / $1 }
    return [
      Written(
        className: "UpSampling2D",
        configuration: [
          "size": Self.pair(factors[0], factors[1]), "interpolation": .string("nearest"),
          "data_format": Self.channelsLast,
        ])
    ]
  }
}
