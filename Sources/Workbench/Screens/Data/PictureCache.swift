import EngineInterface
import TerminalUI

/// Small pictures that have been had, each asked for once.
struct PictureCache: Sendable {
  enum Content: Sendable, Equatable {
    case picture(PixelPicture)
    /// Why it cannot be seen.
    case problem(String)
  }

  /// Beyond this those that are out of view go.
  private static let capacity = 600

  private var contents: [PictureWish: Content] = [:]
  private var pending: (id: RequestID, wishes: [PictureWish])?

  subscript(wish: PictureWish) -> Content? { contents[wish] }

  /// Those to be asked for; none while some are on their way.
  func missing(of wishes: [PictureWish]) -> [PictureWish] {
    guard pending == nil else { return [] }
    return wishes.filter { wish in
      contents[wish] == nil && PictureWish.sides ~= wish.width && PictureWish.sides ~= wish.height
    }
  }

  mutating func asked(_ id: RequestID, _ wishes: [PictureWish]) {
    pending = (id, wishes)
    guard contents.count + wishes.count > Self.capacity else { return }
    // What is on show is asked for again, and there is little of it.
    contents.removeAll(keepingCapacity: true)
  }

  /// - Returns: whether it was an answer to this.
  mutating func take(_ reply: Reply) -> Bool {
    guard let pending, pending.id == reply.id else { return false }
    self.pending = nil
    if case .failed(let words) = reply.answer {
      for wish in pending.wishes { contents[wish] = .problem(words) }
    }
    guard case .pictures(let thumbnails) = reply.answer else { return true }
    for (wish, thumbnail) in zip(pending.wishes, thumbnails) {
      let picture = PixelPicture(
        width: thumbnail.width, height: thumbnail.height, bytes: thumbnail.bytes)
      contents[wish] =
        picture.map(Content.picture) ?? .problem(thumbnail.problem ?? "there is no picture")
    }
    return true
  }
}
