import JSON
import Network

extension KerasLayerTable {
  static let merging = [
    KerasLayerRow(
      "Add", read: KerasLayerReading.add,
      write: KerasLayerWriter(Add.self, KerasLayerWriting.merging)),
    KerasLayerRow(
      "Subtract", read: KerasLayerReading.subtract,
      write: KerasLayerWriter(Subtract.self, KerasLayerWriting.merging)),
    KerasLayerRow(
      "Multiply", read: KerasLayerReading.multiply,
      write: KerasLayerWriter(Multiply.self, KerasLayerWriting.merging)),
    KerasLayerRow(
      "Average", read: KerasLayerReading.average,
      write: KerasLayerWriter(Average.self, KerasLayerWriting.merging)),
    KerasLayerRow(
      "Maximum", read: KerasLayerReading.maximum,
      write: KerasLayerWriter(Maximum.self, KerasLayerWriting.merging)),
    KerasLayerRow(
      "Minimum", read: KerasLayerReading.minimum,
      write: KerasLayerWriter(Minimum.self, KerasLayerWriting.merging)),
    KerasLayerRow("CustomScaleLayer", read: KerasLayerReading.scaledSum),
    KerasLayerRow(
      "Concatenate", read: KerasLayerReading.concatenate,
      write: KerasLayerWriter(Concatenate.self, KerasLayerWriting.concatenation)),
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

extension KerasLayerWriting {
  fileprivate func merging<Merging: Layer>(_ layer: Merging) throws(UnexpectedContent) -> [Written]
  {
    Self.plain(Merging.kind)
  }

  fileprivate func concatenation(_ layer: Concatenate) throws(UnexpectedContent) -> [Written] {
    [Written(className: "Concatenate", configuration: ["axis": .whole(-1)])]
  }
}
