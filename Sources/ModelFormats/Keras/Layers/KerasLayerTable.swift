/// Every class of Keras' that Thaw knows beside operations, one row each, by family in the files beside
/// this one.
enum KerasLayerTable {
  /// By each of a class's names.
  static let rows: [String: KerasLayerRow] = Dictionary(
    uniqueKeysWithValues: families.joined().flatMap { row in row.classNames.map { ($0, row) } })

  /// By the kind of our layers that they write.
  static let writers: [String: KerasLayerWriter] = Dictionary(
    uniqueKeysWithValues: families.joined().compactMap(\.writer).map { ($0.kind, $0) })

  private static let families = [
    convolutions, pooling, normalizations, core, activations, merging, shapes, images, dropped,
  ]
}

/// One class of Keras' layers: its names, its weights, and how it becomes layers of ours.
struct KerasLayerRow: Sendable {
  typealias Read =
    @Sendable (KerasLayerReading) -> () throws(UnexpectedContent) -> [KerasLayerBuilder.Part]

  /// What today's Keras calls it, then what others did.
  let classNames: [String]
  /// In Keras' order, which a layer leaves out those of that it does not have.
  let weights: [KerasWeight]
  /// Why it is left out, where it changes nothing once a network is trained.
  var reasonForDropping: String?
  let read: Read
  /// Writes layers of ours as this class.
  let writer: KerasLayerWriter?

  init(
    _ classNames: String..., weights: [KerasWeight] = [], read: @escaping Read,
    write writer: KerasLayerWriter? = nil
  ) {
    self.classNames = classNames
    self.weights = weights
    self.read = read
    self.writer = writer
  }

  /// The parts that were read, with what their parameters are called in files.
  func named(_ parts: [KerasLayerBuilder.Part]) -> [KerasLayerBuilder.Part] {
    var named = parts
    for weight in weights where parts.indices.contains(weight.part) {
      guard let parameter = weight.parameter else { continue }
      named[weight.part].fileNames[parameter] = weight.names
    }
    return named
  }
}

/// One weight of a class: what versions of Keras call it, and which parameter of ours it is.
struct KerasWeight: Sendable {
  let names: [String]
  /// Of which of the layers that the class becomes.
  let part: Int
  /// `nil` for a constant of ours.
  let parameter: String?

  init(_ names: String..., part: Int = 0, is parameter: String?) {
    self.names = names
    self.part = part
    self.parameter = parameter
  }

  /// One that is called as it is here.
  init(_ name: String, part: Int = 0) {
    self.init(name, part: part, is: name)
  }

  static let bias = KerasWeight("bias")
}
