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
    let columns = Self.reflection(width)
    let rows = Self.reflection(height)
    return withPixels { source in
      Picture(width: width, height: height, channels: channels) { target in
        var place = 0
        for y in 0..<height {
          let down = Float(y) - middleY
          for x in 0..<width {
            let right = Float(x) - middleX
            let fromX = middleX + cosine * right + sine * down
            let fromY = middleY + cosine * down - sine * right
            let (left, top) = (fromX.rounded(.down), fromY.rounded(.down))
            let (shareX, shareY) = (fromX - left, fromY - top)
            let (x0, x1) = (columns(Int(left)), columns(Int(left) + 1))
            let (y0, y1) = (rows(Int(top)), rows(Int(top) + 1))
            for channel in 0..<channels {
              func value(_ x: Int, _ y: Int) -> Float {
                Float(source[y * stride + x * channels + channel])
              }
              let above = value(x0, y0) + (value(x1, y0) - value(x0, y0)) * shareX
              let below = value(x0, y1) + (value(x1, y1) - value(x0, y1)) * shareX
              target[place] = UInt8(above + (below - above) * shareY + 0.5)
              place += 1
            }
          }
        }
      }
    }
  }

  /// A place beyond an edge, mirrored there: −1 is 1.
  private static func reflection(_ length: Int) -> (Int) -> Int {
    guard length > 1 else { return { _ in 0 } }
    let period = 2 * (length - 1)
    return { place in
      if 0..<length ~= place { return place }
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
