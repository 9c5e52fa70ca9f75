import EngineInterface
import Files
import TerminalUI

/// One image with all the room: as it is stored, as the network sees it, and in its views.
struct ImagePanel {
  let screen: DataScreen
  let shared: Shared

  struct Place: Sendable, Equatable {
    var wish: PictureWish
    var picture: Rect
    var caption: Rect
    var title: String
  }

  /// Lines for the name and what was said.
  private static let lines = 3

  /// Where the pictures lie within the border.
  static func places(_ inside: Rect, _ entry: ImageEntry, views: Int) -> [Place] {
    let area = inside.inset(top: lines)
    let hasViews = views > 0 && area.height >= 12
    let stripHeight = hasViews ? max(area.height / 3, 5) : 0
    let bands = area.split(.vertical, [.share(1), .fixed(stripHeight)])
    func place(_ look: PictureWish.Look, _ title: String, _ rect: Rect) -> Place? {
      // Square, and a line under it.
      let side = min(rect.width, 2 * (rect.height - 1))
      guard side >= 2 else { return nil }
      let picture = Rect(
        x: rect.x + (rect.width - side) / 2, y: rect.y, width: side, height: side / 2)
      let wish = PictureWish(
        part: entry.image.part, index: entry.image.index, look: look, width: side,
        height: side / 2 * 2)
      let caption = Rect(x: rect.x, y: picture.maxY, width: rect.width, height: 1)
      return Place(wish: wish, picture: picture, caption: caption, title: title)
    }
    let halves = bands[0].split(.horizontal, [.share(1), .fixed(1), .share(1)])
    var places = [
      place(.stored, "as stored", halves[0]),
      place(.prepared, "as the network sees it", halves[2]),
    ].compactMap(\.self)
    guard hasViews else { return places }
    let strip = bands[1].inset(top: 1)
    let count = min(views, max(strip.width / 9, 1))
    let width = strip.width / count
    for view in 0..<count {
      let rect = Rect(x: strip.x + view * width, y: strip.y, width: width - 1, height: strip.height)
      if let place = place(.view(view), "view \(view + 1)", rect) { places.append(place) }
    }
    return places
  }

  func draw(_ canvas: inout Canvas) {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    guard let entry = screen.selectedEntry else { return }
    let text = ImageText(entry, screen, shared, canvas)
    let isTrain = entry.image.part == .train
    let box = Box(
      border: Style(theme[.chartBox]), title: StyledText("Image", theme.strong),
      status: StyledText(
        "\(NumberText.count(screen.selectedImage + 1))/\(NumberText.count(screen.imageCount))",
        theme.label),
      footer: StyledText(
        isTrain ? "of training" : "of the validation: not augmented", theme.label),
      isFocused: screen.focus == .content)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    let name = StyledText(entry.image.name, theme.strong)
      .truncatedInMiddle(columns: inside.width - 2, ellipsis: glyphs.ellipsis)
    canvas.frame.text(name, in: inside.row(0).inset(left: 1))
    canvas.frame.text(text.line(), in: inside.row(1).inset(left: 1), ellipsis: glyphs.ellipsis)
    for place in Self.places(inside, entry, views: screen.shownViews) {
      GalleryView.draw(place.wish, screen, place.picture, &canvas)
      canvas.frame.text(
        place.title, in: place.caption, style: theme.label, align: .center,
        ellipsis: glyphs.ellipsis)
    }
  }
}
