/// A picture of two pixels a cell, one above the other: in half blocks where there are colours, in
/// characters by their brightness where there are none. Pixels are not scaled: a picture that is larger
/// than its room is cut off.
package struct PixelPicture: Sendable, Equatable {
  package let width: Int
  package let height: Int
  /// Red, green, blue, row after row.
  private let bytes: [UInt8]

  /// - Returns: `nil` where there are not as many bytes as pixels need.
  package init?(width: Int, height: Int, bytes: [UInt8]) {
    guard width > 0, height > 0, bytes.count / 3 / width == height,
      bytes.count == width * height * 3
    else { return nil }
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  private typealias Pixel = (red: UInt8, green: UInt8, blue: UInt8)

  /// `nil` below the last row.
  private func pixel(_ x: Int, _ y: Int) -> Pixel? {
    guard y < height else { return nil }
    let place = 3 * (y * width + x)
    return (bytes[place], bytes[place + 1], bytes[place + 2])
  }

  /// Draws it in the middle.
  package func render(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let place = rect.centered(width: width, height: (height + 1) / 2)
    let isText = glyphs.level == .ascii || theme.depth == .none
    for row in 0..<place.height {
      for column in 0..<place.width {
        guard let above = pixel(column, 2 * row) else { continue }
        let below = pixel(column, 2 * row + 1)
        let (x, y) = (place.x + column, place.y + row)
        if isText {
          let mean = Self.mean(above, below ?? above)
          let text = Self.character(of: mean, theme)
          canvas.frame.put(
            text, width: 1, x: x, y: y,
            style: theme.depth == .none ? theme.text : Style(Self.text(mean, theme.depth)))
        } else {
          let upper = Self.color(above, theme.depth, x: column, y: 2 * row)
          let lower = below.map { Self.color($0, theme.depth, x: column, y: 2 * row + 1) }
          canvas.frame.put(
            upper == lower ? " " : "▀", width: 1, x: x, y: y,
            style: Style(upper, on: lower ?? .inherit))
        }
      }
    }
  }

  // MARK: - Colours

  /// Shares of a pattern of 4×4 places.
  private static let pattern: [Double] = [
    0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5,
  ].map { ($0 + 0.5) / 16 }

  private static func color(_ pixel: Pixel, _ depth: ColorDepth, x: Int, y: Int) -> Color {
    switch depth {
    case .trueColor: .rgb(pixel.red, pixel.green, pixel.blue)
    case .indexed256: .indexed(Palette.nearest256(pixel.red, pixel.green, pixel.blue))
    case .indexed16, .none:
      .indexed(
        Palette.dithered16(
          pixel.red, pixel.green, pixel.blue, threshold: pattern[y % 4 * 4 + x % 4]))
    }
  }

  // MARK: - Characters

  /// From the darkest to the brightest on a dark ground.
  private static let ramp = Array(" .:-=+*#%@").map(String.init)

  private static func character(of pixel: Pixel, _ theme: Theme) -> String {
    let brightness = (Int(pixel.red) * 299 + Int(pixel.green) * 587 + Int(pixel.blue) * 114) / 1000
    let step = brightness * ramp.count / 256
    // On a bright ground it is the ink that is dark.
    let isBright = theme.depth != .none && theme[.mainBg].luminance ?? 0 > 0.5
    return ramp[isBright ? ramp.count - 1 - step : step]
  }

  /// How bright it is the character says: the colour need not say it again, and be unreadable.
  private static func text(_ pixel: Pixel, _ depth: ColorDepth) -> Color {
    let most = max(pixel.red, pixel.green, pixel.blue, 1)
    func full(_ value: UInt8) -> UInt8 { UInt8(Int(value) * 255 / Int(most)) }
    return Color.rgb(full(pixel.red), full(pixel.green), full(pixel.blue)).reduced(to: depth)
  }

  private static func mean(_ a: Pixel, _ b: Pixel) -> Pixel {
    func mean(_ x: UInt8, _ y: UInt8) -> UInt8 { UInt8((Int(x) + Int(y)) / 2) }
    return (mean(a.red, b.red), mean(a.green, b.green), mean(a.blue, b.blue))
  }
}
