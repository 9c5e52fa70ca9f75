import Files
import Images
import Synchronization

/// Pictures as a network reads them: decoded, prepared and, for training, augmented each time that they
/// are asked for. Nothing of them is kept.
package final class PreparedPictures: ImageDataset {
  package let labels: [Int32]
  package let classes: [String]
  package let views: Int
  package let source: any PictureSource
  package let preparer: PicturePreparer
  package let augmentation: Augmentation
  private let seed: UInt64
  /// Partners that nothing is to be mixed with.
  private let leftOut: Set<Int>
  /// Partners that could not be read, with which nothing is mixed.
  private let unreadable = Mutex<Set<Int>>([])

  package var imageShape: [Int] { [preparer.height, preparer.width, preparer.channels] }
  package var isSlow: Bool { true }
  package var leavesOutUnreadable: Bool { true }
  package var pictures: (any PictureSource)? { source }
  package var preparation: ImagePreparation? { preparer.preparation }
  package var isFitted: Bool { true }

  /// - Parameter views: of each picture; 0: a new one each epoch.
  package convenience init(
    _ source: any PictureSource, classes: [String], preparer: PicturePreparer,
    augmentation: Augmentation = Augmentation(.none), views: Int = 1, seed: UInt64 = 0
  ) {
    self.init(
      source, classes: classes, preparer: preparer, augmentation: augmentation, views: views,
      seed: seed, leftOut: [])
  }

  private init(
    _ source: any PictureSource, classes: [String], preparer: PicturePreparer,
    augmentation: Augmentation, views: Int, seed: UInt64, leftOut: Set<Int>
  ) {
    precondition(views >= 0, "\(views) views")
    self.source = source
    self.classes = classes
    self.preparer = preparer
    self.augmentation = augmentation
    self.views = views
    self.seed = seed
    self.leftOut = leftOut
    labels = source.labels
  }

  package func copyImage(_ index: Int, view: Int, into pixels: UnsafeMutablePointer<Float>) throws {
    try copyUnmixed(index, view: view, into: pixels)
    guard let mixup = mixup(of: index, view: view), mixup.isMixed else { return }
    let count = imageCount
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { other in
      do {
        try copyUnmixed(mixup.partner, view: view, into: other.baseAddress!)
      } catch {
        // The image itself is whole. Its partner's own turn tells what is wrong with that.
        unreadable.withLock { _ = $0.insert(mixup.partner) }
        return
      }
      let rest = 1 - mixup.share
      for i in 0..<count { pixels[i] = pixels[i] * mixup.share + other[i] * rest }
    }
  }

  package func mixup(of index: Int, view: Int) -> Mixup? {
    guard augmentation.mixes else { return nil }
    let mixup = Mixup(seed: seed, image: index, view: view, count: count)
    let isMissing =
      leftOut.contains(mixup.partner) || unreadable.withLock { $0.contains(mixup.partner) }
    return isMissing ? .nothing(with: index) : mixup
  }

  package func name(_ index: Int) -> String { source.name(index) }

  private func copyUnmixed(_ index: Int, view: Int, into pixels: UnsafeMutablePointer<Float>) throws
  {
    let picture = try source.picture(index)
    guard augmentation.strength != .none else {
      preparer.write(picture, into: pixels)
      return
    }
    preparer.write(picture, augmentation.view(view, of: index, seed: seed), into: pixels)
  }

  package var unaugmented: any ImageDataset {
    PreparedPictures(source, classes: classes, preparer: preparer)
  }

  package func mixingNone(of images: Set<Int>) -> any ImageDataset {
    guard augmentation.mixes, images != leftOut else { return self }
    return PreparedPictures(
      source, classes: classes, preparer: preparer, augmentation: augmentation, views: views,
      seed: seed, leftOut: images)
  }
}
