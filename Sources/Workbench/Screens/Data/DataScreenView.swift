import EngineInterface
import Files
import TerminalUI

extension DataScreen {
  enum Target: Sendable {
    case classRow(Int)
    case notes
    case image(Int)
    case cell(row: Int, column: Int)
    case content
    case choice(Int)
  }

  func draw(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    let layout = DataLayout(self, canvas.rect)
    var regions: [HitRegion<Target>] = []
    if !layout.classes.isEmpty {
      regions += canvas.within(layout.classes) { ClassBars(screen: self).draw(&$0) }
    }
    if !layout.notes.isEmpty {
      canvas.within(layout.notes) { DataNotes(screen: self, shared: shared).draw(&$0) }
      regions.append(HitRegion(layout.notes, .notes))
    }
    if !layout.content.isEmpty {
      regions.append(HitRegion(layout.content, .content))
      regions += canvas.within(layout.content) { drawContent(&$0, shared) }
    }
    canvas.within(layout.line) { LogLines(model: shared, theme: $0.theme).drawLast(&$0) }
    if let chooser {
      return regions + chooser.render(&canvas).map { HitRegion($0.rect, .choice($0.target)) }
    }
    return regions
  }

  private func drawContent(_ canvas: inout Canvas, _ shared: Shared) -> [HitRegion<Target>] {
    switch content {
    case .matrix: return MatrixView(screen: self).draw(&canvas)
    case .images where isLarge && selectedEntry != nil:
      ImagePanel(screen: self, shared: shared).draw(&canvas)
      return []
    case .images: return GalleryView(screen: self, shared: shared).draw(&canvas)
    }
  }
}

/// The classes, each with its images in training and in validation as bars beside each other.
struct ClassBars {
  let screen: DataScreen

  func draw(_ canvas: inout Canvas) -> [HitRegion<DataScreen.Target>] {
    let (rect, theme, glyphs) = (canvas.rect, canvas.theme, canvas.glyphs)
    let classes = screen.classes
    let box = Box(
      border: Style(theme[.layerBox]), title: StyledText("Classes", theme.strong),
      status: classes.isEmpty ? "" : StyledText(NumberText.count(classes.count), theme.label),
      isFocused: screen.focus == .classes)
    let inside = canvas.frame.box(rect, box, glyphs: glyphs)
    guard !classes.isEmpty, inside.height > 1 else {
      canvas.frame.text(
        screen.inquiry.problem ?? "reading the data", in: inside.row(inside.height / 2),
        style: theme.faint, align: .center)
      return []
    }
    let columns = Columns(inside, classes)
    heading(columns, inside.row(0), &canvas)
    var regions: [HitRegion<DataScreen.Target>] = []
    for line in 0..<(inside.height - 1) {
      let number = screen.classOffset + line
      guard classes.indices.contains(number) else { break }
      let row = inside.row(line + 1)
      draw(classes[number], number, columns, row, &canvas)
      regions.append(HitRegion(row, .classRow(number)))
    }
    let list = inside.inset(top: 1)
    canvas.within(Rect(x: rect.maxX - 1, y: list.y, width: 1, height: list.height)) {
      Scroll.bar(
        &$0, offset: screen.classOffset, visible: list.height, count: classes.count,
        style: theme.label)
    }
    return regions
  }

  /// Columns of the parts of a row; a bar that has no room has none.
  private struct Columns {
    let name: Int
    let train: (bar: Int, number: Int)
    let validation: (bar: Int, number: Int)
    let largest: (train: Int, validation: Int)

    init(_ inside: Rect, _ classes: [DataSummary.ClassCount]) {
      largest = (classes.map(\.train).max() ?? 0, classes.map(\.validation).max() ?? 0)
      let numbers = (
        max(NumberText.count(largest.train).count, 5),
        max(NumberText.count(largest.validation).count, 5)
      )
      let longest = classes.map { TextWidth.columns($0.name) }.max() ?? 0
      let room = max(inside.width - 2 - numbers.0 - numbers.1 - 4, 0)
      name = min(max(longest, 5), max(room / 2, 5), 20)
      let bars = max(room - name - 1, 0)
      train = (bars * 3 / 5, numbers.0)
      validation = (bars - train.bar, numbers.1)
    }
  }

  private func heading(_ columns: Columns, _ row: Rect, _ canvas: inout Canvas) {
    let theme = canvas.theme
    var rest = row.inset(left: 2 + columns.name + 1)
    for (title, style, part) in [
      ("train", Style(theme[.train]), columns.train),
      ("validation", Style(theme[.val]), columns.validation),
    ] {
      let width = part.bar + part.number + 1
      let short = TextWidth.columns(title) > width ? "valid" : title
      canvas.frame.text(
        short, in: Rect(x: rest.x, y: rest.y, width: width, height: 1), style: style,
        align: .right)
      rest = rest.inset(left: width + 1)
    }
  }

  private func draw(
    _ entry: DataSummary.ClassCount, _ number: Int, _ columns: Columns, _ row: Rect,
    _ canvas: inout Canvas
  ) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    let isSelected = number == screen.selectedClass
    if isSelected {
      canvas.frame.fill(row, style: theme.selection)
      canvas.frame.text(glyphs.selected, in: row, style: theme.key)
    }
    var x = row.x + 2
    canvas.frame.text(
      StyledText(entry.name, isSelected ? theme.strong : theme.text)
        .truncatedInMiddle(columns: columns.name, ellipsis: glyphs.ellipsis),
      in: Rect(x: x, y: row.y, width: columns.name, height: 1))
    x += columns.name + 1
    for (count, largest, part, key) in [
      (entry.train, columns.largest.train, columns.train, ThemeKey.train),
      (entry.validation, columns.largest.validation, columns.validation, ThemeKey.val),
    ] {
      let filled =
        count == 0 || largest == 0 ? 0 : max(1, part.bar * count / largest)
      canvas.frame.text(
        String(repeating: glyphs.lowBar, count: min(filled, part.bar)), x: x, y: row.y,
        style: Style(theme[key]))
      x += part.bar + 1
      canvas.frame.text(
        NumberText.count(count), in: Rect(x: x, y: row.y, width: part.number, height: 1),
        style: count == 0 ? theme.accent : theme.text, align: .right)
      x += part.number + 1
    }
  }
}
