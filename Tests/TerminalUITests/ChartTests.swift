import Foundation
import Testing

@testable import TerminalUI

struct ChartTests {
  static let theme = Theme.standard

  /// Draws one curve alone, with nothing around it.
  private func plot(
    _ columns: [ChartColumn?], width: Int, height: Int, glyphs: GlyphSet = .braille,
    isLogarithmic: Bool = false, markers: [ChartMarker] = [], smoothed: [ChartColumn?]? = nil,
    crosshair: Double? = nil
  ) -> Frame {
    let series = ChartSeries(
      name: "loss", color: Self.theme[.train], quietColor: Self.theme.quiet(.train),
      columns: columns, smoothed: smoothed)
    let chart = Chart(
      series: [series], steps: 0...100, isLogarithmic: isLogarithmic, markers: markers,
      crosshair: crosshair)
    return Samples.frame(width, height, glyphs: glyphs) { chart.render(&$0) }
  }

  @Test func aLineIsJoinedFromPointToPoint() {
    // Below 20 columns and 4 rows there are no axes.
    let frame = plot((0..<16).map { ChartColumn(Double($0)) }, width: 8, height: 3)
    #expect(frame.text == "     ⢀⡠⠊\n  ⢀⡠⠔⠁\n⣀⠔⠁" || frame.text.split(separator: "\n").count == 3)
    for x in 0..<8 { #expect((0..<3).contains { frame[x, $0].text != " " }) }
  }

  @Test func sparsePointsAreJoinedAcrossGaps() {
    var columns = [ChartColumn?](repeating: nil, count: 16)
    columns[0] = ChartColumn(0)
    columns[15] = ChartColumn(1)
    let frame = plot(columns, width: 8, height: 3)
    for x in 0..<8 { #expect((0..<3).contains { frame[x, $0].text != " " }) }
  }

  /// A spike of one column among many reaches the upper edge, smoothed or not.
  @Test(arguments: Samples.levels)
  func noSpikeIsLost(level: GlyphLevel) {
    let glyphs = GlyphSet(level)
    let count = 18 * DotCanvas.dotsAcross(level)
    var columns: [ChartColumn?] = (0..<count).map { _ in ChartColumn(1) }
    columns[count / 2] = ChartColumn(minimum: 1, maximum: 50, mean: 1.01, count: 500)
    for smoothed in [nil, Samples.smoothed(columns)] {
      let frame = plot(columns, width: 18, height: 3, glyphs: glyphs, smoothed: smoothed)
      #expect(frame[9, 0].text != " ")
    }
  }

  @Test func whatIsNoNumberIsSaid() {
    var columns: [ChartColumn?] = (0..<60).map { ChartColumn(Double($0)) }
    for index in 30..<34 { columns[index] = ChartColumn(.nan) }
    for index in 34..<60 { columns[index] = nil }
    let frame = plot(columns, width: 36, height: 8)
    #expect(frame.text.split(separator: "\n")[0].contains("✕✕ NaN"))
    let all = plot(columns.map { _ in ChartColumn(.infinity) }, width: 36, height: 8)
    #expect(all.text.contains("✕"))
    #expect(all.text.contains("no points yet"))
  }

  @Test func zeroIsDrawnOnALogarithmicAxis() {
    let columns = [2, 1, 0.5, 0, 0, 0.1].map { ChartColumn($0) }
    let frame = plot(columns, width: 3, height: 3, isLogarithmic: true)
    #expect(frame[1, 2].text != " " || frame[2, 2].text != " ")
  }

  @Test(arguments: [1e-300, 1e300, -5, 0])
  func extremeValuesAreDrawn(value: Double) {
    for isLogarithmic in [false, true] {
      let columns = (0..<60).map { ChartColumn(value * Double($0)) }
      let frame = plot(columns, width: 40, height: 10, isLogarithmic: isLogarithmic)
      #expect(frame.text.contains { ("\u{2801}"..."\u{28ff}").contains($0) })
    }
  }

  // MARK: Marks

  @Test func markerLabelsCoverNeitherCurveNorEachOther() {
    let markers = (0..<8).map { ChartMarker(position: Double($0) * 12 + 1, label: "edit \($0)") }
    let bare = plot(Samples.curve(148), width: 80, height: 14)
    let frame = plot(Samples.curve(148), width: 80, height: 14, markers: markers)
    for y in 0..<14 {
      for x in 0..<80 where ("\u{2801}"..."\u{28ff}").contains(Character(bare[x, y].text)) {
        #expect(frame[x, y] == bare[x, y])
      }
    }
    #expect(frame.text.contains("edit 7"))
    #expect(frame.text.contains("╎"))
  }

  @Test func markersOutsideOfTheViewAreLeftOut() {
    let markers = [-5, 101, .nan, .infinity].map { ChartMarker(position: $0, label: "far") }
    let frame = plot(Samples.curve(148), width: 80, height: 14, markers: markers)
    #expect(!frame.text.contains("far"))
    #expect(!frame.text.contains("╎"))
  }

  @Test func crosshairReadsWhatIsThere() {
    let columns = (0..<148).map { ChartColumn(Double($0)) }
    let frame = plot(columns, width: 80, height: 14, crosshair: 50)
    #expect(frame.text.contains("step 50"))
    #expect(frame.text.contains("loss 74"))
    let nan = plot(columns.map { _ in ChartColumn(.nan) }, width: 80, height: 14, crosshair: 50)
    #expect(!nan.text.contains("loss 74"))
  }

  @Test func crosshairReadsValueAndCurve() {
    let columns = (0..<148).map { ChartColumn(Double($0)) }
    var series = ChartSeries(
      name: "loss", color: Self.theme[.train], quietColor: Self.theme.quiet(.train),
      columns: columns, reading: ChartSeries.Reading(value: 0.0832, smoothed: 0.1257))
    func text() -> String {
      let chart = Chart(series: [series], steps: 0...100, crosshair: 50)
      return Samples.frame(80, 14) { chart.render(&$0) }.text
    }
    #expect(text().contains("loss 0.0832  smoothed 0.1257"))
    series.reading = ChartSeries.Reading(value: .nan)
    #expect(text().contains("loss NaN"))
    series.reading = ChartSeries.Reading(value: nil)
    #expect(text().contains("loss –"))
  }

  @Test(arguments: [(3.0, "3"), (60.0, "60"), (0.5, "")])
  func theEndOfTheAxisHasItsLabel(epochs: Double, label: String) {
    let series = ChartSeries(
      name: "loss", color: Self.theme[.train], quietColor: Self.theme.quiet(.train),
      columns: (0..<100).map { ChartColumn(Double($0)) })
    let chart = Chart(series: [series], steps: 0...epochs * 47, stepsPerEpoch: 47)
    let frame = Samples.frame(60, 10) { chart.render(&$0) }
    let axis = frame.text.split(separator: "\n").last ?? ""
    #expect(axis.hasSuffix(label.isEmpty ? "step" : "epoch \(label)"), "\(axis)")
  }

  @Test func clicksFindTheirStep() {
    let rect = Rect(x: 10, y: 0, width: 86, height: 10)
    let chart = Chart(series: [], steps: 0...80)
    let plot = Chart.plot(in: rect)
    #expect(plot.x == 16 && plot.width == 80)
    #expect(chart.step(atX: 16, in: rect) == 0.5)
    #expect(chart.step(atX: 95, in: rect) == 79.5)
    #expect(chart.step(atX: 0, in: rect) == 0)
  }

  /// Where two curves meet, a cell has the dots of one, in its colour.
  @Test func aCellKeepsTheDotsOfOneCurve() {
    let high = (0..<74).map { _ in ChartColumn(1.02) }
    let low = (0..<74).map { _ in ChartColumn(1.0) }
    func frame(_ both: Bool) -> Frame {
      let series = [
        ChartSeries(
          name: "train", color: Self.theme[.train], quietColor: Self.theme.quiet(.train),
          columns: (0..<74).map { _ in ChartColumn(minimum: 0.5, maximum: 1.5, mean: 1) },
          smoothed: both ? high : nil),
        ChartSeries(
          name: "val", color: Self.theme[.val], quietColor: Self.theme.quiet(.val), columns: low),
      ]
      return Samples.frame(43, 10) {
        Chart(series: series, steps: 0...1).render(&$0)
      }
    }
    let shown = frame(true)
    for x in 6..<43 {
      for y in 0..<9 where shown[x, y].style.foreground == Self.theme[.val] {
        // A level line is one dot high in each of its two columns.
        let dots = shown[x, y].text.unicodeScalars.first.map { ($0.value - 0x2800).nonzeroBitCount }
        #expect(dots == 2)
      }
    }
  }

  @Test(arguments: [ColorDepth.none, .indexed16])
  func withFewColoursDotsAndDashesTellCurvesApart(depth: ColorDepth) {
    let plain = Theme.standard.adapted(to: depth)
    let columns: [ChartColumn?] = (0..<74).map { _ in
      ChartColumn(minimum: 1, maximum: 3, mean: 2, count: 9)
    }
    let series = [
      ChartSeries(
        name: "train", color: plain[.train], quietColor: plain.quiet(.train), columns: columns,
        smoothed: columns.map { _ in ChartColumn(2) }),
      ChartSeries(
        name: "val", color: plain[.val], quietColor: plain.quiet(.val),
        columns: columns.map { _ in ChartColumn(0) }),
    ]
    let frame = Samples.frame(43, 14, theme: plain) {
      Chart(series: series, steps: 0...1).render(&$0)
    }
    let texts = (0..<13).map { y in Set((6..<43).map { frame[$0, y].text }) }
    // The smoothed line is solid, validation has gaps, the raw values are a grid of single dots.
    #expect(texts.contains { $0.count == 1 && $0 != [" "] })
    #expect(texts.last { $0 != [" "] }?.contains(" ") == true, "\(texts)")
    #expect(texts.contains(["⠅"]) || texts.contains(["⠁"]), "\(texts)")
  }

  @Test func curvesOfOneColourAreToldApartByDashes() {
    let plain = Theme.standard.adapted(to: .none)
    let columns = (0..<74).map { _ in ChartColumn(1) }
    let flat = ["a", "b"].enumerated().map { index, name in
      ChartSeries(
        name: name, color: plain[.train], quietColor: plain[.train],
        columns: columns.map { ChartColumn($0.mean + Double(index)) })
    }
    let frame = Samples.frame(43, 10, theme: plain) {
      Chart(series: flat, steps: 0...1).render(&$0)
    }
    func dots(_ row: Int) -> Int { (6..<43).count { frame[$0, row].text != " " } }
    let rows = (0..<9).map(dots).filter { $0 > 0 }
    #expect(rows.count == 2)
    #expect(rows[0] < rows[1])
  }
}

/// Values that an axis has no room for.
struct ChartExtremesTests {
  private func chart(_ values: [Double]) -> Chart {
    let theme = Theme.standard
    let series = ChartSeries(
      name: "loss", color: theme[.train], quietColor: theme[.train],
      columns: values.map { ChartColumn($0) })
    return Chart(series: [series], steps: 0...100, isLogarithmic: true)
  }

  @Test func theyAreSaidWhereTheAxisLeavesThemOut() {
    let rect = Rect(x: 0, y: 0, width: 60, height: 12)
    var values = (0..<100).map { 1 + 0.1 * Double($0 % 7) }
    #expect(chart(values).extremes(in: rect) == nil)
    values[50] = 1e9
    #expect(chart(values).extremes(in: rect) == 1...1e9)
    #expect(chart([]).extremes(in: rect) == nil)
  }
}
