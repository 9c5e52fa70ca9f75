import Datasets
import Kernels

/// Images of noise: as much work as any others.
final class RandomImages: ImageDataset {
  let imageShape: [Int]
  let classes: [String]
  let labels: [Int32]
  private let pixels: [UInt8]

  init(count: Int, shape: [Int], classes: Int) {
    let random = RandomStream(seed: 0, purpose: .test)
    imageShape = shape
    self.classes = (0..<classes).map(String.init)
    labels = (0..<count).map { Int32(random.bits(UInt64($0)) % UInt32(classes)) }
    // A few images' worth, which all images share: a thousand would fill the memory.
    let size = shape.reduce(1, *)
    pixels = (0..<size + Self.shift * count).map { UInt8(random.bits(UInt64($0)) >> 24) }
  }

  /// From where one image begins to where the next does.
  private static let shift = 64

  func copyImage(_ index: Int, view: Int, into destination: UnsafeMutablePointer<Float>) {
    for i in 0..<imageCount { destination[i] = Float(pixels[index * Self.shift + i]) / 255 }
  }
}
