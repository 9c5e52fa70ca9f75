/// A rectangle of pixels.
package struct PixelRectangle: Hashable, Sendable {
  package var x: Int
  package var y: Int
  package var width: Int
  package var height: Int

  package init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

/// A part of a picture, in the picture's memory.
struct PictureRegion {
  let picture: Picture
  let rectangle: PixelRectangle

  init(_ picture: Picture, _ rectangle: PixelRectangle? = nil) {
    let all = PixelRectangle(x: 0, y: 0, width: picture.width, height: picture.height)
    let rectangle = rectangle ?? all
    precondition(
      rectangle.x >= 0 && rectangle.y >= 0 && rectangle.width > 0 && rectangle.height > 0
        && rectangle.x + rectangle.width <= picture.width
        && rectangle.y + rectangle.height <= picture.height,
      "\(rectangle) of \(picture.width)×\(picture.height)")
    self.picture = picture
    self.rectangle = rectangle
  }

  var width: Int { rectangle.width }
  var height: Int { rectangle.height }

  func withPixels<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    picture.withPixels {
      body($0 + rectangle.y * picture.stride + rectangle.x * picture.channels)
    }
  }
}
