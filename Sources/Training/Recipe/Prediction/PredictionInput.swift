import Datasets
import Files
import Images
import Network

/// Images to predict, as the network reads them.
package struct PredictionInput {
  package let path: String
  package let count: Int
  /// `[count, shape…]`
  package let values: [Float]

  /// Whether it is a picture, which `preparation` was applied to.
  package let isPrepared: Bool

  /// Reads a NumPy file as it is, or a file of IDX images as the network takes pictures.
  /// - Throws: `FileError`; `FormatError` where it is neither or of another size than `shape`.
  package init(path: String, shape: Shape, preparation: ImagePreparation) throws {
    let file = try InputFile(path: path)
    let magic = try file.bytes(at: 0, count: min(file.size, 6))
    let found: [Int]
    if magic == [0x93] + Array("NUMPY".utf8) {
      let array = try NumPyArray.read(path)
      (found, values, isPrepared) = (array.shape, array.values, false)
    } else if magic.starts(with: [0x1F, 0x8B]) || magic.starts(with: [0, 0, 8]) {
      // Bytes, and the numbers that they become.
      let images = try IDXFile.read(
        path, ranks: 3...4, bytesPerValue: 1 + MemoryLayout<Float>.stride
      ) { found in
        _ = try Self.count(of: found, shape: shape, path: path)
      }
      // One channel need not be said.
      let shape = images.shape.count == 3 ? images.shape + [1] : images.shape
      try RunData.check(preparation, fits: Array(shape.dropFirst()), path: path)
      (found, isPrepared) = (images.shape, true)
      values = [Float](unsafeUninitializedCapacity: images.values.count) { values, count in
        count = images.values.count
        guard count > 0, let table = PixelTable(preparation, channels: shape[3]) else { return }
        images.values.withUnsafeBufferPointer { bytes in
          table.write(bytes.baseAddress!, count: count, into: values.baseAddress!)
        }
      }
    } else {
      throw FormatError(
        path: path,
        expected: "pictures (JPEG, PNG, WebP), a NumPy file (.npy, float32) or IDX images",
        found: "none of these")
    }
    self.path = path
    count = try Self.count(of: found, shape: shape, path: path)
  }

  /// How many images an array holds.
  /// - Throws: `FormatError` where they are not of `shape`.
  private static func count(of found: [Int], shape: Shape, path: String) throws -> Int {
    // One channel need not be said.
    let dimensions = shape.dimensions
    let expected = dimensions.last == 1 ? [dimensions, dimensions.dropLast()] : [dimensions]
    guard let count = found.first, expected.contains(Array(found.dropFirst())) else {
      throw FormatError(
        path: path, expected: "an array of any number × \(shape)",
        found: found.isEmpty ? "a single value" : Shape(found).description)
    }
    return count
  }

  /// Whether a path is that of pictures in files of their own: a folder, or anything that is neither NumPy
  /// nor IDX, which reading it then tells.
  /// - Throws: `FileError`, `FormatError`.
  package static func isOfPictures(_ path: String) throws -> Bool {
    guard !Folder.exists(path) else { return true }
    let file = try InputFile(path: path)
    let start = try file.bytes(at: 0, count: min(file.size, PictureKind.signatureBytes))
    return PictureKind(of: start) != nil
  }

  /// Height and width of the images in a file; `nil` where it has none, which reading them tells.
  static func imageSize(of path: String) -> ImageSize? {
    guard let shape = shape(of: path), (3...4).contains(shape.count),
      shape.allSatisfy({ $0 > 0 })
    else { return nil }
    return ImageSize(height: shape[1], width: shape[2])
  }

  private static func shape(of path: String) -> [Int]? {
    struct ReadFarEnough: Error {}
    var shape: [Int]?
    _ = try? IDXFile.read(path, ranks: 3...4) { found in
      shape = found
      throw ReadFarEnough()
    }
    return shape ?? (try? NumPyArray.read(path))?.shape
  }
}
