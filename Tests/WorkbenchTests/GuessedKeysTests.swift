import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

/// Keys and clicks that people know from other programs.
@Suite struct GuessedKeysTests {
  // MARK: Keys

  @Test func gAndCapitalGGoToTheEndsOfAList() {
    var driver = Driver(SampleRuns.resNet50(step: 10))
    driver.press("G")
    #expect(driver.model.selection.index == driver.model.selection.rows.count - 1)
    driver.press("g")
    #expect(driver.model.selection.index == 0)
    driver.press("2 G")
    #expect(driver.model.selection.id == .layer(driver.model.layers.last?.name ?? ""))
  }

  @Test func pagesAndHalfPagesAreCtrlFAndCtrlD() {
    func row(_ keys: String) -> Int {
      var driver = Driver(SampleRuns.resNet50(step: 10), columns: 80, lines: 24)
      driver.press("o " + keys)
      return driver.model.selection.index ?? -1
    }
    #expect(row("ctrl-f") == row("pgdn") && row("pgdn") > 2)
    #expect(row("ctrl-f ctrl-f ctrl-b") == row("pgdn pgdn pgup"))
    #expect((1..<row("pgdn")).contains(row("ctrl-d")))
    #expect(row("ctrl-d ctrl-d ctrl-u") == row("ctrl-d"))
  }

