import Foundation
import Images
import JSON

/// What Keras' files have no place for and Thaw's exports keep beside: names of the classes, and how a
/// picture is prepared. In `metadata.json`, or an attribute of an HDF5 file's root; Keras passes over
/// both.
struct KerasExportNotes: Equatable {
  static let key = "thaw"

  var classNames: [String]?
  var preparation: ImagePreparation?

  init(classNames: [String]?, preparation: ImagePreparation?) {
    self.classNames = classNames
    self.preparation = preparation
  }

  /// What can be read of a value; strange parts are left out, as no weight depends on them.
  /// - Parameter file: which it stands in.
  init?(_ value: JSONValue, file: String) {
    let names = value["class_names"]?.array.map { $0.compactMap(\.string) }
    classNames = names?.count == value["class_names"]?.array?.count ? names : nil
    preparation = value["preparation"].flatMap { value in
      try? JSONDecoder().decode(ImagePreparation.self, from: Data(value.text.utf8))
    }
    guard classNames != nil || preparation != nil else { return nil }
  }

  var value: JSONValue {
    var members: [String: JSONValue] = [:]
    if let classNames { members["class_names"] = .array(classNames.map { .string($0) }) }
    if let preparation, let data = try? JSONEncoder().encode(preparation),
      let value = try? JSONValue.parse(Array(data))
    {
      members["preparation"] = value
    }
    return .object(members)
  }

  /// Puts what was kept into a model that was read.
  func complete(_ imported: inout ImportedModel) {
    if let classNames, classNames.count == imported.model.graph.outputShape.channels {
      imported.classNames = classNames
    }
    if let preparation, preparation.fits(channels: imported.model.graph.inputShape.channels) {
      imported.preparation = preparation
    }
  }
}
