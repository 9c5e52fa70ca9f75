import Files
import Images

/// Labelled pictures of any size, before a network says what it reads. Callable from any thread.
package protocol PictureSource: Sendable {
  /// The class of each picture.
  var labels: [Int32] { get }

  /// Reads a picture, upright.
  /// - Throws: `FileError`, `FormatError`, `PictureError`, `MemoryShortage`.
  func picture(_ index: Int) throws -> Picture

  /// What a person calls it: its path below the data's folder, or its number.
  func name(_ index: Int) -> String

  /// The file that it lies in; `nil` for one of many in a file.
  func path(_ index: Int) -> String?

  /// Some of them, in this order.
  func subset(_ indices: [Int]) -> any PictureSource
}

extension PictureSource {
  package var count: Int { labels.count }
}

/// Pictures in files of their own.
package final class PictureFiles: PictureSource {
  package let labels: [Int32]
  private let folder: String
  private let paths: PathTable
  /// Of each picture, its place in `paths`.
  private let places: [UInt32]

  /// - Parameters:
  ///   - folder: what the paths are below of.
  ///   - labels: of each path, its class.
  package convenience init(folder: String, paths: PathTable, labels: [Int32]) {
    precondition(paths.count == labels.count, "\(paths.count) paths, \(labels.count) labels")
    self.init(folder: folder, paths: paths, places: Array(0..<UInt32(paths.count)), labels: labels)
  }

  private init(folder: String, paths: PathTable, places: [UInt32], labels: [Int32]) {
    self.folder = folder
    self.paths = paths
    self.places = places
    self.labels = labels
  }

  package func picture(_ index: Int) throws -> Picture { try Picture.read(file(index)) }
  package func name(_ index: Int) -> String { paths[Int(places[index])] }
  package func path(_ index: Int) -> String? { file(index) }

  func file(_ index: Int) -> String {
    let name = name(index)
    return name.hasPrefix("/") ? name : joinPath(folder, name)
  }

  package func subset(_ indices: [Int]) -> any PictureSource { files(indices) }

  func files(_ indices: [Int]) -> PictureFiles {
    PictureFiles(
      folder: folder, paths: paths, places: indices.map { places[$0] },
      labels: indices.map { labels[$0] })
  }

  /// The same files with other numbers for their classes.
  func relabelled(_ number: (Int32) -> Int32) -> PictureFiles {
    PictureFiles(folder: folder, paths: paths, places: places, labels: labels.map(number))
  }
}

/// Pictures of one size, all of them in memory.
package final class PicturesInMemory: PictureSource {
  package let labels: [Int32]
  /// `[height, width, channels]`
  package let imageShape: [Int]
  private let pixels: [UInt8]
  private let places: [Int]

  /// - Parameter pixels: `[count, height, width, channels]`, of 1 or 3 channels.
  package convenience init(imageShape: [Int], pixels: [UInt8], labels: [Int32]) {
    precondition(
      pixels.count == imageShape.reduce(1, *) * labels.count, "\(pixels.count) pixels")
    self.init(
      imageShape: imageShape, pixels: pixels, places: Array(labels.indices), labels: labels)
  }

  private init(imageShape: [Int], pixels: [UInt8], places: [Int], labels: [Int32]) {
    self.imageShape = imageShape
    self.pixels = pixels
    self.places = places
    self.labels = labels
  }

  package func picture(_ index: Int) -> Picture {
    let size = imageShape.reduce(1, *)
    let start = places[index] * size
    return Picture(width: imageShape[1], height: imageShape[0], channels: imageShape[2]) { target in
      _ = target.update(fromContentsOf: pixels[start..<(start + size)])
    }
  }

  package func name(_ index: Int) -> String { "picture \(places[index])" }
  package func path(_ index: Int) -> String? { nil }

  package func subset(_ indices: [Int]) -> any PictureSource {
    PicturesInMemory(
      imageShape: imageShape, pixels: pixels, places: indices.map { places[$0] },
      labels: indices.map { labels[$0] })
  }
}
