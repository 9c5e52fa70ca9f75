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
  /// Partners that could not be read, with which nothing is mixed.
  private let unreadable = Mutex<Set<Int>>([])

  package var imageShape: [Int] { [preparer.height, preparer.width, preparer.channels] }
  package var isSlow: Bool { true }
  package var leavesOutUnreadable: Bool { true }

  /// - Parameter views: of each picture; 0: a new one each epoch.
  package init(
    _ source: any PictureSource, classes: [String], preparer: PicturePreparer,
    augmentation: Augmentation = Augmentation(.none), views: Int = 1, seed: UInt64 = 0
  ) {
    precondition(views >= 0, "\(views) views")
    self.source = source
    self.classes = classes
    self.preparer = preparer
    self.augmentation = augmentation
    self.views = views
    self.seed = seed
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
    return unreadable.withLock { $0.contains(mixup.partner) } ? .nothing(with: index) : mixup
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
}
