/// xterm's 256 colours: 16 named ones, a 6×6×6 cube, 24 greys.
enum Palette {
  private static let named: [(UInt8, UInt8, UInt8)] = [
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0),
    (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0),
    (92, 92, 255), (255, 0, 255), (0, 255, 255), (255, 255, 255),
  ]
  private static let levels: [UInt8] = [0, 95, 135, 175, 215, 255]

  static func components(of index: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
    if index < 16 {
      let (red, green, blue) = named[Int(index)]
      return (red, green, blue)
    }
    if index >= 232 {
      let grey = 8 + (index - 232) * 10
      return (grey, grey, grey)
    }
    let cube = Int(index) - 16
    return (levels[cube / 36], levels[cube / 6 % 6], levels[cube % 6])
  }

  /// The nearest of the cube and the greys. The first 16 are left out: their owner may have changed
  /// them.
  static func nearest256(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    func level(_ value: UInt8) -> Int {
      value < 48 ? 0 : value < 115 ? 1 : min(5, (Int(value) - 35) / 40)
    }
    let cube = 16 + 36 * level(red) + 6 * level(green) + level(blue)
    let mean = (Int(red) + Int(green) + Int(blue)) / 3
    let grey = 232 + min(23, max(0, (mean - 3) / 10))
    let target = (red, green, blue)
    return distance(target, components(of: UInt8(cube)))
      <= distance(target, components(of: UInt8(grey))) ? UInt8(cube) : UInt8(grey)
  }

  /// The nearest of the 16 by eye: greys stay grey, colours keep their hue.
  static func nearest16(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let high = max(red, green, blue)
    let low = min(red, green, blue)
    let brightness = (Int(red) * 3 + Int(green) * 6 + Int(blue)) / 10
    if Int(high) - Int(low) < 40 || Int(high) < 48 {
      return brightness < 48 ? 0 : brightness < 150 ? 8 : brightness < 235 ? 7 : 15
    }
    // A channel counts as lit when it lies in the upper half between the lowest and the highest.
    let middle = (Int(high) + Int(low)) / 2
    let bits =
      (Int(red) > middle ? 1 : 0) + (Int(green) > middle ? 2 : 0) + (Int(blue) > middle ? 4 : 0)
    return UInt8(bits + (high > 170 ? 8 : 0))
  }

  /// The nearest of the 16 for a picture, where neighbours of a mixed colour take turns.
  /// - Parameter threshold: 0…1, of the place within a pattern (Bayer, 1973).
  static func dithered16(_ red: UInt8, _ green: UInt8, _ blue: UInt8, threshold: Double) -> UInt8 {
    let shift = Int((threshold - 0.5) * 48)
    func moved(_ value: UInt8) -> UInt8 { UInt8(min(255, max(0, Int(value) + shift))) }
    let target = (moved(red), moved(green), moved(blue))
    var best = (index: UInt8(0), distance: Int.max)
    for index in UInt8(0)..<16 {
      let distance = distance(target, components(of: index))
      if distance < best.distance { best = (index, distance) }
    }
    return best.index
  }

  private static func distance(
    _ a: (UInt8, UInt8, UInt8), _ b: (red: UInt8, green: UInt8, blue: UInt8)
  ) -> Int {
    let red = Int(a.0) - Int(b.red)
    let green = Int(a.1) - Int(b.green)
    let blue = Int(a.2) - Int(b.blue)
    return red * red * 3 + green * green * 6 + blue * blue
  }
}
