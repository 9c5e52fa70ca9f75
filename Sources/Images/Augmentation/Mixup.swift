/// Mixes a picture with another one, and their labels alike (Zhang et al., "mixup: beyond empirical
/// risk minimization", 2018).
///
/// Pictures are mixed, before any layer: features of a mixed picture are not a mixture of features.
/// The partner and the share are drawn from (seed, image, view) like all else, over all images and
/// not over a batch. A mixed view is therefore as repeatable as any other: its features can be cached
/// under (image, view), whatever the batch, and its label is always the same pair.
package struct Mixup: Hashable, Sendable {
  /// The image that it is mixed with; its own number where it is not.
  package let partner: Int
  /// The share of the image itself, 0.5…1; the rest is the partner's.
  package let share: Float

  /// Whether something is mixed.
  package var isMixed: Bool { share < 1 }

  private init(partner: Int, share: Float) {
    self.partner = partner
    self.share = share
  }

  /// An image alone.
  package static func nothing(with image: Int) -> Mixup { Mixup(partner: image, share: 1) }

  /// - Parameters:
  ///   - image: its number among `count`.
  ///   - count: images that partners are drawn from.
  package init(seed: UInt64, image: Int, view: Int, count: Int) {
    let numbers = ViewNumbers(seed: seed, image: image, view: view)
    partner = numbers.below(count, .partner)
    share = partner == image ? 1 : Self.share(numbers)
  }

  /// Beta(0.2, 0.2) by Jöhnk's method (1964), the larger share first: which of the two images is
  /// which does not matter, since every pair comes up both ways.
  private static func share(_ numbers: ViewNumbers) -> Float {
    // u^(1/0.2)
    func power(_ offset: Int) -> Double {
      let u = numbers.uniform(.share, offset)
      return u * u * u * u * u
    }
    for attempt in 0..<60 {
      let (a, b) = (power(2 * attempt), power(2 * attempt + 1))
      guard a + b > 0, a + b <= 1 else { continue }
      return Float(max(a, b) / (a + b))
    }
    return 1
  }
}