  @Test(arguments: ["tab", "backtab", "2", "?"])
  func theyWorkInEveryPane(place: String) {
    var driver = Driver(SampleRuns.digits(step: 400), columns: 80, lines: 24)
    driver.press(place + " + +")
    let before = driver.model
    driver.press("ctrl-d")
    let after = driver.model
    #expect(
      before.selectedKnob != after.selectedKnob || before.selection.id != after.selection.id
        || before.overlay != after.overlay || place == "tab")
    driver.press("ctrl-u ctrl-u ctrl-f ctrl-b g G")
    #expect(driver.requests.isEmpty || place != "?")
  }

  @Test func aZoomedChartMovesByAQuarter() throws {
    var driver = Driver(SampleRuns.digits(step: 400))
    driver.press("tab ] ]")
    let zoom = try #require(driver.model.chart.zoom)
    driver.press("ctrl-u")
    let moved = try #require(driver.model.chart.zoom)
    let width = zoom.upperBound - zoom.lowerBound
    #expect(abs(zoom.lowerBound - width / 4 - moved.lowerBound) < 1e-9)
  }

  @Test func enterOnALayerShowsAllAboutIt() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("enter")
    #expect(driver.model.overlay == .details)
    #expect(driver.screen.contains("parameters  160"))
    driver.press("down")
    #expect(driver.model.overlay == .details && driver.model.selection.id == .layer("conv2"))
    #expect(driver.screen.contains("2 320"))
    // What acts on it works, and all else stays with the screen below.
    driver.press("a p c space")
    #expect(driver.requests == [.freeze(layers: ["conv2"])])
    #expect(driver.model.overlay == .details)
    driver.press("i")
    #expect(driver.screen.contains("conv2 has no dropout after it"))
    driver.press("esc enter esc")
    #expect(driver.model.overlay == nil)
    driver.press("enter q")
    #expect(driver.model.overlay == nil && !driver.effects.contains(.quit))
  }

  @Test func enterInTheListOpensBlocksAndShowsTheirLayers() {
    var driver = Driver(SampleRuns.resNet50(step: 10))
    driver.press("end up up enter down enter")
    #expect(driver.model.selection.expanded == ["conv5", "conv5_block1"])
    driver.press("down enter")
    #expect(driver.model.overlay == .details)
    #expect(driver.model.selection.expanded == ["conv5", "conv5_block1"])
    driver.press("esc up enter")
    #expect(driver.model.selection.expanded == ["conv5"])
  }

  @Test func ctrlPOpensThePalette() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("ctrl-p")
    guard case .palette = driver.model.overlay else {
      Issue.record("there is no palette")
      return
    }
  }

  @Test(arguments: ["", "backtab"])
  func chartKeysActOnTheShownChartFromElsewhere(place: String) {
    var driver = Driver(SampleRuns.digits(step: 400))
    driver.press(place)
    let focus = driver.model.focus
    #expect(driver.model.chart.lossIsLogarithmic)
    driver.press("x")
    #expect(!driver.model.chart.lossIsLogarithmic)
    let smoothing = driver.model.chart.smoothing
    driver.press("s")
    #expect(driver.model.chart.smoothing > smoothing)
    driver.press("S")
    #expect(driver.model.chart.smoothing == smoothing)
    driver.model.chart.zoom = 10...50
    driver.press("w")
    #expect(driver.model.chart.zoom == nil)
    #expect(driver.model.focus == focus)
    // After the accuracy was looked at, it is the one.
    driver = Driver(SampleRuns.digits(step: 400))
    driver.press("tab tab tab tab x")
    #expect(driver.model.focus == .layers && driver.model.chart.accuracyIsLogarithmic)
    #expect(driver.model.chart.lossIsLogarithmic)
  }

  // MARK: Mouse

  private func place(_ text: String, _ driver: Driver, last: Bool = false) -> (x: Int, y: Int)? {
    let frame = driver.frame
    var found: (x: Int, y: Int)?
    for y in 0..<frame.size.height {
      let line = (0..<frame.size.width).map { frame[$0, y].text }
      let characters = text.map(String.init)
      for x in 0..<max(frame.size.width - characters.count, 0)
      where Array(line[x..<x + characters.count]) == characters {
        if found == nil || last { found = (x, y) }
      }
    }
    return found
  }

  private func click(
    _ driver: inout Driver, _ text: String, button: MouseEvent.Button = .left, offset: Int = 0
  ) throws {
    let (x, y) = try #require(place(text, driver), "\(text) is not on the screen")
    driver.send(.mouse(MouseEvent(.press, button: button, x: x + offset, y: y)))
    driver.send(.mouse(MouseEvent(.release, button: button, x: x + offset, y: y)))
  }

  @Test func aDoubleClickOnALayerShowsAllAboutIt() throws {
    var driver = Driver(SampleRuns.digits(step: 100))
    try click(&driver, "conv3")
    driver.wait(0.2)
    try click(&driver, "conv3")
    #expect(driver.model.overlay == .details && driver.model.selection.id == .layer("conv3"))
    // Two that have nothing to do with each other do not.
    driver = Driver(SampleRuns.digits(step: 100))
    try click(&driver, "conv3")
    driver.wait(2)
    try click(&driver, "conv3")
    driver.wait(0.1)
    try click(&driver, "conv4")
    #expect(driver.model.overlay == nil)
  }

  @Test(arguments: [GlyphLevel.braille, .ascii])
  func aClickOnTheMarkFreezesAndThaws(level: GlyphLevel) throws {
    var driver = Driver(SampleRuns.digits(step: 100), glyphs: GlyphSet(level))
    try click(&driver, "conv3", offset: -2)
    #expect(driver.requests == [.freeze(layers: ["conv3"])])
    driver.acknowledge()
    try click(&driver, "conv3", offset: -2)
    #expect(driver.requests.last == .thaw(layers: ["conv3"]))
    // A layer that has nothing to freeze is selected, no more.
    try click(&driver, "pool1", offset: -2)
    #expect(driver.requests.count == 2 && driver.model.selection.id == .layer("pool1"))
  }

  @Test func aClickOnABlocksMarkFreezesItAsOne() throws {
    var driver = Driver(SampleRuns.resNet50(step: 10))
    driver.press("end")
    try click(&driver, "conv5", offset: -2)
    guard case .freeze(let layers)? = driver.edits.last else {
      Issue.record("nothing was frozen: \(driver.requests)")
      return
    }
    #expect(layers.allSatisfy { $0.hasPrefix("conv5_block") })
    #expect(driver.model.selection.expanded.isEmpty)
  }

  @Test func theWordsOnAChartsBorderAreClicked() throws {
    var driver = Driver(SampleRuns.digits(step: 100))
    try click(&driver, "log", offset: 1)
    #expect(!driver.model.chart.lossIsLogarithmic && driver.model.chart.crosshair == nil)
    try click(&driver, "linear smooth")
    #expect(driver.model.chart.lossIsLogarithmic)
    let smoothing = driver.model.chart.smoothing
    try click(&driver, "smooth")
    #expect(driver.model.chart.smoothing > smoothing)
  }

  @Test func aClickOnAColumnsTitleMarksIt() throws {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press("tab")
    try click(&driver, "drop ")
    #expect(driver.model.adjustedColumn == .dropout && driver.model.focus == .layers)
  }

  @Test func theRightButtonAsksAboutALayer() throws {
    var driver = Driver(SampleRuns.digits(step: 100))
    try click(&driver, "conv3", button: .right)
    #expect(driver.model.overlay == .details && driver.model.selection.id == .layer("conv3"))
    try click(&driver, "parameters", button: .right)
    #expect(driver.model.overlay == nil && driver.requests.isEmpty)
  }

  @Test(arguments: [false, true]) func aDragOverAChartZoomsToIt(backwards: Bool) throws {
    var driver = Driver(SampleRuns.digits(step: 400))
    let rect = TrainLayout(driver.model.train, driver.model.shared).loss
    let y = rect.y + 5
    var ends = [rect.x + 20, rect.x + 35]
    if backwards { ends.reverse() }
    driver.send(.mouse(MouseEvent(.press, x: ends[0], y: y)))
    let first = try #require(driver.model.chart.crosshair)
    driver.send(.mouse(MouseEvent(.drag, x: ends[1], y: y)))
    let second = try #require(driver.model.chart.crosshair)
    #expect(driver.model.chart.zoom == nil)
    driver.send(.mouse(MouseEvent(.release, x: ends[1], y: y)))
    #expect(driver.model.chart.zoom == min(first, second)...max(first, second))
    #expect(driver.model.chart.crosshair == nil)
    // And back.
    driver.send(.mouse(MouseEvent(.press, button: .right, x: ends[0], y: y)))
    #expect(driver.model.chart.zoom == nil)
  }

  @Test func aClickThatShookDoesNotZoom() {
    var driver = Driver(SampleRuns.digits(step: 400))
    let rect = TrainLayout(driver.model.train, driver.model.shared).loss
    driver.send(.mouse(MouseEvent(.press, x: rect.x + 20, y: rect.y + 5)))
    driver.send(.mouse(MouseEvent(.drag, x: rect.x + 21, y: rect.y + 6)))
    driver.send(.mouse(MouseEvent(.release, x: rect.x + 21, y: rect.y + 6)))
    #expect(driver.model.chart.zoom == nil && driver.model.chart.crosshair != nil)
  }

  // MARK: The palette

  @Test func thePaletteListsValuesAndAsksForThem() {
    var driver = Driver(SampleRuns.digits(step: 100), columns: 120, lines: 50)
    driver.press(":")
    driver.type("learning rate")
    #expect(driver.screen.contains("learning rate…"))
    #expect(driver.screen.contains("1e-3"))
    driver.press("enter")
    driver.type("3e-4")
    driver.press("enter")
    #expect(driver.requests == [.setLearningRate(3e-4)])
    driver = Driver(SampleRuns.digits(step: 100), columns: 120, lines: 50)
    driver.press("down down down down down down :")
    driver.type("dropout of")
    #expect(driver.screen.contains("dropout of dropout1…") && driver.screen.contains("0.25"))
  }

  @Test func whatDoesNothingNowStandsLastInThePalette() {
    for query in ["", "s", "ep", "c", "th"] {
      var driver = Driver(SampleRuns.digits(step: 100))
      driver.press(":")
      driver.type(query)
      guard case .palette(let state) = driver.model.overlay else { return }
      let palette = driver.model.palette(state, .braille)
      let works = palette.entries.map { palette.items[$0.index].disabledReason == nil }
      let firstOff = works.firstIndex(of: false) ?? works.count
      #expect(works[firstOff...].allSatisfy { !$0 }, "\(query)")
    }
  }

  @Test func aValueThatCannotBeSaysWhatOf() {
    var driver = Driver(SampleRuns.digits(step: 100))
    driver.press(":")
    driver.type("momentum 1")
    #expect(driver.screen.contains("momentum: expected 0 to below 1, found 1"))
  }

  // MARK: The log

  @Test func theLogIsInTheOrderOfTimeWithATimeOnEachLine() {
    var snapshot = SampleRuns.digits(step: 300)
    snapshot.history.append(
      EditMarker(
        step: 50, change: .dropout(layer: "first", from: nil, to: 0.5), time: SampleRuns.start + 5,
        validationLossBefore: nil))
    var driver = Driver(columns: 160, lines: 50)
    driver.wait(2)
    driver.send(.events([.notice(.remark("before it"))]))
    driver.send(.engine(snapshot))
    driver.wait(10)
    driver.send(.events([.notice(.remark("after it"))]))
    let lines = driver.screen.split(separator: "\n").map(String.init)
    let places = ["before it", "dropout of first", "after it"].map { text in
      lines.lastIndex { $0.contains(text) } ?? -1
    }
    #expect(places[0] > 0 && places == [places[0], places[0] + 1, places[0] + 2], "\(places)")
    for place in places where place >= 0 {
      #expect(lines[place].firstMatch(of: /\d\d:\d\d:\d\d/) != nil)
    }
  }

  @Test func epochsDoNotDrownEdits() {
    var snapshot = SampleRuns.digits(step: 900)
    snapshot.history.append(
      EditMarker(
        step: 50, change: .dropout(layer: "first", from: nil, to: 0.5), time: SampleRuns.start,
        validationLossBefore: nil))
    var driver = Driver(snapshot, columns: 120, lines: 36)
    let metrics = EpochSummary.Metrics(loss: 0.081, accuracy: 0.98, top5: nil)
    for epoch in 1...19 {
      driver.wait(3)
      driver.send(
        .events([
          .epochEnded(
            EpochSummary(
              epoch: epoch, step: epoch * 47, train: metrics, validation: metrics,
              imagesPerSecond: 1840, learningRate: 3e-4)),
          .checkpointWritten(path: "/a/step-\(epoch).safetensors", step: epoch * 47),
        ]))
    }
    #expect(driver.screen.contains("dropout of first"))
    #expect(driver.screen.contains("epoch 19 ended") && driver.screen.contains(", saved"))
    #expect(driver.model.log.entries.count == 19)
  }
}
