/// A small picture that is wanted of an image.
package struct PictureWish: Sendable, Codable, Hashable {
  package enum Look: Sendable, Codable, Hashable {
    /// As it is stored, upright.
    case stored
    /// As the network sees it, in colours that can be seen; not augmented.
    case prepared
    /// The same of one of the views that training visits, from 0.
    case view(Int)
  }

  package var part: DataPart
  package var index: Int
  package var look: Look
  /// The room there is, in pixels: a picture fills it one way, and is in proportion.
  package var width: Int
  package var height: Int

  package init(part: DataPart, index: Int, look: Look, width: Int, height: Int) {
    self.part = part
    self.index = index
    self.look = look
    self.width = width
    self.height = height
  }

  /// Pixels of a side.
  package static let sides = 1...1024
  /// Wishes in one question.
  package static let limit = 64
}

/// A small picture.
package struct Thumbnail: Sendable, Codable, Equatable {
  package var wish: PictureWish
  package var width = 0
  package var height = 0
  /// Red, green, blue, row after row; empty where it cannot be read.
  package var bytes: [UInt8] = []
  /// Why it cannot be read, in the error's words.
  package var problem: String?

  package init(_ wish: PictureWish, width: Int, height: Int, bytes: [UInt8]) {
    self.wish = wish
    self.width = width
    self.height = height
    self.bytes = bytes
  }

  package init(_ wish: PictureWish, problem: String) {
    self.wish = wish
    self.problem = problem
  }
}
