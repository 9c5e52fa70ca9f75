import Foundation
import Images
import Network

/// What layers that only scale and shift make of each channel: `x · scale + offset`.
struct AffineMap: Equatable {
  /// One pair for all channels, or one for each.
  private(set) var scale: [Double] = [1]
  private(set) var offset: [Double] = [0]

  /// The map with one more such layer behind it; `nil` where channels have been put together in
  /// between, and the two do not count them alike.
  func followed(by nextScale: [Double], _ nextOffset: [Double]) -> AffineMap? {
    let counts = Set([scale, offset, nextScale, nextOffset].map(\.count)).subtracting([1])
    guard counts.count <= 1, counts.first != 0 else { return nil }
    let channels = counts.first ?? 1
    func at(_ values: [Double], _ channel: Int) -> Double {
      values.count == 1 ? values[0] : values[channel]
    }
    var map = AffineMap()
    map.scale = (0..<channels).map { at(scale, $0) * at(nextScale, $0) }
    map.offset = (0..<channels).map { at(offset, $0) * at(nextScale, $0) + at(nextOffset, $0) }
    return map
  }

  private func pairs() -> [(scale: Double, offset: Double)] {
    let channels = max(scale.count, offset.count)
    return (0..<channels).map {
      (scale[scale.count == 1 ? 0 : $0], offset[offset.count == 1 ? 0 : $0])
    }
  }

  /// What becomes of a range, over all channels.
  func image(of range: PixelRange) -> (lowest: Double, highest: Double) {
    let ends = pairs().flatMap { pair in
      [range.lowest, range.highest].map { Double($0) * pair.scale + pair.offset }
    }
    return (ends.min() ?? 0, ends.max() ?? 0)
  }

  /// The range that the map expects; `nil` where its numbers do not tell.
  ///
  /// First by what people write by hand: a range that comes out as 0…1, −1…1, −½…½ or 0…255. Else
  /// the map is read as a standardisation, `(x − mean) / deviation`: the mean must lie within the
  /// range and the deviation be no more than half as wide as it, and of several ranges the one wins
  /// in which both lie where those of photographs do (ImageNet's: 0.45 and 0.23 of the width).
  var expectedPixels: PixelRange? { handwrittenPixels ?? standardizedPixels }

  var handwrittenPixels: PixelRange? {
    guard !isIdentity else { return nil }
    let targets = [(0.0, 1.0), (-1.0, 1.0), (-0.5, 0.5), (0.0, 255.0)]
    // A small shift leaves wide ranges nearly as they were, which says nothing.
    let scales = pairs().contains { abs($0.scale - 1) > 0.02 }
    return PixelRange.allCases.first { range in
      targets.contains { target in
        guard scales || target != (Double(range.lowest), Double(range.highest)) else {
          return false
        }
        // A division by 256 or 128 in the place of 255 or 127.5 counts as well.
        let tolerance = 0.012 * (target.1 - target.0)
        return pairs().allSatisfy { pair in
          let ends = [range.lowest, range.highest]
            .map { Double($0) * pair.scale + pair.offset }.sorted()
          return abs(ends[0] - target.0) <= tolerance && abs(ends[1] - target.1) <= tolerance
        }
      }
    }
  }

  private var standardizedPixels: PixelRange? {
    let pairs = pairs()
    guard !isIdentity,
      pairs.allSatisfy({ $0.scale != 0 && $0.scale.isFinite && $0.offset.isFinite })
    else { return nil }
    let count = Double(pairs.count)
    let mean = pairs.reduce(0) { $0 - $1.offset / $1.scale } / count
    let deviation = pairs.reduce(0) { $0 + 1 / abs($1.scale) } / count
    if pairs.allSatisfy({ abs($0.offset) < 1e-6 }) {
      // A factor alone: one that takes hundreds down, or one that takes ones up.
      return deviation > 10 ? .bytes : deviation < 0.1 ? .unit : nil
    }
    let onlyShifts = pairs.allSatisfy { abs(abs($0.scale) - 1) < 1e-6 }
    func distance(_ range: PixelRange) -> Double? {
      let width = Double(range.highest - range.lowest)
      let place = (mean - Double(range.lowest)) / width
      let share = deviation / width
      guard (0...1).contains(place), onlyShifts || share <= 0.51 else { return nil }
      return abs(place - 0.45) + (onlyShifts ? 0 : abs(log2(share / 0.27)))
    }
    let fitting = PixelRange.allCases.compactMap { range in distance(range).map { (range, $0) } }
    return fitting.min { $0.1 < $1.1 }?.0
  }

  private var isIdentity: Bool {
    pairs().allSatisfy { abs($0.scale - 1) < 1e-6 && abs($0.offset) < 1e-6 }
  }
}
