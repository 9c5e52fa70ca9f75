import EngineInterface
import TerminalUI
import Testing

@testable import Workbench

@Suite struct DataScreenTests {
  static func driver(
    _ data: SampleData = .digits, columns: Int = 120, lines: Int = 36, keys: String = "",
    glyphs: GlyphSet = .braille
  ) -> Driver {
    var run = SampleRuns.digits(step: 300)
    run.run.classes = data.names
    var driver = Driver(run, columns: columns, lines: lines, glyphs: glyphs)
    driver.press("4 " + keys, data)
    return driver
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60), (60, 16)])
  func looksAsBefore(columns: Int, lines: Int) {
    let driver = Self.driver(.photographs, columns: columns, lines: lines)
    Baseline.expect(driver.screen, named: "data-\(columns)x\(lines)")
  }

  @Test(arguments: [(80, 24), (120, 36)]) func partsLookAsBefore(columns: Int, lines: Int) {
    for (name, keys) in [
      ("matrix", "m right down"), ("worst", "w right"), ("image", "enter right enter"),
      ("chooser", "enter r"),
    ] {
      let driver = Self.driver(.photographs, columns: columns, lines: lines, keys: keys)
      Baseline.expect(driver.screen, named: "data-\(name)-\(columns)x\(lines)")
    }
    let plain = Self.driver(.digits, columns: columns, lines: lines, keys: "w", glyphs: .ascii)
    #expect(plain.screen.utf8.allSatisfy { $0 < 0x80 })
    Baseline.expect(plain.screen, named: "data-ascii-\(columns)x\(lines)")
  }

  @Test(arguments: [(80, 24), (120, 36), (200, 60), (60, 16), (72, 22)])
  func whateverTheDataAreNothingBreaks(columns: Int, lines: Int) {
    let long = String(repeating: "a class of a very long name ", count: 9)
    var strange = SampleData(
      names: [long, "\u{1B}[31m漢字\n\t"], trainCounts: [1_000_000, 0], validationCounts: [0, 0])
    strange.findings = [long, "\u{1B}[2J"]
    var bare = SampleData.digits
    (bare.hasPictures, bare.hasValidated) = (false, false)
    for data in [strange, bare, .many(60), .digits, .photographs] {
      var driver = Self.driver(data, columns: columns, lines: lines)
      for keys in [
        "end home pgdn pgup ctrl-d ctrl-u", "tab down end home tab", "v v v v v v v",
        "+ + + + - - - - - - - -", "enter end down right enter right esc", "m down right end enter",
        "down esc home esc", "w s s down x x r down pgdn pgup enter", "u esc esc esc", "s", "m w m",
      ] {
        driver.press(keys, data)
        #expect(!driver.screen.contains("\u{1B}"))
        #expect(driver.screen.split(separator: "\n").count <= lines)
      }
    }
    // Before anything is known.
    var driver = Driver(
      SampleRuns.digits(state: .preparing(.readingImages)), columns: columns, lines: lines)
    driver.press("4 down tab m w s v x r enter esc + - u")
    driver.wait(10)
    #expect(driver.questions.isEmpty)
  }

  @Test func eachThingIsAskedForOnce() {
    var driver = Self.driver()
    let asked = driver.questions
    #expect(asked.count { $0 == .data } == 1 && asked.count { $0 == .validation } == 1)
    let wishes = asked.flatMap { question -> [PictureWish] in
      if case .pictures(let wishes) = question { wishes } else { [] }
    }
    #expect(!wishes.isEmpty && Set(wishes).count == wishes.count)
    let screen = driver.screen
    for _ in 0..<20 { driver.wait(1) }
    #expect(driver.questions.count == asked.count && driver.screen == screen)
    // Down and up again nothing new is to be seen.
    driver.press("down up", .digits)
    let before = driver.questions.count { if case .pictures = $0 { true } else { false } }
    driver.press("down up", .digits)
    #expect(driver.questions.count { if case .pictures = $0 { true } else { false } } == before)
  }

  @Test func anEpochsEndBringsNewNumbersAndMovesNoListUnderTheHand() {
    var driver = Self.driver(keys: "w")
    func asked(_ kind: (Question) -> Bool) -> Int { driver.questions.count(where: kind) }
    func isList(_ question: Question) -> Bool {
      if case .images(.worst, _, _) = question { true } else { false }
    }
    let lists = asked(isList)
    var next = SampleRuns.digits(step: 340)
    next.run.classes = SampleData.digits.names
    let first = driver.effects.count
    driver.wait(5)
    driver.send(.engine(next))
    driver.wait(5)
    driver.answer(.digits, from: first)
    #expect(asked { $0 == .validation } == 2 && asked(isList) == lists)
    #expect(driver.screen.contains("u: newer"))
    driver.press("u", .digits)
    #expect(asked(isList) == lists + 1 && !driver.screen.contains("u: newer"))
  }

  @Test func aCellOpensItsPicturesAndEscGoesBack() throws {
    var driver = Self.driver(keys: "m down right right")
    #expect(driver.data.cell == (1, 2))
    let confusion = SampleData.digits.confusion
    driver.press("enter", .digits)
    #expect(driver.data.content == .images(.cell(label: 1, answer: 2)))
    #expect(driver.data.imageCount == confusion[1, 2])
    #expect(driver.screen.contains("6 said to be 7"))
    driver.press("esc", .digits)
    #expect(driver.data.content == .matrix && driver.data.cell == (1, 2))
    driver.press("esc esc", .digits)
    #expect(driver.model.number == 1)
  }

  @Test func xLeavesAnImageOutAndTakesItInAgain() throws {
    var driver = Self.driver(keys: "w right")
    let image = try #require(driver.data.selectedEntry?.image)
    driver.press("x", .digits)
    #expect(driver.edits == [.leaveOut(images: [image])])
    // At once, before the engine has said so.
    #expect(driver.screen.contains("✗ left out") && driver.screen.contains("1 left out by you"))
    driver.acknowledge()
    driver.press("x", .digits)
    #expect(driver.edits.last == .takeIn(images: [image]))
    driver.press("z", .digits)
    guard case .replace(let settings)? = driver.edits.last else {
      Issue.record("\(driver.edits)")
      return
    }
    #expect(settings.corrections.leavesOut(image))
  }

  @Test func rGivesAnImageAnotherClass() throws {
    var driver = Self.driver(keys: "w right r")
    let entry = try #require(driver.data.selectedEntry)
    #expect(driver.screen.contains("Another class") && driver.screen.contains("as the data say"))
    driver.type("9")
    driver.press("enter", .digits)
    #expect(driver.edits == [.relabel(images: [entry.image], label: "9")])
    #expect(driver.screen.contains("→ 9"))
    // Its own class is no correction.
    driver.press("r backspace", .digits)
    driver.press("r", .digits)
    driver.type("6")
    driver.press("enter", .digits)
    #expect(driver.edits.last == .relabel(images: [entry.image], label: nil))
    // Leaving it changes nothing, and letters are letters.
    driver.press("r", .digits)
    driver.type("xqz")
    #expect(driver.data.chooser?.query.text == "xqz")
    driver.press("esc", .digits)
    #expect(driver.data.chooser == nil && driver.edits.count == 2)
  }

  @Test func picturesAreSeenInThreeWays() {
    var driver = Self.driver(.photographs, keys: "enter")
    func looks() -> Set<PictureWish.Look> {
      let layout = DataLayout(driver.data, driver.model.shared.body)
      return Set(driver.data.wishes(layout).map(\.look))
    }
    #expect(looks() == [.stored])
    driver.press("v", .photographs)
    #expect(looks() == [.prepared])
    driver.press("v v", .photographs)
    #expect(looks() == [.view(1)] && driver.screen.contains("view 2 of 4"))
    driver.press("v v v enter", .photographs)
    #expect(looks() == [.stored, .prepared, .view(0), .view(1), .view(2), .view(3)])
    // Validation is not augmented.
    driver.press("esc s enter", .photographs)
    #expect(looks() == [.stored, .prepared])
  }

  @Test func theMouseSelectsAndOpens() throws {
    var driver = Self.driver(.photographs)
    let row = try #require(driver.place(of: "geography"))
    driver.click(x: row.x, y: row.y)
    driver.answer(.photographs)
    #expect(driver.data.selectedClass == 3)
    let inside = DataLayout(driver.data, driver.model.shared.body).inside
    driver.click(x: inside.x + 2, y: inside.y + 2)
    #expect(driver.data.focus == .content && !driver.data.isLarge)
    driver.click(x: inside.x + 2, y: inside.y + 2)
    #expect(driver.data.isLarge)
    driver.press("esc r", .photographs)
    let class0 = try #require(driver.place(of: "tools"))
    driver.click(x: class0.x, y: class0.y)
    #expect(driver.data.chooser == nil || !driver.edits.isEmpty)
  }
}
