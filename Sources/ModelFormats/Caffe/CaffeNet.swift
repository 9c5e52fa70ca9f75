import Files
import Network
import SwiftProtobuf

/// One layer of a net, in the words of today's Caffe.
struct CaffeLayer {
  let name: String
  /// `Convolution`
  let type: String
  let bottoms: [String]
  let tops: [String]
  /// All that is said of it.
  let message: CaffeMessage
  /// Of each of its weights, how many times as fast it learns.
  let multipliers: [Float]

  /// `'conv1' (Convolution)`
  var label: String { "'\(printable(name, limit: 80))' (\(printable(type, limit: 60)))" }
}

/// A net as Caffe describes it, from text or from a file of weights, in any of its three generations.
struct CaffeNet {
  let message: CaffeMessage
  /// In the file's order, of all phases.
  private(set) var layers: [CaffeLayer]
  /// The weights that came with it, by layer and number: `conv1/0`.
  private(set) var tensorNames: [String] = []
  private(set) var tensors: [String: MessageTensor] = [:]
  /// `V0`, `V1` or nothing for today's.
  let generation: String

  /// Fields of `NetParameter`: layers of both kinds.
  private static let (oldLayers, layers) = (2, 100)
  /// Bytes of a description.
  private static let descriptionLimit = 1 << 24
  private static let layerLimit = 1 << 16

  /// - Throws: `UnexpectedContent`.
  init(text: [UInt8]) throws {
    message = try CaffeText.parse(text)
    let found = try message.fields.compactMap { field -> CaffeRawLayer? in
      guard field.name == "layer" || field.name == "layers" else { return nil }
      guard case .message(let layer) = field.value else {
        throw UnexpectedContent(expected: "a message as '\(field.name)'", found: "a value")
      }
      return CaffeRawLayer(message: layer, isOld: field.name == "layers")
    }
    (layers, generation) = try CaffeRawLayer.upgraded(found)
  }

  /// A prototxt.
  static func text(path: String) throws -> CaffeNet {
    let bytes = try InputFile.contents(of: path, limit: descriptionLimit)
    return try naming(path) { try CaffeNet(text: bytes) }
  }

  /// A file of weights, which holds the net that they were trained in.
  init(_ file: InputFile) throws {
    let walker = MessageWalker(file)
    let fields = try walker.fields(in: 0..<file.size)
    let isLayer: (MessageField) -> Bool = {
      $0.wire == 2 && ($0.number == Self.layers || $0.number == Self.oldLayers)
    }
    message = try Self.described(
      by: CaffeNetParameter.self, walker, fields.filter { !isLayer($0) })
    let messages = fields.filter(isLayer)
    guard messages.count <= Self.layerLimit else {
      throw UnexpectedContent(
        expected: "at most \(Self.layerLimit) layers", found: "\(messages.count)")
    }
    let found = try messages.map { field in
      field.number == Self.layers
        ? try Self.layer(walker, field.value) : try Self.oldLayer(walker, field.value)
    }
    (layers, generation) = try CaffeRawLayer.upgraded(found)
    for layer in found {
      guard let name = try layer.name else { continue }
      for (number, range) in layer.blobs.enumerated() {
        let key = Self.key(name, number)
        let tensor = try CaffeBlob.tensor(walker, at: range, name: key)
        // Caffe, too, takes a name's first.
        guard tensors[key] == nil else { continue }
        tensors[key] = tensor
        tensorNames.append(key)
      }
    }
  }

  static func key(_ layer: String, _ number: Int) -> String { "\(layer)/\(number)" }

  var archive: MessageArchive { MessageArchive(tensorNames: tensorNames, tensors: tensors) }

  /// The message as its own text says it: one reader knows both.
  private static func described<Message: SwiftProtobuf.Message>(
    by type: Message.Type, _ walker: MessageWalker, _ fields: [MessageField]
  ) throws -> CaffeMessage {
    let message: Message = try walker.message(fields, limit: descriptionLimit)
    return try CaffeText.parse(Array(message.textFormatString().utf8))
  }

  private static func layer(_ walker: MessageWalker, _ range: Range<Int>) throws -> CaffeRawLayer {
    let blobs = 7
    let fields = try walker.fields(in: range)
    return CaffeRawLayer(
      message: try described(
        by: CaffeLayerParameter.self, walker, fields.filter { $0.number != blobs }),
      isOld: false, blobs: fields.filter { $0.number == blobs && $0.wire == 2 }.map(\.value))
  }

  private static func oldLayer(_ walker: MessageWalker, _ range: Range<Int>) throws
    -> CaffeRawLayer
  {
    let (inner, blobs, innerBlobs) = (1, 6, 50)
    let fields = try walker.fields(in: range)
    let message = try described(
      by: CaffeV1LayerParameter.self, walker,
      fields.filter { $0.number != blobs && $0.number != inner })
    var stored = fields.filter { $0.number == blobs && $0.wire == 2 }.map(\.value)
    if let oldest = fields.last(where: { $0.number == inner && $0.wire == 2 }) {
      let parts = try walker.fields(in: oldest.value)
      let description = try described(
        by: CaffeV0LayerParameter.self, walker, parts.filter { $0.number != innerBlobs })
      message.append("layer", .message(description))
      stored += parts.filter { $0.number == innerBlobs && $0.wire == 2 }.map(\.value)
    }
    return CaffeRawLayer(message: message, isOld: true, blobs: stored)
  }
}
