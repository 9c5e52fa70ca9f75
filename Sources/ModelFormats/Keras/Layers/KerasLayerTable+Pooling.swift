import JSON
import Kernels
import Network

extension KerasLayerTable {
  static let pooling = [
    KerasLayerRow(
      "MaxPooling2D", "MaxPool2D", read: KerasLayerReading.maxPooling,
      write: KerasLayerWriter(MaxPooling2D.self, KerasLayerWriting.maximum)),
    KerasLayerRow(
      "AveragePooling2D", "AvgPool2D", read: KerasLayerReading.averagePooling,
      write: KerasLayerWriter(AveragePooling2D.self, KerasLayerWriting.average)),
    KerasLayerRow(
      "GlobalAveragePooling2D", "GlobalAvgPool2D", read: KerasLayerReading.globalAveragePooling,
      write: KerasLayerWriter(GlobalAveragePooling2D.self, KerasLayerWriting.globalAverage)),
    KerasLayerRow(
      "GlobalMaxPooling2D", "GlobalMaxPool2D", read: KerasLayerReading.globalMaxPooling,
      write: KerasLayerWriter(GlobalMaxPooling2D.self, KerasLayerWriting.globalMaximum)),
    KerasLayerRow(
      "AdaptiveAveragePooling2D", read: KerasLayerReading.adaptiveAveragePooling,
      write: KerasLayerWriter(AdaptiveAveragePooling2D.self, KerasLayerWriting.adaptiveAverage)),
    KerasLayerRow(
      "AdaptiveMaxPooling2D", read: KerasLayerReading.adaptiveMaxPooling,
      write: KerasLayerWriter(AdaptiveMaxPooling2D.self, KerasLayerWriting.adaptiveMaximum)),
  ]
}

extension KerasLayerReading {
  fileprivate func maxPooling() throws(UnexpectedContent) -> [Part] {
    [Part(layer: MaxPooling2D(window: try poolingWindow()))]
  }

  fileprivate func averagePooling() throws(UnexpectedContent) -> [Part] {
    [Part(layer: AveragePooling2D(window: try poolingWindow()))]
  }

  fileprivate func globalAveragePooling() throws(UnexpectedContent) -> [Part] {
    [Part(layer: GlobalAveragePooling2D(keepsDimensions: try keepsDimensions()))]
  }

  fileprivate func globalMaxPooling() throws(UnexpectedContent) -> [Part] {
    [Part(layer: GlobalMaxPooling2D(keepsDimensions: try keepsDimensions()))]
  }

  fileprivate func adaptiveAveragePooling() throws(UnexpectedContent) -> [Part] {
    try layer.requireChannelsLast()
    let size = try layer.pair("output_size")
    return [Part(layer: AdaptiveAveragePooling2D(height: size.0, width: size.1))]
  }

  fileprivate func adaptiveMaxPooling() throws(UnexpectedContent) -> [Part] {
    try layer.requireChannelsLast()
    let size = try layer.pair("output_size")
    return [Part(layer: AdaptiveMaxPooling2D(height: size.0, width: size.1))]
  }

  private func keepsDimensions() throws(UnexpectedContent) -> Bool {
    try layer.requireChannelsLast()
    return try layer.flag("keepdims", default: false)
  }

  private func poolingWindow() throws(UnexpectedContent) -> Window {
    let size = try layer.pair("pool_size", default: (2, 2))
    return try window(size: size, strides: try layer.pair("strides", default: size))
  }
}

extension KerasLayerWriting {
  fileprivate func maximum(_ layer: MaxPooling2D) throws(UnexpectedContent) -> [Written] {
    try pooling("MaxPooling2D", layer.window, .lowest)
  }

  fileprivate func average(_ layer: AveragePooling2D) throws(UnexpectedContent) -> [Written] {
    let area = layer.window.height * layer.window.width
    guard layer.divisor == nil || layer.divisor == area else {
      throw lacking("a mean over \(area) values", found: "a sum over \(layer.divisor ?? 0)")
    }
    return try pooling(
      "AveragePooling2D", layer.window,
      layer.countsPadding || layer.divisor != nil ? .countedZeros : .nothing)
  }

  private func pooling(_ className: String, _ window: Window, _ beyond: Beyond)
    throws(UnexpectedContent) -> [Written]
  {
    let (padding, isSame) = try framing(window, beyond)
    return padding + [
      Written(
        className: className,
        configuration: [
          "pool_size": Self.pair(window.height, window.width),
          "strides": Self.pair(window.strideHeight, window.strideWidth),
          "padding": .string(isSame ? "same" : "valid"), "data_format": Self.channelsLast,
        ])
    ]
  }

  fileprivate func globalAverage(_ layer: GlobalAveragePooling2D) throws(UnexpectedContent)
    -> [Written]
  {
    global("GlobalAveragePooling2D", keepsDimensions: layer.keepsDimensions)
  }

  fileprivate func globalMaximum(_ layer: GlobalMaxPooling2D) throws(UnexpectedContent)
    -> [Written]
  {
    global("GlobalMaxPooling2D", keepsDimensions: layer.keepsDimensions)
  }

  private func global(_ className: String, keepsDimensions: Bool) -> [Written] {
    [
      Written(
        className: className,
        configuration: ["keepdims": .bool(keepsDimensions), "data_format": Self.channelsLast])
    ]
  }

  fileprivate func adaptiveAverage(_ layer: AdaptiveAveragePooling2D) throws(UnexpectedContent)
    -> [Written]
  {
    adaptive("AdaptiveAveragePooling2D", layer.height, layer.width)
  }

  fileprivate func adaptiveMaximum(_ layer: AdaptiveMaxPooling2D) throws(UnexpectedContent)
    -> [Written]
  {
    adaptive("AdaptiveMaxPooling2D", layer.height, layer.width)
  }

  private func adaptive(_ className: String, _ height: Int, _ width: Int) -> [Written] {
    [
      Written(
        className: className,
        configuration: ["output_size": Self.pair(height, width), "data_format": Self.channelsLast])
    ]
  }
}
