import EngineInterface
import Files
import TerminalUI

/// Pictures of a class, of a cell of the matrix, or the worst.
struct GalleryView {
  let screen: DataScreen
  let shared: Shared

  func draw(_ canvas: inout Canvas) -> [HitRegion<DataScreen.Target>] {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let isFocused = screen.focus == .content
    let entry = screen.selectedEntry
    var footer = StyledText()
    if isFocused, let entry {
      footer = ImageText(entry, screen, shared, canvas).line()
    }
    let box = Box(
      border: Style(theme[.chartBox]), title: title(theme), status: status(theme),
      footer: footer, footerStatus: position(theme), isFocused: isFocused)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    let grid = GalleryGrid(inside, enlargement: screen.enlargement, count: screen.imageCount)
    guard screen.imageCount > 0 else {
      canvas.frame.text(
        emptyText, in: inside.row(inside.height / 2), style: theme.faint, align: .center)
      return []
    }
    var regions: [HitRegion<DataScreen.Target>] = []
    for place in grid.places(offset: screen.galleryOffset) {
      guard let entry = screen.inquiry.list.entry(place.index) else { continue }
      draw(entry, place, isSelected: isFocused && place.index == screen.selectedImage, &canvas)
      regions.append(
        HitRegion(
          Rect(
            x: place.picture.x, y: place.picture.y, width: place.picture.width,
            height: place.picture.height + 1), .image(place.index)))
    }
    canvas.within(Rect(x: rect.maxX - 1, y: inside.y, width: 1, height: inside.height)) {
      Scroll.bar(
        &$0, offset: screen.galleryOffset, visible: grid.rows, count: grid.rowCount,
        style: theme.label)
    }
    return regions
  }

  private func draw(
    _ entry: ImageEntry, _ place: GalleryGrid.Place, isSelected: Bool, _ canvas: inout Canvas
  ) {
    let theme = canvas.theme
    let text = ImageText(entry, screen, shared, canvas)
    Self.draw(screen.wish(of: entry, in: place.picture), screen, place.picture, &canvas)
    var caption = text.caption(columns: place.caption.width - (isSelected ? 2 : 0))
    if isSelected {
      canvas.frame.fill(place.caption, style: theme.selection)
      caption = [Span(canvas.glyphs.selected + " ", theme.key)] + caption
    }
    canvas.frame.text(caption, in: place.caption, align: isSelected ? .left : .center)
  }

  /// A picture, or that it is on its way, or why it cannot be seen.
  static func draw(_ wish: PictureWish, _ screen: DataScreen, _ rect: Rect, _ canvas: inout Canvas)
  {
    let theme = canvas.theme
    switch screen.inquiry.pictures[wish] {
    case .picture(let picture): canvas.clipped(to: rect) { picture.render(&$0) }
    case .problem(let words):
      let lines = TextWrap.lines(words, columns: max(rect.width, 1)).prefix(rect.height)
      for (y, line) in lines.enumerated() {
        canvas.frame.text(line, in: rect.row(y), style: theme.failure)
      }
    case nil:
      let text = screen.summary?.hasPictures == false ? "no picture" : canvas.glyphs.ellipsis
      canvas.frame.text(text, in: rect.row(rect.height / 2), style: theme.faint, align: .center)
    }
  }

  // MARK: - Words

  private func title(_ theme: Theme) -> StyledText {
    func name(_ number: Int) -> String {
      screen.classes.indices.contains(number) ? screen.classes[number].name : ""
    }
    switch screen.selection {
    case .ofClass(let number, let part):
      return [
        Span(name(number), theme.strong),
        Span(part == .train ? "  training" : "  validation", theme.label),
      ]
    case .cell(let label, let answer):
      return [
        Span(name(label), theme.strong), Span(" said to be ", theme.label),
        Span(answer.map(name) ?? "none of them", theme.strong),
      ]
    case .worst(let part):
      return [
        Span("Worst", theme.strong),
        Span(part == .train ? "  of training" : "  of the validation", theme.label),
      ]
    case nil: return ""
    }
  }

  private func status(_ theme: Theme) -> StyledText {
    let isOld =
      !isOfClass && screen.inquiry.list.isOlder(than: DataInquiry.Stamp(shared))
    var text = StyledText(isOld ? "u: newer  " : "", theme.accent)
    text.append(Self.words(screen.look, screen.summary?.views), theme.label)
    return text
  }

  private var isOfClass: Bool { if case .ofClass? = screen.selection { true } else { false } }

  static func words(_ look: DataScreen.Look, _ views: Int?) -> String {
    switch look {
    case .stored: "as stored"
    case .prepared: "as the network sees it"
    case .view(let view):
      views.map { $0 == 0 ? "view of epoch \(view + 1)" : "view \(view + 1) of \($0)" }
        ?? "as the network sees it"
    }
  }

  private func position(_ theme: Theme) -> StyledText {
    guard screen.imageCount > 0 else { return "" }
    let count = NumberText.count(screen.imageCount)
    guard screen.focus == .content else {
      return StyledText(NumberText.quantity(screen.imageCount, "image"), theme.label)
    }
    return StyledText("\(NumberText.count(screen.selectedImage + 1))/\(count)", theme.label)
  }

  private var emptyText: String {
    if let problem = screen.inquiry.list.problem { return problem }
    guard screen.inquiry.list.count != nil else { return "reading the images" }
    switch screen.selection {
    case .cell, .worst(.validation):
      return screen.validation == nil ? "nothing was validated yet" : "no image is here"
    case .worst(.train): return "nothing was trained on yet"
    case .ofClass, nil: return "no image of this class"
    }
  }
}
