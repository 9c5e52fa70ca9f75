import Network

extension KerasLayerTable {
  static let merging = [
    KerasLayerRow("Add", read: KerasLayerReading.add),
    KerasLayerRow("Subtract", read: KerasLayerReading.subtract),
    KerasLayerRow("Multiply", read: KerasLayerReading.multiply),
    KerasLayerRow("Average", read: KerasLayerReading.average),
    KerasLayerRow("Maximum", read: KerasLayerReading.maximum),
    KerasLayerRow("Minimum", read: KerasLayerReading.minimum),
    KerasLayerRow("CustomScaleLayer", read: KerasLayerReading.scaledSum),
    KerasLayerRow("Concatenate", read: KerasLayerReading.concatenate),
  ]
}

extension KerasLayerReading {
  fileprivate func add() throws(UnexpectedContent) -> [Part] { try merging.sum() }

  fileprivate func subtract() throws(UnexpectedContent) -> [Part] {
    try merging.merged(Subtract())
  }

  fileprivate func multiply() throws(UnexpectedContent) -> [Part] { try merging.product() }

  fileprivate func average() throws(UnexpectedContent) -> [Part] { try merging.merged(Average()) }

  fileprivate func maximum() throws(UnexpectedContent) -> [Part] { try merging.merged(Maximum()) }

  fileprivate func minimum() throws(UnexpectedContent) -> [Part] { try merging.merged(Minimum()) }

  /// InceptionResNetV2's.
  fileprivate func scaledSum() throws(UnexpectedContent) -> [Part] {
    try merging.scaledSum(Float(try layer.number("scale", default: 1)))
  }

  fileprivate func concatenate() throws(UnexpectedContent) -> [Part] {
    try layer.requireLastAxis(rank: rank)
    return [Part(layer: Concatenate())]
  }
}
