import Foundation
import Images

/// What Thaw's own exports say beside the graph: names of classes, and how a picture is prepared.
struct ONNXMetadata {
  static let classNamesKey = "thaw.class_names"
  static let preparationKey = "thaw.preparation"

  private let entries: [String: String]

  /// Longer ones are no list of names.
  private static let limit = 1 << 24

  init(_ message: ONNXModelProto) {
    entries = Dictionary(
      message.metadataProps.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// As many names as there are outputs, or none.
  func classNames(count: Int) -> [String]? {
    guard let names: [String] = value(Self.classNamesKey), names.count == count else { return nil }
    return names
  }

  func preparation(channels: Int) -> ImagePreparation? {
    guard let preparation: ImagePreparation = value(Self.preparationKey),
      preparation.fits(channels: channels)
    else { return nil }
    return preparation
  }

  private func value<Value: Decodable>(_ key: String) -> Value? {
    guard let text = entries[key], text.utf8.count <= Self.limit else { return nil }
    return try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
  }

  /// The entries that an export has.
  static func entries(
    classNames: [String]?, preparation: ImagePreparation
  ) throws -> [ONNXStringStringEntryProto] {
    func entry(_ key: String, _ value: some Encodable) throws -> ONNXStringStringEntryProto {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      var entry = ONNXStringStringEntryProto()
      entry.key = key
      entry.value = String(decoding: try encoder.encode(value), as: UTF8.self)
      return entry
    }
    return try (classNames.map { [try entry(classNamesKey, $0)] } ?? [])
      + [try entry(preparationKey, preparation)]
  }
}
