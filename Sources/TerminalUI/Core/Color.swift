/// A colour as a cell or a style names it.
package enum Color: Hashable, Sendable {
  /// In a style: leave the colour that is there. Never in a cell.
  case inherit
  /// What the terminal shows by default.
  case terminal
  case rgb(UInt8, UInt8, UInt8)
  /// One of the terminal's own 256; the first 16 look as its owner set them up.
  case indexed(UInt8)

  /// `0xRRGGBB`.
  package init(hex: UInt32) {
    self = .rgb(UInt8(hex >> 16 & 0xff), UInt8(hex >> 8 & 0xff), UInt8(hex & 0xff))
  }

  /// Red, green and blue where the colour has such; the terminal's default has none.
  package var components: (red: UInt8, green: UInt8, blue: UInt8)? {
    switch self {
    case .inherit, .terminal: nil
    case .rgb(let red, let green, let blue): (red, green, blue)
    case .indexed(let index): Palette.components(of: index)
    }
  }

  /// The way from this colour to another: `share` 0 gives this one, 1 the other. Where one of them
  /// is the terminal's default, the nearer end.
  package func mixed(with other: Color, share: Double) -> Color {
    guard let from = components, let to = other.components else {
      return share < 0.5 ? self : other
    }
    let share = min(max(share.isNaN ? 0 : share, 0), 1)
    func blend(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8(min(255, max(0, (Double(a) + (Double(b) - Double(a)) * share).rounded())))
    }
    return .rgb(blend(from.red, to.red), blend(from.green, to.green), blend(from.blue, to.blue))
  }

  /// Relative luminance (WCAG 2.1), 0…1; `nil` for the terminal's default.
  package var luminance: Double? {
    guard let (red, green, blue) = components else { return nil }
    func linear(_ value: UInt8) -> Double {
      let share = Double(value) / 255
      guard share > 0.03928 else { return share / 12.92 }
      let base = (share + 0.055) / 1.055
      // 2.4th power without Foundation: x² · x^(2/5), the fifth root by Newton's method.
      var root = 1.0
      for _ in 0..<24 { root = (4 * root + base * base / (root * root * root * root)) / 5 }
      return base * base * root
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// The nearest colour that a terminal of this depth can show.
  package func reduced(to depth: ColorDepth) -> Color {
    switch (self, depth) {
    case (.inherit, _), (.terminal, _): self
    case (_, .none): .terminal
    case (.rgb, .trueColor), (.indexed, .trueColor), (.indexed, .indexed256): self
    case (.rgb(let red, let green, let blue), .indexed256):
      .indexed(Palette.nearest256(red, green, blue))
    case (.indexed(let index), .indexed16) where index < 16: self
    case (_, .indexed16):
      components.map { .indexed(Palette.nearest16($0.red, $0.green, $0.blue)) } ?? self
    }
  }
}

/// How many colours a terminal shows.
package enum ColorDepth: Int, Sendable, Comparable, CaseIterable {
  case none, indexed16, indexed256, trueColor

  package static func < (a: ColorDepth, b: ColorDepth) -> Bool { a.rawValue < b.rawValue }
}
