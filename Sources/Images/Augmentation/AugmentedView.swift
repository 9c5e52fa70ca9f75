import Glibc
import Kernels

/// One view of an image: what is done to it, ready to be done.
package struct AugmentedView: Sendable {
  package let isMirrored: Bool
  /// Clockwise.
  package let degrees: Double
  package let brightness: Double
  package let contrast: Double
  package let saturation: Double

  private let augmentation: Augmentation
  private let numbers: ViewNumbers
  private let isPlain: Bool

  init(_ augmentation: Augmentation, _ numbers: ViewNumbers, isPlain: Bool) {
    self.augmentation = augmentation
    self.numbers = numbers
    self.isPlain = isPlain
    isMirrored = !isPlain && numbers.uniform(.flip) < 0.5
    degrees = numbers.uniform(.angle, in: -augmentation.degrees...augmentation.degrees)
    let colours = (1 - augmentation.colour)...(1 + augmentation.colour)
    brightness = numbers.uniform(.brightness, in: colours)
    contrast = numbers.uniform(.contrast, in: colours)
    saturation = numbers.uniform(.saturation, in: colours)
  }

  /// The part of a picture that is seen; `nil`: what the preparation sees of it.
  ///
  /// As torchvision's `RandomResizedCrop`: ten attempts at an area and proportions that fit, then the
  /// largest middle part whose proportions may be.
  package func cut(width: Int, height: Int) -> PixelRectangle? {
    guard let areas = augmentation.area else { return nil }
    let all = Double(width) * Double(height)
    let own = Double(width) / Double(height)
    let proportions =
      log(augmentation.proportion.lowerBound)...log(augmentation.proportion.upperBound)
    for attempt in 0..<10 {
      let offset = 4 * attempt
      let area = all * numbers.uniform(.cut, offset, in: areas)
      let proportion = own * exp(numbers.uniform(.cut, offset + 1, in: proportions))
      let across = Int((area * proportion).squareRoot().rounded())
      let down = Int((area / proportion).squareRoot().rounded())
      guard 1...width ~= across, 1...height ~= down else { continue }
      return PixelRectangle(
        x: Int(numbers.uniform(.cut, offset + 2) * Double(width - across + 1)),
        y: Int(numbers.uniform(.cut, offset + 3) * Double(height - down + 1)), width: across,
        height: down)
    }
    return PixelRectangle(x: 0, y: 0, width: width, height: height)
  }

  /// The rectangle that is erased of what the network reads.
  package func erased(width: Int, height: Int) -> PixelRectangle? {
    guard numbers.uniform(.erasing) < augmentation.erasing else { return nil }
    let area =
      Double(width) * Double(height) * numbers.uniform(.erasedArea, in: augmentation.erasedArea)
    let proportion = exp(numbers.uniform(.erasedProportion, in: log(0.3)...log(1 / 0.3)))
    let across = min(width, max(1, Int((area * proportion).squareRoot().rounded())))
    let down = min(height, max(1, Int((area / proportion).squareRoot().rounded())))
    return PixelRectangle(
      x: Int(numbers.uniform(.erasedX) * Double(width - across + 1)),
      y: Int(numbers.uniform(.erasedY) * Double(height - down + 1)), width: across, height: down)
  }

  /// Whether bytes stay what the preparation makes of them, but for a mirror.
  var changesNothing: Bool { isPlain || augmentation.strength == .flip }
}

extension PicturePreparer {
  /// The view of a picture as the network sees it, before bytes become numbers: red first.
  package func fitted(_ picture: Picture, _ view: AugmentedView) -> Picture {
    var seen: Picture
    if let cut = view.cut(width: picture.width, height: picture.height) {
      let own = picture.withChannels(channels, beforeResizing: true)
      seen = own.resized(cut, width: width, height: height, preparation.interpolation)
        .withChannels(channels)
    } else {
      seen = fitted(picture)
    }
    if view.isMirrored { seen = seen.mirrored() }
    guard !view.changesNothing else { return seen }
    if view.degrees != 0 { seen = seen.turned(view.degrees) }
    seen = seen.recoloured(view)
    return view.erased(width: width, height: height).map { seen.erasing($0, with: erasure) } ?? seen
  }

  /// Writes a view of a picture: `[height, width, channels]`.
  package func write(
    _ picture: Picture, _ view: AugmentedView, into values: UnsafeMutablePointer<Float>
  ) {
    enter(fitted(picture, view), into: values)
  }

  /// What is put where a rectangle is erased: the mean, or grey where there is none.
  private var erasure: [UInt8] {
    let colour =
      preparation.mean.isEmpty
      ? [UInt8](repeating: 128, count: channels) : preparation.border(channels: channels)
    return preparation.channelOrder == .bgr ? colour.reversed() : colour
  }
}
