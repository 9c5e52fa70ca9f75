import Kernels
import Network

extension KerasLayerTable {
  static let pooling = [
    KerasLayerRow("MaxPooling2D", "MaxPool2D", read: KerasLayerReading.maxPooling),
    KerasLayerRow("AveragePooling2D", "AvgPool2D", read: KerasLayerReading.averagePooling),
    KerasLayerRow(
      "GlobalAveragePooling2D", "GlobalAvgPool2D", read: KerasLayerReading.globalAveragePooling),
    KerasLayerRow(
      "GlobalMaxPooling2D", "GlobalMaxPool2D", read: KerasLayerReading.globalMaxPooling),
    KerasLayerRow("AdaptiveAveragePooling2D", read: KerasLayerReading.adaptiveAveragePooling),
    KerasLayerRow("AdaptiveMaxPooling2D", read: KerasLayerReading.adaptiveMaxPooling),
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
