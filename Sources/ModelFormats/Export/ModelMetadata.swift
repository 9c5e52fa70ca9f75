import Files
import Foundation
import Images
import Network

/// What travels with weights in a safetensors file: names of the outputs and how pictures enter.
struct ModelMetadata {
  var classNames: [String]?
  var preparation: ImagePreparation?
  /// In its dialect's words.
  var architecture: String?

  private enum Key {
    static let classes = "thaw.classes"
    static let preparation = "thaw.preparation"
    static let architecture = "thaw.architecture"
  }

  private static let maximumBytes = 16 << 20

  init(classNames: [String]?, preparation: ImagePreparation?, architecture: String?) {
    self.classNames = classNames
    self.preparation = preparation
    self.architecture = architecture
  }

  /// - Throws: `FormatError` for what Thaw did not write so.
  init(_ metadata: [String: String], path: String) throws {
    func decoded<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value? {
      guard let text = metadata[key] else { return nil }
      guard text.utf8.count <= Self.maximumBytes,
        let value = try? JSONDecoder().decode(type, from: Data(text.utf8))
      else {
        throw FormatError(
          path: path, expected: "what Thaw writes as '\(key)'", found: printable(text, limit: 60))
      }
      return value
    }
    classNames = try decoded([String].self, Key.classes)
    preparation = try decoded(ImagePreparation.self, Key.preparation)
    architecture = metadata[Key.architecture]
    let origin = ImagePreparation.Origin.file(splitPath(path).name)
    preparation?.origin = origin
    preparation?.normalizationOrigin = origin
    preparation?.channelOrderOrigin = origin
    preparation?.fitOrigin = origin
    preparation?.interpolationOrigin = origin
  }

  /// As the header of a safetensors file has it.
  func strings() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func encoded(_ value: some Encodable) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    // What PyTorch's readers ask for.
    var metadata = ["format": "pt"]
    if let classNames { metadata[Key.classes] = try encoded(classNames) }
    if let preparation { metadata[Key.preparation] = try encoded(preparation) }
    if let architecture { metadata[Key.architecture] = architecture }
    return metadata
  }

  /// Gives a model what it says, as far as it fits.
  func apply(to imported: inout ImportedModel) {
    let outputs = imported.model.graph.outputShape.count
    // Both sides of one sigmoid have names.
    if let classNames, classNames.count == outputs || (outputs == 1 && classNames.count == 2) {
      imported.classNames = classNames
    }
    if let preparation,
      preparation.fits(channels: imported.model.graph.inputShape.dimensions.last ?? 0)
    {
      imported.preparation = preparation
    }
  }
}
