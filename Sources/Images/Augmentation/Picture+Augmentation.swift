import Glibc

extension Picture {
  /// Left and right change places.
  package func mirrored() -> Picture { Orientation.mirrored.applied(to: self) }

  /// Turned clockwise about its middle, at the same size: bilinear, and what comes in from beyond an
  /// edge is mirrored there, so that no border tells how far it was turned.
  package func turned(_ degrees: Double) -> Picture {
    let angle = degrees * .pi / 180
    let (cosine, sine) = (Float(cos(angle)), Float(sin(angle)))
    let (middleX, middleY) = (Float(width - 1) / 2, Float(height - 1) / 2)
    // Nothing comes from farther away than the corners are from the middle.
    let reach = (width + height) / 2 + 2
    let columns = Self.reflection(width, reach: reach)
    let rows = Self.reflection(height, reach: reach)
    return withPixels { source in
      Picture(width: width, height: height, channels: channels) { target in
        columns.withUnsafeBufferPointer { columns in
          rows.withUnsafeBufferPointer { rows in
            var place = 0
            for y in 0..<height {
              let down = Float(y) - middleY
              for x in 0..<width {
                let right = Float(x) - middleX
                let fromX = middleX + cosine * right + sine * down
                let fromY = middleY + cosine * down - sine * right
                let (left, top) = (fromX.rounded(.down), fromY.rounded(.down))
                let (shareX, shareY) = (fromX - left, fromY - top)
                let (column, row) = (Int(left) + reach, Int(top) + reach)
                let above = source + rows[row] * stride
                let below = source + rows[row + 1] * stride
                let (first, second) = (columns[column] * channels, columns[column + 1] * channels)
                for channel in 0..<channels {
                  let (a, b) = (Float(above[first + channel]), Float(above[second + channel]))
                  let (c, d) = (Float(below[first + channel]), Float(below[second + channel]))
                  let high = a + (b - a) * shareX
                  let low = c + (d - c) * shareX
                  target[place] = UInt8(
                    truncatingIfNeeded: Int32(high + (low - high) * shareY + 0.5))
                  place += 1
                }
              }
            }
          }
        }
      }
    }
  }

  /// Of places from `-reach` on: where they are mirrored to at the edges, −1 to 1.
  private static func reflection(_ length: Int, reach: Int) -> [Int] {
    (-reach...(length + reach)).map { place in
      guard length > 1 else { return 0 }
      let period = 2 * (length - 1)
      let rest = ((place % period) + period) % period
      return min(rest, period - rest)
    }
  }

  /// Brightness, then contrast about the mean grey, then saturation about each pixel's own grey, as
  /// torchvision's `adjust_…` do it, on 8 bits after each.
  func recoloured(_ view: AugmentedView) -> Picture {
    guard view.brightness != 1 || view.contrast != 1 || view.saturation != 1 else { return self }
    let pixels = width * height
    // Each factor is applied through a table: a byte has 256 values.
    let bright = Self.table { Float(view.brightness) * $0 }
    let mean = withPixels { source -> Float in
      var sum = 0
      for place in 0..<(pixels * channels) where channels == 1 {
        sum += Int(bright[Int(source[place])])
      }
      for place in 0..<pixels where channels == 3 {
        sum += Self.grey(
          bright[Int(source[3 * place])], bright[Int(source[3 * place + 1])],
          bright[Int(source[3 * place + 2])])
      }
      // As Pillow: the mean in whole levels.
      return Float((2 * sum + pixels) / (2 * pixels))
    }
    let contrast = Float(view.contrast)
    let both = Self.table { value in
      (Float(bright[Int(value)]) - mean) * contrast + mean
    }
    let saturation = Float(view.saturation)
    return withPixels { source in
      Picture(width: width, height: height, channels: channels) { target in
        both.withUnsafeBufferPointer { both in
          guard channels == 3 else {
            for place in 0..<pixels { target[place] = both[Int(source[place])] }
            return
          }
          for place in 0..<pixels {
            let first = 3 * place
            let (red, green, blue) = (
              both[Int(source[first])], both[Int(source[first + 1])], both[Int(source[first + 2])]
            )
            let grey = Float(Self.grey(red, green, blue))
            target[first] = Self.byte((Float(red) - grey) * saturation + grey)
            target[first + 1] = Self.byte((Float(green) - grey) * saturation + grey)
            target[first + 2] = Self.byte((Float(blue) - grey) * saturation + grey)
          }
        }
      }
    }
  }

  /// With a rectangle of one colour.
  func erasing(_ rectangle: PixelRectangle, with colour: [UInt8]) -> Picture {
    withPixels { source in
      Picture(width: width, height: height, channels: channels) { target in
        target.baseAddress!.update(from: source, count: stride * height)
        for y in rectangle.y..<(rectangle.y + rectangle.height) {
          for x in rectangle.x..<(rectangle.x + rectangle.width) {
            for channel in 0..<channels {
              target[y * stride + x * channels + channel] = colour[channel]
            }
          }
        }
      }
    }
  }

  /// ITU-R 601-2, as Pillow has it.
  private static func grey(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int {
    (Int(red) * 19595 + Int(green) * 38470 + Int(blue) * 7471 + 0x8000) >> 16
  }

  private static func byte(_ value: Float) -> UInt8 {
    // Cut to whole levels, as Pillow does.
    UInt8(max(0, min(255, value)))
  }

  private static func table(_ value: (Float) -> Float) -> [UInt8] {
    (0...255).map { byte(value(Float($0))) }
  }
}
