/// How a camera was held: what is to be done with the pixels as they are stored (Exif 2.32, tag 0x0112).
package enum Orientation: Int, CaseIterable, Sendable {
  case upright = 1
  case mirrored, upsideDown, flipped, transposed, clockwise, transversed, counterclockwise

  /// Whether width and height change places.
  package var swapsAxes: Bool { rawValue >= 5 }

  /// Where an upright pixel comes from: column by column and row by row, from the left or the right,
  /// from the top or the bottom.
  private var isFromRight: Bool {
    [.mirrored, .upsideDown, .transversed, .counterclockwise].contains(self)
  }
  private var isFromBottom: Bool {
    [.upsideDown, .flipped, .clockwise, .transversed].contains(self)
  }

  /// - Parameter tiff: what stands in an Exif segment, after `Exif\0\0` where that stands before it.
  /// - Returns: `nil` where it says nothing, or nothing that makes sense.
  init?(exif tiff: some Collection<UInt8>) {
    let bytes = Array(tiff)
    guard bytes.count >= 8 else { return nil }
    let isLittle = bytes[0] == UInt8(ascii: "I")
    guard bytes[0] == bytes[1], isLittle || bytes[0] == UInt8(ascii: "M") else { return nil }
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place >= 0, place + count <= bytes.count else { return nil }
      let part = bytes[place..<(place + count)]
      return (isLittle ? Array(part.reversed()) : Array(part)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else {
      return nil
    }
    for entry in 0..<count {
      let place = directory + 2 + 12 * entry
      guard let tag = number(place, 2) else { return nil }
      guard tag == 0x0112 else { continue }
      // One number of 16 bits; some write 32.
      guard let type = number(place + 2, 2), type == 3 || type == 4,
        let value = number(place + 8, type == 3 ? 2 : 4)
      else { return nil }
      self.init(rawValue: value)
      return
    }
    return nil
  }

  /// The picture as it was seen.
  func applied(to picture: Picture) -> Picture {
    guard self != .upright else { return picture }
    let channels = picture.channels
    let width = swapsAxes ? picture.height : picture.width
    let height = swapsAxes ? picture.width : picture.height
    // Steps in the stored picture for a step to the right and one down in the upright one.
    let column = isFromRight ? -channels : channels
    let row = isFromBottom ? -picture.stride : picture.stride
    let start =
      (isFromRight ? picture.stride - channels : 0)
      + (isFromBottom ? picture.stride * (picture.height - 1) : 0)
    let (right, down) = swapsAxes ? (row, column) : (column, row)
    return picture.withPixels { source in
      Picture(width: width, height: height, channels: channels) { target in
        var place = 0
        for y in 0..<height {
          var from = start + y * down
          for _ in 0..<width {
            for channel in 0..<channels { target[place + channel] = source[from + channel] }
            place += channels
            from += right
          }
        }
      }
    }
  }
}
