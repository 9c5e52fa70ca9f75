import Files
import Images

/// What is to be said of data that are trained on all the same.
package enum DatasetFinding: Hashable, Sendable, CustomStringConvertible {
  /// Classes of the training data that no validation picture has.
  case missingInValidation([String])
  case singlePicture([String])
  /// Class folders without a picture, which are no classes.
  case emptyClasses([String])
  /// Pictures that stand in training and in validation.
  case duplicates(count: Int, train: String, validation: String)
  /// Pictures beside class folders, which are left out.
  case beside(folder: String, count: Int, first: String)
  /// Pictures of a kind that is not read, left out.
  case unsupported(PictureKind, count: Int, first: String)
  /// Pictures that are broken, left out; the first with why.
  case unreadable(count: Int, first: String)
  /// Files among the pictures that are none, left out.
  case otherFiles(count: Int, first: String)
  /// Folders beside training and validation, left out.
  case otherFolders([String])
  /// Names that are no UTF-8, left out.
  case unsayableNames(count: Int, folder: String)
  /// Links to a folder that was listed already, not followed.
  case repeatedLinks(count: Int, first: String)
  /// The same line more than once in a list, taken once.
  case repeatedLines(count: Int, first: String)
  /// Nothing was set aside, so this share of each class is.
  case setAside(count: Int, of: Int)

  package var description: String {
    switch self {
    case .missingInValidation(let names):
      "no picture of \(Self.words(names)) to validate on"
    case .singlePicture(let names):
      "one picture only of \(Self.words(names)): it is trained on, and nothing validates it"
    case .emptyClasses(let names): "no picture in \(Self.words(names)): no class"
    case .duplicates(let count, let train, let validation):
      "\(pictures(count)) both trained on and validated on, such as \(printable(train)) and "
        + printable(validation)
    case .beside(let folder, let count, let first):
      "\(printable(folder)): \(pictures(count)) beside the class folders left out, such as "
        + printable(first)
    case .unsupported(let kind, let count, let first):
      "\(count) × \(kind.rawValue) left out, such as \(printable(first)); \(kind.wayOut)"
    case .unreadable(let count, let first):
      "\(pictures(count)) broken and left out, such as \(first)"
    case .otherFiles(let count, let first):
      "\(count == 1 ? "a file that is no picture" : "\(count) files that are no pictures") left "
        + "out, such as \(printable(first))"
    case .otherFolders(let names): "left out: \(Self.words(names))"
    case .unsayableNames(let count, let folder):
      "\(printable(folder)): \(count) names that are no UTF-8 left out"
    case .repeatedLinks(let count, let first):
      "\(count == 1 ? "a link" : "\(count) links") to folders that are listed already not "
        + "followed, such as \(printable(first))"
    case .repeatedLines(let count, let first):
      "\(pictures(count)) listed again, such as \(printable(first)): taken once"
    case .setAside(let count, let of):
      "no validation data: \(count) of \(pictures(of)) set aside, of every class alike"
    }
  }

  private func pictures(_ count: Int) -> String {
    count == 1 ? "1 picture" : "\(count) pictures"
  }

  private static func words(_ names: [String]) -> String {
    let shown = names.prefix(5).map { "'\(printable($0, limit: 60))'" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}
