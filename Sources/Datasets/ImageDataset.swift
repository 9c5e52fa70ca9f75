import Files
import Images

/// Labelled images of one size, ready to be trained on. Callable from any thread.
package protocol ImageDataset: Sendable {
  /// `[height, width, channels]`
  var imageShape: [Int] { get }
  /// Names of the classes, in the order of their numbers.
  var classes: [String] { get }
  /// The class of each image, 0 ..< classes.count.
  var labels: [Int32] { get }

  /// How many views of each image there are, which epochs visit in turn; 0: a new one each epoch.
  var views: Int { get }

  /// Writes a view of image `index`, its channels last, as the network reads it. The same view of the
  /// same image is the same numbers each time.
  /// - Throws: what is wrong with an image that is read only now.
  func copyImage(_ index: Int, view: Int, into pixels: UnsafeMutablePointer<Float>) throws

  /// Whether a view of an image is the same each time it is read, and there is but one.
  var isRepeatable: Bool { get }

  /// What a view of an image is mixed with; `nil`: this data set mixes nothing.
  func mixup(of index: Int, view: Int) -> Mixup?

  /// Whether reading an image takes so long that several threads are worth it.
  var isSlow: Bool { get }

  /// Whether an image that cannot be read is left out, and not an error.
  var leavesOutUnreadable: Bool { get }

  /// What a person calls an image.
  func name(_ index: Int) -> String

  /// The images as pictures, whole and upright; `nil` for what are none.
  var pictures: (any PictureSource)? { get }

  /// How bytes become the numbers that the network reads; `nil`: nobody knows.
  var preparation: ImagePreparation? { get }
  /// Whether pictures are fitted to what the network reads; otherwise they enter in their own size.
  var isFitted: Bool { get }

  /// The same images as a validation would see them, in one view each.
  var unaugmented: any ImageDataset { get }

  /// The same images, of which some are not mixed into others.
  func mixingNone(of images: Set<Int>) -> any ImageDataset

  /// The same images as a network reads them that wants them prepared so: their pixels become other
  /// numbers, their size stays. What is no picture stays as it is.
  func entering(as preparation: ImagePreparation) -> any ImageDataset
}

extension ImageDataset {
  package var views: Int { 1 }
  package var isSlow: Bool { false }
  package var leavesOutUnreadable: Bool { false }
  /// Whether `error` is the fault of a single picture, which is left out.
  package func leavesOut(_ error: any Error) -> Bool {
    leavesOutUnreadable
      && (error is FileError || error is FormatError || error is PictureError)
  }
  package var pictures: (any PictureSource)? { nil }
  package var preparation: ImagePreparation? { nil }
  package var isFitted: Bool { false }
  package var unaugmented: any ImageDataset { self }
  package func mixingNone(of images: Set<Int>) -> any ImageDataset { self }

  package func mixup(of index: Int, view: Int) -> Mixup? { nil }
  package func name(_ index: Int) -> String { "image \(index)" }
  package func entering(as preparation: ImagePreparation) -> any ImageDataset { self }

  package var isRepeatable: Bool { views == 1 }

  /// Writes an image as it is in the first view.
  package func copyImage(_ index: Int, into pixels: UnsafeMutablePointer<Float>) throws {
    try copyImage(index, view: 0, into: pixels)
  }

  /// The view that an epoch visits.
  package func view(epoch: Int) -> Int { views == 0 ? epoch : epoch % views }

  package var count: Int { labels.count }

  /// Values of one image.
  package var imageCount: Int { imageShape.reduce(1, *) }
}

/// Images of 8 bits a channel, all of them in memory.
package final class ByteImages: ImageDataset {
  package let imageShape: [Int]
  package let classes: [String]
  package let labels: [Int32]
  private let pixels: [UInt8]
  private let table: PixelTable
  package let preparation: ImagePreparation?

  /// - Parameter preparation: what pixels become.
  /// - Precondition: `preparation` has as many numbers as the images have channels, or one for all.
  package init(
    imageShape: [Int], pixels: [UInt8], labels: [Int32], classes: [String],
    preparation: ImagePreparation = .assumed
  ) {
    let size = imageShape.reduce(1, *)
    precondition(pixels.count == size * labels.count, "\(pixels.count) pixels")
    precondition(labels.allSatisfy { 0..<classes.count ~= Int($0) }, "a label without a class")
    self.imageShape = imageShape
    self.pixels = pixels
    self.labels = labels
    self.classes = classes
    guard let table = PixelTable(preparation, channels: imageShape.last ?? 1) else {
      preconditionFailure("images of \(imageShape), \(preparation)")
    }
    self.table = table
    self.preparation = preparation
  }

  package func copyImage(
    _ index: Int, view: Int, into destination: UnsafeMutablePointer<Float>
  ) {
    let size = imageCount
    pixels[(index * size)..<((index + 1) * size)].withUnsafeBufferPointer { image in
      guard let start = image.baseAddress else { return }
      table.write(start, count: size, into: destination)
    }
  }

  package var pictures: (any PictureSource)? {
    guard imageShape.count == 3, [1, 3].contains(imageShape[2]) else { return nil }
    return PicturesInMemory(imageShape: imageShape, pixels: pixels, labels: labels)
  }

  package func entering(as preparation: ImagePreparation) -> any ImageDataset {
    ByteImages(
      imageShape: imageShape, pixels: pixels, labels: labels, classes: classes,
      preparation: preparation)
  }
}

