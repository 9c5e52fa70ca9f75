import Images

/// Labelled images of one size, ready to be trained on. Callable from any thread.
package protocol ImageDataset: Sendable {
  /// `[height, width, channels]`
  var imageShape: [Int] { get }
  /// Names of the classes, in the order of their numbers.
  var classes: [String] { get }
  /// The class of each image, 0 ..< classes.count.
  var labels: [Int32] { get }

  /// Whether an image is the same each time it is read; not so with random augmentation.
  var isRepeatable: Bool { get }

  /// Writes image `index`, its channels last, as the network reads it.
  /// - Throws: what is wrong with an image that is read only now.
  func copyImage(_ index: Int, into pixels: UnsafeMutablePointer<Float>) throws

  /// The same images with other numbers for their pixels. What is no picture stays as it is.
  func entering(as range: PixelRange) -> any ImageDataset
}

extension ImageDataset {
  package var isRepeatable: Bool { true }

  package func entering(as range: PixelRange) -> any ImageDataset { self }

  package var count: Int { labels.count }

  /// Values of one image.
  package var imageCount: Int { imageShape.reduce(1, *) }

  /// Writes images `[indices.count, height, width, channels]` and their labels.
  ///
  /// - Parameter isWanted: by place: an image that is not stays unread, and its pixels as they were.
  package func copyBatch(
    _ indices: ArraySlice<Int>, into images: UnsafeMutablePointer<Float>,
    labels destination: UnsafeMutablePointer<Int32>, isWanted: [Bool]? = nil
  ) throws {
    let size = imageCount
    for (place, index) in indices.enumerated() {
      if isWanted?[place] ?? true { try copyImage(index, into: images + place * size) }
      destination[place] = labels[index]
    }
  }
}

/// Images of 8 bits a channel, all of them in memory.
package final class ByteImages: ImageDataset {
  package let imageShape: [Int]
  package let classes: [String]
  package let labels: [Int32]
  private let pixels: [UInt8]
  /// What each byte becomes.
  private let levels: [Float]

  /// - Parameter range: what pixels become.
  package init(
    imageShape: [Int], pixels: [UInt8], labels: [Int32], classes: [String],
    range: PixelRange = .unit
  ) {
    let size = imageShape.reduce(1, *)
    precondition(pixels.count == size * labels.count, "\(pixels.count) pixels")
    precondition(labels.allSatisfy { 0..<classes.count ~= Int($0) }, "a label without a class")
    self.imageShape = imageShape
    self.pixels = pixels
    self.labels = labels
    self.classes = classes
    levels = range.levels
  }

  package func copyImage(_ index: Int, into destination: UnsafeMutablePointer<Float>) {
    let size = imageCount
    pixels.withUnsafeBufferPointer { pixels in
      let image = UnsafeBufferPointer(rebasing: pixels[(index * size)..<((index + 1) * size)])
      levels.withUnsafeBufferPointer { levels in
        for i in 0..<size { destination[i] = levels[Int(image[i])] }
      }
    }
  }

  package func entering(as range: PixelRange) -> any ImageDataset {
    ByteImages(
      imageShape: imageShape, pixels: pixels, labels: labels, classes: classes, range: range)
  }
}

/// Some of the images of a data set.
package final class ImageSubset: ImageDataset {
  package let labels: [Int32]
  private let base: any ImageDataset
  private let indices: [Int]

  package var imageShape: [Int] { base.imageShape }
  package var classes: [String] { base.classes }
  package var isRepeatable: Bool { base.isRepeatable }

  /// - Parameter indices: images of `base`, in the order in which they stand in the subset.
  package init(of base: any ImageDataset, indices: [Int]) {
    self.base = base
    self.indices = indices
    let all = base.labels
    labels = indices.map { all[$0] }
  }

  package func copyImage(_ index: Int, into pixels: UnsafeMutablePointer<Float>) throws {
    try base.copyImage(indices[index], into: pixels)
  }

  package func entering(as range: PixelRange) -> any ImageDataset {
    ImageSubset(of: base.entering(as: range), indices: indices)
  }
}

/// The same images with other classes: those of a network that knows more than the data has.
package final class RelabelledImages: ImageDataset {
  package let labels: [Int32]
  package let classes: [String]
  private let base: any ImageDataset

  package var imageShape: [Int] { base.imageShape }
  package var isRepeatable: Bool { base.isRepeatable }

  /// - Parameter numbers: of each class of `base`, its number among `classes`.
  package convenience init(_ base: any ImageDataset, numbers: [Int], classes: [String]) {
    precondition(numbers.allSatisfy(classes.indices.contains), "\(numbers) of \(classes.count)")
    self.init(base, labels: base.labels.map { Int32(numbers[Int($0)]) }, classes: classes)
  }

  private init(_ base: any ImageDataset, labels: [Int32], classes: [String]) {
    self.base = base
    self.labels = labels
    self.classes = classes
  }

  package func copyImage(_ index: Int, into pixels: UnsafeMutablePointer<Float>) throws {
    try base.copyImage(index, into: pixels)
  }

  package func entering(as range: PixelRange) -> any ImageDataset {
    RelabelledImages(base.entering(as: range), labels: labels, classes: classes)
  }
}
