import TerminalUI
import TestSupport
import Testing

/// Every widget at every size and glyph level, and as text.
struct WidgetTests {
  typealias Draw = @Sendable (inout Canvas) -> Void
  static let theme = Theme.standard

  static let widgets: [(name: String, draw: Draw)] = [
    ("sparkline", { Sparkline([1, 3, 2, .nan, 0], style: theme.text).render(&$0) }),
    ("progress", { ProgressBar(share: 0.4, filled: theme.text, empty: theme.faint).render(&$0) }),
    (
      "slider",
      {
        let layout = Slider.layout(in: $0.rect, labelWidth: 13, valueWidth: 7, noteWidth: 10)
        slider.render(&$0, layout: layout)
      }
    ),
    ("bottom bar", { _ = bar.render(&$0) }),
    ("notice", { Notice(.warning, "a warning 漢字").render(&$0) }),
    ("dialog", { _ = dialog.render(&$0) }),
    ("help", { HelpPage(sections: help, offset: 99).render(&$0) }),
    ("palette", { _ = palette("fr").render(&$0) }),
    ("table", { _ = table.render(&$0) }),
    ("chart", { chart($0.rect, $0.glyphs).render(&$0) }),
    ("scroll bar", { Scroll.bar(&$0, offset: 7, visible: 3, count: 40, style: theme.text) }),
    ("scatter", { PlotSamples.scatter.render(&$0) }),
    ("parallel", { PlotSamples.parallel.render(&$0) }),
    ("heat map", { PlotSamples.heat.render(&$0) }),
    ("field", { TextField("漢字 abc").render(&$0, style: theme.text) }),
  ]

  static let slider = Slider(
    label: "learning rate", position: 0.4, value: "3.0e-04", note: "scheduled", isFocused: true,
    isPending: true)
  static let bar = BottomBar(
    [("space", "freeze"), ("v", "range"), ("-/+", "adjust"), ("p", "pause"), ("q", "quit")]
      .map { BarItem(key: $0.0, title: $0.1, action: $0.1) })
  static let dialog = Dialog(
    title: "Quit", message: "Training is at step 244. What shall happen to the run?",
    buttons: [
      Dialog.Button(key: "s", "Stop after this step"), Dialog.Button(key: "d", "Stop and drop"),
      Dialog.Button(key: "esc", "Cancel"),
    ], selected: 1)
  static let help = ["Move", "Layers", "Training"].map { title in
    HelpSection(
      title: title,
      entries: [
        HelpSection.Entry(keys: "↑↓", description: "go up and down"),
        HelpSection.Entry(keys: "space", description: "freeze or thaw"),
        HelpSection.Entry(keys: ".", description: "do one step", disabledReason: "not paused"),
      ])
  }
  static func palette(_ query: String) -> CommandPalette<Int> {
    CommandPalette(
      items: [
        PaletteItem(
          title: "freeze", description: "freeze or thaw the layer", keys: "space", action: 1),
        PaletteItem(
          title: "step", description: "do one step", action: 2, disabledReason: "running"),
        PaletteItem(title: "all", description: "freeze or thaw all layers", keys: "a", action: 3),
      ], query: TextField(query), selected: 1)
  }
  static let table: Table = {
    let rows = (1...30).map { ["conv\($0)", "3×3 \($0 * 8)", "\($0 * 1000)"] }
    return Table(
      columns: [
        TableColumn("layer", minimum: 6, ideal: 8),
        TableColumn("kind", minimum: 7, ideal: 7, priority: 2),
        TableColumn("params", minimum: 6, align: .right, priority: 1),
      ], rowCount: rows.count, selected: 3, range: 2...4, offset: 1
    ) { StyledText(rows[$0][$1]) }
  }()
  static func chart(_ rect: Rect, _ glyphs: GlyphSet) -> Chart {
    Chart(
      series: Samples.series(Chart.columnCount(in: rect, glyphs)), steps: 0...300,
      stepsPerEpoch: 47, isLogarithmic: true,
      markers: [
        ChartMarker(position: 2, label: "batch 64"),
        ChartMarker(position: 150, label: "froze conv1–conv4"),
        ChartMarker(position: 155, label: "lr 1e-3→3e-4"), ChartMarker(position: 1e9, label: "x"),
      ], crosshair: 120)
  }

  @Test(arguments: widgets.map(\.name))
  func staysInsideAtEverySize(name: String) throws {
    let draw = try #require(Self.widgets.first { $0.name == name }).draw
    for level in Samples.levels {
      for size in Samples.sizes {
        let isInside = Samples.staysInside(size, glyphs: GlyphSet(level), draw: draw)
        #expect(isInside, "\(name) at \(size) in \(level)")
      }
    }
  }

  @Test(arguments: [
    ("slider", 60, 1), ("slider", 34, 1), ("slider", 22, 1), ("bottom bar", 60, 1),
    ("bottom bar", 30, 1), ("dialog", 80, 12), ("dialog", 40, 12), ("help", 110, 14),
    ("help", 50, 10), ("palette", 60, 12), ("table", 40, 8), ("table", 18, 8), ("chart", 60, 14),
    ("chart", 34, 6), ("scatter", 60, 14), ("parallel", 60, 14),
  ])
  func looksAsBefore(name: String, width: Int, height: Int) throws {
    let draw = try #require(Self.widgets.first { $0.name == name }).draw
    let frame = Samples.frame(width, height, draw: draw)
    let file = "\(name.replacing(" ", with: "-"))-\(width)x\(height)"
    #expect(snapshotDifference(frame.text, named: file) == nil)
  }

  @Test(arguments: ["chart", "table", "heat map"], [GlyphLevel.blocks, .ascii])
  func looksAsBeforeWithFewerGlyphs(name: String, level: GlyphLevel) throws {
    let draw = try #require(Self.widgets.first { $0.name == name }).draw
    let frame = Samples.frame(50, 14, glyphs: GlyphSet(level), draw: draw)
    #expect(
      snapshotDifference(frame.text, named: "\(name.replacing(" ", with: "-"))-50x14-\(level)")
        == nil)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300, -1])
  func widgetsTakeAnyNumber(value: Double) {
    let glyphs = GlyphSet(.braille)
    let style = Theme.standard.text
    let bar = ProgressBar(share: value, filled: style, empty: style)
    #expect(bar.line(columns: 20, glyphs: glyphs).columns == 20)
    let line = Sparkline([Float(value), 1], style: style)
    #expect(line.text(columns: 9, glyphs: glyphs).count == 9)
  }
}
