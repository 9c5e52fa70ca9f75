import Datasets
import Files
import Network

/// Images to predict, as the network reads them.
struct PredictionInput {
  let path: String
  let count: Int
  /// `[count, shape…]`
  let values: [Float]

  /// Reads a NumPy file as it is, or a file of IDX images, whose pixels are divided by 255.
  /// - Throws: `FileError`; `FormatError` where it is neither or of another size than `shape`.
  init(path: String, shape: Shape) throws {
    let found: [Int]
    (found, values) = try Self.read(path)
    // One channel need not be said.
    let dimensions = shape.dimensions
    let expected = dimensions.last == 1 ? [dimensions, dimensions.dropLast()] : [dimensions]
    guard let count = found.first, expected.contains(Array(found.dropFirst())) else {
      throw FormatError(
        path: path, expected: "an array of any number × \(shape)",
        found: found.isEmpty ? "a single value" : Shape(found).description)
    }
    self.path = path
    self.count = count
  }

  /// Height and width of the images in a file; `nil` where it has none, which reading them tells.
  static func imageSize(of path: String) -> ImageSize? {
    guard let shape = try? read(path).shape, (3...4).contains(shape.count),
      shape.allSatisfy({ $0 > 0 })
    else { return nil }
    return ImageSize(height: shape[1], width: shape[2])
  }

  private static func read(_ path: String) throws -> (shape: [Int], values: [Float]) {
    let file = try InputFile(path: path)
    let magic = try file.bytes(at: 0, count: min(file.size, 6))
    if magic == [0x93] + Array("NUMPY".utf8) {
      let array = try NumPyArray.read(path)
      return (array.shape, array.values)
    }
    guard magic.starts(with: [0x1F, 0x8B]) || magic.starts(with: [0, 0, 8]) else {
      throw FormatError(
        path: path, expected: "a NumPy file (.npy, float32) or IDX images", found: "neither")
    }
    let images = try IDXFile.read(path, ranks: 3...4)
    return (images.shape, images.values.map { Float($0) / 255 })
  }
}
