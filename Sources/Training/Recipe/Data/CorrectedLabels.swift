import Datasets
import EngineInterface
import Files
import RunStore

/// The images of which a person has said something in a run, each with the class that it has with that: a
/// list to correct the data by.
package struct CorrectedLabels: Sendable {
  package struct Row: Sendable, Equatable {
    /// The image's file, or its name where it has none of its own.
    package let path: String
    package let label: String
    package let isLeftOut: Bool
  }

  package private(set) var rows: [Row] = []
  /// Names of images that the data do not have any more.
  package private(set) var missing: [String] = []

  /// Reads the run, and a list of its data.
  /// - Throws: `FileError`, `FormatError`, `DatasetError`.
  package init(of folder: RunFolder, demo: DemoFiles) throws {
    let corrections = try folder.details().settingsNow.corrections
    guard !corrections.isEmpty else { return }
    let recipe = try Recipe(of: folder, demo: demo)
    let data = try RunData(
      recipe.data ?? demo.path(), validation: recipe.validation,
      configuration: recipe.configuration)
    for correction in corrections.all {
      guard let image = data.image(correction.image) else {
        missing.append(correction.image.name)
        continue
      }
      rows.append(
        Row(
          path: image.path ?? correction.image.name, label: correction.label ?? image.label,
          isLeftOut: correction.isLeftOut))
    }
  }

  /// As a file: `path,label`, and where some are left out a column that says so.
  package var text: String {
    let hasLeftOut = rows.contains(where: \.isLeftOut)
    let lines =
      [["path", "label"] + (hasLeftOut ? ["left out"] : [])]
      + rows.map { [$0.path, $0.label] + (hasLeftOut ? [$0.isLeftOut ? "yes" : ""] : []) }
    return lines.map { CommaSeparated.line($0) + "\n" }.joined()
  }
}

extension RunData {
  /// An image's file and class, as the data have them; `nil` where they have no such image.
  fileprivate func image(_ image: ImageReference) -> (path: String?, label: String)? {
    switch self {
    case .images(let data):
      var finder = ImageFinder(data)
      guard let images = data[image.part], let place = finder.place(of: image) else { return nil }
      return (nil, data.classes[Int(images.labels[place])])
    case .pictures(let pictures):
      let source = image.part == .train ? pictures.train : pictures.validation
      guard let source else { return nil }
      let isThere =
        0..<source.count ~= image.index && source.name(image.index) == image.name
      let place =
        isThere ? image.index : (0..<source.count).first { source.name($0) == image.name }
      return place.map {
        (source.path($0), pictures.classes[Int(source.labels[$0])])
      }
    }
  }
}
