import TerminalUI
import Testing

/// What widgets answer to clicks, keys and numbers.
struct ControlTests {
  @Test(arguments: 8...80, [0, 12])
  func sliderPartsNeverTouch(width: Int, noteWidth: Int) {
    let rect = Rect(x: 5, y: 0, width: width, height: 1)
    let layout = Slider.layout(in: rect, labelWidth: 13, valueWidth: 7, noteWidth: noteWidth)
    if layout.rail.width > 0 {
      #expect(layout.rail.x > layout.label.maxX)
      #expect(layout.value.x > layout.rail.maxX)
      #expect(layout.rail.width >= 3)
    } else {
      #expect(layout.value.x > layout.label.maxX || layout.value.width == 0)
    }
    if layout.note.width > 0 { #expect(layout.note.x > layout.value.maxX) }
    for part in [layout.label, layout.rail, layout.value, layout.note] where part.width > 0 {
      #expect(part.x >= rect.x && part.maxX <= rect.maxX)
    }
  }

  @Test func sliderGoesWhereItIsDragged() {
    let rect = Rect(x: 0, y: 0, width: 60, height: 1)
    let layout = Slider.layout(in: rect, labelWidth: 8, valueWidth: 5)
    #expect(Slider.position(atX: layout.rail.x, in: layout) == 0)
    #expect(Slider.position(atX: layout.rail.maxX - 1, in: layout) == 1)
    #expect(Slider.position(atX: -50, in: layout) == 0)
    #expect(Slider.position(atX: 500, in: layout) == 1)
    for x in layout.rail.x..<layout.rail.maxX {
      let slider = Slider(
        label: "dropout", position: Slider.position(atX: x, in: layout), value: "0.5")
      let frame = Samples.frame(60, 1) {
        slider.render(&$0, layout: layout)
      }
      #expect(frame[x, 0].text == "●")
    }
  }

  @Test func pendingIsSaidWithoutColour() {
    let rect = Rect(x: 0, y: 0, width: 40, height: 1)
    let layout = Slider.layout(in: rect, labelWidth: 8, valueWidth: 5)
    func text(_ isPending: Bool) -> String {
      Samples.frame(40, 1) {
        Slider(label: "dropout", position: 0.5, value: "0.50", isPending: isPending)
          .render(&$0, layout: layout)
      }.text
    }
    #expect(text(true) == text(false) + "?")
  }

  @Test func barSegmentsCanBeClicked() {
    var canvas = Samples.canvas(30, 1)
    let regions = WidgetTests.bar.render(&canvas)
    #expect(regions.map(\.target) == ["freeze", "range"])
    #expect(regions.target(x: 2, y: 0) == "freeze")
    #expect(regions.target(x: 16, y: 0) == "range")
    #expect(regions.target(x: 0, y: 0) == nil)
    #expect(regions.target(x: 2, y: 1) == nil)
  }

  @Test(arguments: [(20, 8), (44, 12), (80, 24), (30, 4)])
  func dialogShowsItsButtons(width: Int, height: Int) {
    var canvas = Samples.canvas(width, height)
    let regions = WidgetTests.dialog.render(&canvas)
    #expect(regions.map(\.target) == Array(0..<min(3, max(0, height - 2))))
    for region in regions {
      #expect(regions.target(x: region.rect.x, y: region.rect.y) == region.target)
    }
    #expect(canvas.frame.text.contains("▶ d"))
  }

  @Test func tableDropsWholeColumns() {
    let columns = WidgetTests.table.columns
    #expect(TableColumn.widths(columns, total: 40) == [8, 7, 6])
    #expect(TableColumn.widths(columns, total: 21) == [6, 7, 6])
    #expect(TableColumn.widths(columns, total: 20) == [8, 0, 6])
    #expect(TableColumn.widths(columns, total: 12) == [8, 0, 0])
    #expect(TableColumn.widths(columns, total: 4) == [4, 0, 0])
    #expect(TableColumn.widths([], total: 4) == [])
  }

  @Test func tableRowsCanBeClicked() {
    var canvas = Samples.canvas(40, 6)
    let regions = WidgetTests.table.render(&canvas)
    #expect(regions.map(\.target) == [1, 2, 3, 4, 5])
    #expect(regions.target(x: 5, y: 0) == nil)
    #expect(regions.target(x: 5, y: 3) == 3)
  }

  @Test func cellsOutOfViewAreNotAskedFor() {
    let table = Table(
      columns: [TableColumn("a", minimum: 3)], rowCount: 1_000_000, offset: 10
    ) { row, _ in
      precondition((10..<15).contains(row), "asked for row \(row)")
      return StyledText("\(row)")
    }
    var canvas = Samples.canvas(10, 6)
    _ = table.render(&canvas)
    #expect(canvas.frame.text.hasSuffix("14"))
  }

  @Test func scrollingKeepsTheSelectionInView() {
    func offset(_ current: Int, _ selected: Int, visible: Int = 10, count: Int = 100) -> Int {
      Scroll.offset(current: current, selected: selected, visible: visible, count: count)
    }
    #expect(offset(0, 5) == 0)
    #expect(offset(0, 9) == 1)
    #expect(offset(20, 21) == 20)
    #expect(offset(20, 20) == 19)
    #expect(offset(0, 99) == 90)
    #expect(offset(95, 0) == 0)
    #expect(offset(7, 3, visible: 10, count: 8) == 0)
    #expect(offset(7, 3, visible: 0) == 0)
    for selected in 0..<100 {
      let start = offset(50, selected, visible: 3)
      #expect((start..<start + 3).contains(selected))
    }
  }

  @Test func fuzzyMatchingPrefersWordStarts() throws {
    let items = ["write a checkpoint", "pause or resume", "freeze or thaw the layer", "fit curve"]
    func best(_ query: String) -> String? {
      items.compactMap { item in FuzzyMatch(query, in: item).map { (item, $0.score) } }
        .max { $0.1 < $1.1 }?.0
    }
    #expect(best("fr") == "freeze or thaw the layer")
    #expect(best("ftl") == "freeze or thaw the layer")
    #expect(best("CHECK") == "write a checkpoint")
    #expect(best("zz") == nil)
    #expect(try #require(FuzzyMatch("thaw", in: items[2])).positions == [10, 11, 12, 13])
    #expect(try #require(FuzzyMatch("", in: "x")).positions == [])
    let long = String(repeating: "a", count: 400)
    #expect(FuzzyMatch(String(repeating: "a", count: 64), in: long) != nil)
    #expect(FuzzyMatch("a", in: long + "a") == nil)
  }

  @Test func paletteFiltersAndShowsWhyNot() {
    #expect(WidgetTests.palette("").entries.map(\.index) == [0, 2, 1])
    #expect(WidgetTests.palette("frz").entries.map(\.index).sorted() == [0, 2])
    #expect(WidgetTests.palette("step").entries.map(\.index) == [1])
    var canvas = Samples.canvas(60, 12)
    let regions = WidgetTests.palette("step").render(&canvas)
    #expect(regions.count == 1)
    #expect(canvas.frame.text.contains("running"))
  }

  @Test func helpScrollsToItsEnd() {
    let rect = Rect(x: 0, y: 0, width: 50, height: 8)
    let page = HelpPage(sections: WidgetTests.help)
    let last = page.lastOffset(in: rect)
    #expect(last == 9)
    var end = page
    end.offset = last
    let frame = Samples.frame(50, 8) { end.render(&$0) }
    #expect(frame.text.contains("Training"))
    #expect(frame.text.contains("do one step (not paused)"))
    #expect(page.lastOffset(in: Rect(x: 0, y: 0, width: 50, height: 30)) == 0)
  }

  @Test func progressShowsBeginningAndEnd() {
    func text(_ share: Double) -> String {
      ProgressBar(share: share, filled: Style(), empty: Style())
        .line(columns: 10, glyphs: .braille).plain
    }
    #expect(text(0) == "──────────")
    #expect(text(0.001) == "━─────────")
    #expect(text(0.55) == "━━━━━╸────")
    #expect(text(0.999) == "━━━━━━━━━╸")
    #expect(text(1) == "━━━━━━━━━━")
    #expect(text(7) == text(1))
    #expect(text(.nan) == text(0))
  }

  @Test func sparklineShowsTheLastValues() {
    func text(_ values: [Float], _ columns: Int, _ glyphs: GlyphSet = .braille) -> String {
      Sparkline(values, style: Style()).text(columns: columns, glyphs: glyphs)
    }
    #expect(text([1, 2, 4, 8], 2) == "⡠⠊")
    #expect(text([1, 2, 4, 8], 1) == text([4, 8], 1))
    #expect(text([8], 3).hasPrefix("  "))
    #expect(text([.nan, 1, .infinity, 0, 2, -1], 3).hasPrefix("✕✕"))
    #expect(text([], 2) == "  ")
    #expect(text([1, 2, 4, 8, 16], 5, .ascii) == "_.-=#")
    #expect(text([.nan, 0], 2, .ascii) == "X_")
  }

  /// Between the least and the greatest, whatever their size; noise does not fill the height.
  @Test func sparklinesAreThinAndShowRatios() {
    func text(_ values: [Float]) -> String {
      Sparkline(values, style: Style()).text(columns: 4, glyphs: .braille)
    }
    let values: [Float] = [1, 3, 2, 8, 5, 1, 8, 2]
    #expect(text(values) == text(values.map { $0 * 1000 }))
    #expect(text(values.map { 100 + $0 / 10 }) != text(values))
    #expect(Set(text([7, 7, 7, 7, 7, 7, 7, 7])).count == 1)
    for mark in text(values).unicodeScalars {
      #expect((2...7).contains((mark.value - 0x2800).nonzeroBitCount))
    }
  }

  @Test func namesLoseTheirMiddle() {
    let name: StyledText = [Span("● ", Style()), Span("features.17.conv.0.bn", Style().bold)]
    #expect(name.truncatedInMiddle(columns: 14).plain == "● featur….0.bn")
    #expect(name.truncatedInMiddle(columns: 40) == name)
    for columns in 0...25 {
      let wide = StyledText("漢字漢字漢字漢字漢字漢字e\u{301}")
      #expect(wide.truncatedInMiddle(columns: columns).columns <= columns)
    }
  }
}
