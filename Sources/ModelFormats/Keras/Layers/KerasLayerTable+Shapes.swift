import JSON
import Network

extension KerasLayerTable {
  static let shapes = [
    KerasLayerRow("Flatten", read: KerasLayerReading.flatten),
    KerasLayerRow("Reshape", read: KerasLayerReading.reshape),
    KerasLayerRow("Permute", read: KerasLayerReading.permute),
    KerasLayerRow("ZeroPadding2D", read: KerasLayerReading.zeroPadding),
    KerasLayerRow("Cropping2D", read: KerasLayerReading.cropping),
  ]
}

extension KerasLayerReading {
  fileprivate func flatten() throws(UnexpectedContent) -> [Part] {
    try layer.requireChannelsLast()
    return [Part(layer: Flatten())]
  }

  fileprivate func reshape() throws(UnexpectedContent) -> [Part] {
    let value = layer["target_shape"]
    let dimensions = value?.list ?? []
    let target = dimensions.compactMap(\.integer)
    guard target.count == dimensions.count, (1...4).contains(target.count),
      target.allSatisfy({ $0 == -1 || (1...Shape.dimensionLimit).contains($0) }),
      target.count(where: { $0 == -1 }) <= 1
    else {
      throw layer.unexpected(
        value?.description ?? "none", expected: "1 to 4 whole numbers as 'target_shape'")
    }
    return [Part(layer: Reshape(target))]
  }

  /// Keras counts the batch as axis 0.
  fileprivate func permute() throws(UnexpectedContent) -> [Part] {
    let dimensions = layer["dims"]?.list ?? []
    let order = dimensions.compactMap(\.integer)
    guard !order.isEmpty, order.count == dimensions.count, order.sorted() == Array(1...order.count)
    else {
      throw layer.unexpected(
        layer["dims"]?.description ?? "none", expected: "each axis once, from 1 on, as 'dims'")
    }
    return [Part(layer: Permute(order.map { $0 - 1 }))]
  }

  fileprivate func zeroPadding() throws(UnexpectedContent) -> [Part] {
    [Part(layer: ZeroPadding2D(try borders("padding", default: 1)))]
  }

  fileprivate func cropping() throws(UnexpectedContent) -> [Part] {
    [Part(layer: Cropping2D(try borders("cropping", default: 0)))]
  }
}
