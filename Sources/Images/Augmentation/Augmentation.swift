import Kernels

/// Random changes that a picture's name survives, each drawn from (seed, image, view): the same view
/// of an image is the same picture in every epoch, at any number of threads, and after a resume.
///
/// | | `flip` | `standard` | `strong` |
/// | --- | --- | --- | --- |
/// | mirrored | every other | every other | every other |
/// | cut: share of the area | – | 50–100 % | 20–100 % |
/// | cut: width to height, times the picture's own | – | 3:4 to 4:3 | 3:4 to 4:3 |
/// | turned | – | ±5° | ±15° |
/// | brightness, contrast, saturation, each times | – | 0.8–1.2 | 0.6–1.4 |
/// | a rectangle of 2–20 % erased | – | – | every fourth |
/// | mixed with another picture (`Mixup`) | – | – | all |
package struct Augmentation: Hashable, Sendable {
  /// What `--augment` offers.
  package enum Strength: String, Codable, CaseIterable, Sendable {
    case none, flip, standard, strong
  }

  package let strength: Strength
  /// Cut to this share of the area.
  let area: ClosedRange<Double>?
  /// Width to height of a cut, times the picture's own.
  let proportion: ClosedRange<Double>
  /// Turned by up to so many degrees either way.
  let degrees: Double
  /// Brightness, contrast and saturation are multiplied by 1 ± this.
  let colour: Double
  /// The share of pictures in which a rectangle is erased.
  let erasing: Double
  /// Its share of the area.
  let erasedArea = 0.02...0.2
  /// Whether pictures are mixed.
  package let mixes: Bool

  package init(_ strength: Strength) {
    self.strength = strength
    proportion = 3.0 / 4...4.0 / 3
    switch strength {
    case .none, .flip: (area, degrees, colour, erasing, mixes) = (nil, 0, 0, 0, false)
    case .standard: (area, degrees, colour, erasing, mixes) = (0.5...1, 5, 0.2, 0, false)
    case .strong: (area, degrees, colour, erasing, mixes) = (0.2...1, 15, 0.4, 0.25, true)
    }
  }

  /// What is done to pictures, in words and numbers; empty where nothing is.
  package var ranges: String {
    guard strength != .none else { return "" }
    func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }
    var words = ["mirrored"]
    if let area {
      words.append("cut to \(percent(area.lowerBound))–\(percent(area.upperBound)) %")
    }
    if degrees > 0 { words.append("turned ±\(Int(degrees))°") }
    if colour > 0 { words.append("colours ±\(percent(colour)) %") }
    if erasing > 0 { words.append("erased in \(percent(erasing)) %") }
    if mixes { words.append("mixed") }
    return words.joined(separator: ", ")
  }

  /// Draws one view of one image.
  /// - Parameter image: its number, which stays the same.
  package func view(_ view: Int, of image: Int, seed: UInt64) -> AugmentedView {
    AugmentedView(
      self, ViewNumbers(seed: seed, image: image, view: view), isPlain: strength == .none)
  }
}

/// The random numbers of one view of one image, by their purpose.
struct ViewNumbers {
  /// What each number is for, so that a range that changes moves no other number.
  enum Slot: Int {
    case flip, angle, brightness, contrast, saturation
    case erasing, erasedArea, erasedProportion, erasedX, erasedY
    /// Ten attempts of four numbers each.
    case cut = 16
    /// Partners, and attempts of two numbers each.
    case partner = 64
    case share = 66
  }

  /// Numbers of an image: those of the next begin after them.
  private static let count: UInt64 = 256
  private let stream: RandomStream
  private let first: UInt64

  init(seed: UInt64, image: Int, view: Int) {
    stream = RandomStream(seed: seed, purpose: .augmentation, step: UInt64(view))
    first = UInt64(image) * Self.count
  }

  /// In [0, 1).
  func uniform(_ slot: Slot, _ offset: Int = 0) -> Double {
    Double(stream.uniform(first + UInt64(slot.rawValue + offset)))
  }

  func uniform(_ slot: Slot, _ offset: Int = 0, in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform(slot, offset)
  }

  /// A whole number below `bound`.
  func below(_ bound: Int, _ slot: Slot) -> Int {
    let word =
      (UInt64(stream.bits(first + UInt64(slot.rawValue))) << 32)
      | UInt64(stream.bits(first + UInt64(slot.rawValue + 1)))
    return Int(word.multipliedFullWidth(by: UInt64(bound)).high)
  }
}