/// Some of the images of a data set.
package final class ImageSubset: ImageDataset {
  package let labels: [Int32]
  private let base: any ImageDataset
  private let indices: [Int]

  package var imageShape: [Int] { base.imageShape }
  package var classes: [String] { base.classes }

  /// - Parameter indices: images of `base`, in the order in which they stand in the subset.
  package init(of base: any ImageDataset, indices: [Int]) {
    // A partner may be none of these.
    precondition(base.mixup(of: 0, view: 0) == nil, "a part of images that are mixed")
    self.base = base
    self.indices = indices
    let all = base.labels
    labels = indices.map { all[$0] }
  }

  package var views: Int { base.views }
  package var isRepeatable: Bool { base.isRepeatable }
  package var isSlow: Bool { base.isSlow }
  package var leavesOutUnreadable: Bool { base.leavesOutUnreadable }
  package var pictures: (any PictureSource)? { base.pictures?.subset(indices) }

  package var preparation: ImagePreparation? { base.preparation }
  package var isFitted: Bool { base.isFitted }
  package func name(_ index: Int) -> String { base.name(indices[index]) }
  package var unaugmented: any ImageDataset {
    ImageSubset(of: base.unaugmented, indices: indices)
  }

  package func copyImage(
    _ index: Int, view: Int, into pixels: UnsafeMutablePointer<Float>
  ) throws {
    try base.copyImage(indices[index], view: view, into: pixels)
  }

  package func entering(as preparation: ImagePreparation) -> any ImageDataset {
    ImageSubset(of: base.entering(as: preparation), indices: indices)
  }
}

/// The same images with other classes: those of a network that knows more than the data has.
package final class RelabelledImages: ImageDataset {
  package let labels: [Int32]
  package let classes: [String]
  private let base: any ImageDataset

  package var imageShape: [Int] { base.imageShape }

  /// - Parameter numbers: of each class of `base`, its number among `classes`.
  package convenience init(_ base: any ImageDataset, numbers: [Int], classes: [String]) {
    precondition(numbers.allSatisfy(classes.indices.contains), "\(numbers) of \(classes.count)")
    self.init(base, labels: base.labels.map { Int32(numbers[Int($0)]) }, classes: classes)
  }

  /// - Parameter corrections: of some images, the class that they have in truth.
  package convenience init(_ base: any ImageDataset, corrections: [Int: Int32]) {
    var labels = base.labels
    for (image, label) in corrections {
      precondition(base.classes.indices ~= Int(label), "class \(label)")
      labels[image] = label
    }
    self.init(base, labels: labels, classes: base.classes)
  }

  private init(_ base: any ImageDataset, labels: [Int32], classes: [String]) {
    self.base = base
    self.labels = labels
    self.classes = classes
  }

  package var views: Int { base.views }
  package var isRepeatable: Bool { base.isRepeatable }
  package var isSlow: Bool { base.isSlow }
  package var leavesOutUnreadable: Bool { base.leavesOutUnreadable }
  package var pictures: (any PictureSource)? { base.pictures }

  package var preparation: ImagePreparation? { base.preparation }
  package var isFitted: Bool { base.isFitted }
  package func mixup(of index: Int, view: Int) -> Mixup? { base.mixup(of: index, view: view) }
  package func name(_ index: Int) -> String { base.name(index) }
  package var unaugmented: any ImageDataset {
    RelabelledImages(base.unaugmented, labels: labels, classes: classes)
  }
  package func mixingNone(of images: Set<Int>) -> any ImageDataset {
    RelabelledImages(base.mixingNone(of: images), labels: labels, classes: classes)
  }

  package func copyImage(
    _ index: Int, view: Int, into pixels: UnsafeMutablePointer<Float>
  ) throws {
    try base.copyImage(index, view: view, into: pixels)
  }

  package func entering(as preparation: ImagePreparation) -> any ImageDataset {
    RelabelledImages(base.entering(as: preparation), labels: labels, classes: classes)
  }
}
