import EngineInterface

/// The list of images on show, a page at a time.
///
/// Lists that a validation makes anew, such as the worst, stand still while they are looked at: what is under
/// the hand must not move. They are had again when they are opened again, or asked for.
struct ImagePages: Sendable {
  /// Entries of a page.
  static let size = 200

  private struct Page: Sendable {
    var entries: [ImageEntry]
    var stamp: DataInquiry.Stamp
  }

  /// Images of the list; `nil` before the first answer.
  private(set) var count: Int?
  /// Why it could not be had.
  private(set) var problem: String?
  private var pages: [Int: Page] = [:]
  private var pending: (id: RequestID, page: Int, stamp: DataInquiry.Stamp)?
  private var askedAt = -Double.infinity

  func entry(_ place: Int) -> ImageEntry? {
    guard place >= 0, let page = pages[place / Self.size] else { return nil }
    let index = place % Self.size
    return page.entries.indices.contains(index) ? page.entries[index] : nil
  }

  /// The place from which entries are to be asked for; `nil`: all that is in view is known.
  func next(
    of visible: Range<Int>, _ selection: ImageSelection, _ stamp: DataInquiry.Stamp,
    at now: Double
  ) -> Int? {
    guard pending == nil else { return nil }
    let last = min(visible.upperBound, count ?? .max) - 1
    guard last >= visible.lowerBound else { return count == nil ? 0 : nil }
    for number in (visible.lowerBound / Self.size)...(last / Self.size) {
      guard let page = pages[number] else { return number * Self.size }
      guard case .ofClass = selection, page.stamp != stamp else { continue }
      let isCorrected = page.stamp.corrections != stamp.corrections
      if isCorrected || now - askedAt >= DataInquiry.restSeconds || now < askedAt {
        return number * Self.size
      }
    }
    return nil
  }

  /// Whether there was another validation since.
  func isOlder(than stamp: DataInquiry.Stamp) -> Bool {
    pages.values.contains { $0.stamp.step != stamp.step }
  }

  mutating func asked(
    _ id: RequestID, first: Int, _ stamp: DataInquiry.Stamp, at now: Double
  ) {
    pending = (id, first / Self.size, stamp)
    askedAt = now
  }

  /// - Returns: whether it was an answer to this.
  mutating func take(_ reply: Reply) -> Bool {
    guard let pending, pending.id == reply.id else { return false }
    self.pending = nil
    switch reply.answer {
    case .images(let list):
      problem = nil
      count = list.count
      pages[pending.page] = Page(entries: list.entries, stamp: pending.stamp)
    case .failed(let words):
      problem = words
      count = count ?? 0
    default: break
    }
    return true
  }
}
