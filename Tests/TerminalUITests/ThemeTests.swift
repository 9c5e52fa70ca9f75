import Foundation
import TerminalUI
import TestSupport
import Testing

struct ThemeTests {
  private static let shipped = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("themes").path
  static let names = ["default", "light", "high-contrast", "colour-blind", "16-colours"]

  @Test(arguments: [
    ("#ff0080", Color.rgb(255, 0, 128)), ("#cc", .rgb(0xcc, 0xcc, 0xcc)),
    ("12 34 56", .rgb(12, 34, 56)), ("", .terminal), ("color9", .indexed(9)),
  ])
  func valuesOfBtopsGrammar(text: String, color: Color) {
    #expect(ThemeParser.color(text) == color)
  }

  @Test(
    arguments: [
      "#ff", "#ff0", "ff0080", "1 2", "1 2 256", "-1 2 3", "#gggggg", "color16", "colour1", "red",
      "#+1", "#-fffff",
    ].dropFirst())
  func otherValuesAreNoColours(text: String) {
    #expect(ThemeParser.color(text) == nil)
  }

  @Test func badLinesAreReportedAndTheRestIsRead() {
    let (values, problems) = ThemeParser.parse(
      """
      # a comment
      theme[main_fg]="#010203"
      theme[no_such_key]="#010203"
      main_bg = "#000000"
      theme[title]="blue"
      theme[hi_fg]="#0a0b0c
        theme[ cpu_box ] = '#111213'  # another
      theme[mem_box]=#222324 # and one
      """)
    #expect(
      values == [
        .mainFg: .rgb(1, 2, 3), .cpuBox: .rgb(0x11, 0x12, 0x13), .memBox: .rgb(0x22, 0x23, 0x24),
      ])
    #expect(problems.map(\.line) == [3, 4, 5, 6])
    #expect(problems[2].description.contains("expected #rrggbb"))
  }

  /// Whatever stands between two good lines, both are read, and each bad line is told by its number.
  @Test(arguments: 0..<300)
  func damageStaysInItsLine(seed: UInt64) {
    let text = Array("theme[main_bg]=\"#1a2b3c\"\ntheme[train]='1 2 3'\n# x\n".utf8)
    var mutations = Mutations(seed: seed)
    let damaged = String(decoding: mutations.damaged(text), as: UTF8.self)
    let first = "theme[title]=\"#010203\"\n"
    let (values, problems) = ThemeParser.parse(first + damaged + "\ntheme[hi_fg]=\"#040506\"")
    #expect(values[.title] == .rgb(1, 2, 3))
    #expect(values[.hiFg] == .rgb(4, 5, 6))
    let lines = damaged.split(omittingEmptySubsequences: false) { $0.isNewline }
    #expect(problems.allSatisfy { (2..<2 + lines.count).contains($0.line) })
    // Every line that says something is either a colour or a problem, and never both.
    let told = Set(problems.map(\.line))
    for (index, line) in lines.enumerated() {
      let alone = ThemeParser.parse(String(line))
      #expect(told.contains(index + 2) == !alone.problems.isEmpty, "\(line)")
      let words = line.drop { $0.isWhitespace }
      let saysSomething = !words.isEmpty && words.first != "#"
      #expect((alone.values.count + alone.problems.count == 1) == saysSomething, "\(line)")
    }
  }

  @Test func keysOfThawFollowBtops() {
    let theme = Theme(name: "x", values: [.cachedEnd: .rgb(1, 1, 1), .mainBg: .rgb(2, 2, 2)])
    #expect(theme[.train] == .rgb(1, 1, 1))
    #expect(theme[.barBg] == .rgb(2, 2, 2))
    // Of what a file leaves out, the built-in colour stays.
    #expect(theme[.mainFg] == Theme.standard[.mainFg])
    let own = Theme(name: "x", values: [.cachedEnd: .rgb(1, 1, 1), .train: .rgb(3, 3, 3)])
    #expect(own[.train] == .rgb(3, 3, 3))
  }

  @Test func emptyGradientsGoOnAsTheyBegan() {
    let theme = Theme(
      name: "x", values: [.tempStart: .rgb(1, 1, 1), .tempMid: .terminal, .tempEnd: .terminal])
    #expect(theme[.tempEnd] == .rgb(1, 1, 1))
    #expect(theme.heat(1) == .rgb(1, 1, 1))
    let plain = Theme(name: "x", values: [.mainBg: .terminal, .mainFg: .terminal])
    #expect(plain[.mainBg] == .terminal)
    #expect(plain[.mainFg] == .terminal)
  }

  @Test(arguments: names)
  func shippedThemesAreCompleteAndClean(name: String) throws {
    let loaded = ThemeCatalog(folders: [Self.shipped]).load(name)
    #expect(loaded.problems == [])
    #expect(loaded.theme.name == name)
    let text = try String(contentsOfFile: Self.shipped + "/\(name).theme", encoding: .utf8)
    let values = ThemeParser.parse(text).values
    for key in ThemeKey.allCases { #expect(values[key] != nil, "\(name) lacks \(key.rawValue)") }
  }

  @Test func shippedDefaultIsTheBuiltInOne() {
    let loaded = ThemeCatalog(folders: [Self.shipped]).load("default").theme
    for key in ThemeKey.allCases { #expect(loaded[key] == Theme.standard[key], "\(key.rawValue)") }
  }

  /// WCAG 2.1: 4.5 for text, 3 for what is quiet on purpose, 7 where high contrast is promised.
  @Test(arguments: names.dropLast())
  func shippedThemesCanBeRead(name: String) throws {
    let theme = ThemeCatalog(folders: [Self.shipped]).load(name).theme
    let isStrong = name == "high-contrast"
    for (key, wanted) in [
      (ThemeKey.mainFg, 7.0), (.title, 7), (.graphText, 4.5), (.inactiveFg, 3), (.hiFg, 4.5),
      (.train, 3), (.val, 3), (.frozenFg, 3), (.liveFg, 3), (.editMark, 3), (.nanFg, 3),
      (.accentFg, 4.5),
    ] {
      for ground in [ThemeKey.mainBg, .barBg] {
        let contrast = try Self.contrast(theme[key], theme[ground])
        #expect(
          contrast >= (isStrong && key != .nanFg ? max(wanted, 6) : wanted),
          "\(name): \(key.rawValue) on \(ground.rawValue) is \(contrast)")
      }
    }
    #expect(try Self.contrast(theme[.selectedFg], theme[.selectedBg]) >= 7)
  }

  private static func contrast(_ a: Color, _ b: Color) throws -> Double {
    let (a, b) = try (#require(a.luminance), #require(b.luminance))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  @Test(arguments: names, ColorDepth.allCases)
  func selectionIsSeenAtEveryDepth(name: String, depth: ColorDepth) {
    let theme = ThemeCatalog(folders: [Self.shipped]).load(name).theme.adapted(to: depth)
    var frame = Frame(size: Size(width: 2, height: 1), style: theme.ground)
    frame.fill(Rect(x: 1, y: 0, width: 1, height: 1), style: theme.selection)
    #expect(frame[0, 0].style != frame[1, 0].style)
    frame.fill(Rect(x: 0, y: 0, width: 1, height: 1), style: theme.range)
    #expect(frame[0, 0].style != frame[1, 0].style)
  }

  /// Whatever stands in a selected row can be told from its ground.
  @Test(arguments: names, ColorDepth.allCases)
  func textIsSeenOnTheSelection(name: String, depth: ColorDepth) {
    let theme = ThemeCatalog(folders: [Self.shipped]).load(name).theme.adapted(to: depth)
    for style in [theme.text, theme.strong, theme.faint, theme.label, theme.accent, theme.key] {
      var frame = Frame(size: Size(width: 2, height: 1), style: theme.ground)
      frame.fill(frame.bounds, style: theme.selection)
      frame.text("x", x: 0, y: 0, style: style)
      let shown = frame[0, 0].style
      let isReversed = shown.attributes.contains(.reverse)
      #expect(isReversed || shown.foreground != shown.background, "\(style)")
    }
  }

  @Test func firstFolderWins() throws {
    let first = TemporaryFolder()
    let second = TemporaryFolder()
    try first.write(Array("theme[main_fg]=\"#111111\"".utf8), to: "mine.theme")
    try second.write(Array("theme[main_fg]=\"#222222\"".utf8), to: "mine.theme")
    try second.write(Array("theme[main_fg]=\"#333333\"".utf8), to: "other.theme")
    let catalog = ThemeCatalog(folders: [first.path, "/no/such/folder", second.path])
    #expect(catalog.names == ["default", "mine", "other"])
    #expect(catalog.load("mine").theme[.mainFg] == .rgb(0x11, 0x11, 0x11))
    #expect(catalog.load("other").theme[.mainFg] == .rgb(0x33, 0x33, 0x33))
    #expect(catalog.load(second("mine.theme")).theme[.mainFg] == .rgb(0x22, 0x22, 0x22))
  }

  @Test func missingThemesGiveTheDefaultAndALine() throws {
    let folder = TemporaryFolder()
    let catalog = ThemeCatalog(folders: [folder.path])
    #expect(catalog.load("nope").theme == .standard)
    #expect(try #require(catalog.load("nope").problems.first).contains("expected one of default"))
    #expect(catalog.load("default").problems == [])
    #expect(catalog.load(folder("gone.theme")).problems.count == 1)
    try folder.write([UInt8](repeating: 0x23, count: 300_000), to: "huge.theme")
    #expect(catalog.load("huge").problems.count == 1)
    try folder.write([0xff, 0xfe, 0, 1, 2], to: "binary.theme")
    #expect(catalog.load("binary").problems.count == 1)
    // To open a pipe without a writer would wait for ever.
    #expect(mkfifo(folder("pipe.theme"), 0o600) == 0)
    #expect(catalog.load("pipe").unreadable == "a device or pipe")
    #expect(catalog.load("huge").unreadable != nil)
    #expect(catalog.load("binary").unreadable == nil)
  }

  /// Opening a named pipe would wait for a writer, and one among the themes would stop them all.
  @Test func pipesAndDevicesAreNoThemes() throws {
    let folder = TemporaryFolder()
    #expect(mkfifo(folder("pipe.theme"), 0o644) == 0)
    symlink("/dev/zero", folder("zero.theme"))
    // No name that a string can hold.
    let strange = Array((folder.path + "/").utf8) + [0xff, 0xfe] + Array(".theme".utf8) + [0]
    let file = strange.withUnsafeBytes {
      open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_CREAT | O_WRONLY, 0o644)
    }
    #expect(file >= 0)
    close(file)
    defer {
      strange.withUnsafeBytes { _ = unlink($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
    }
    let catalog = ThemeCatalog(folders: [folder.path])
    for name in ["pipe", "zero", folder("pipe.theme")] {
      let loaded = catalog.load(name)
      #expect(loaded.theme == .standard && loaded.unreadable == "a device or pipe")
      #expect(loaded.problems.count == 1)
    }
    for name in catalog.names { _ = catalog.load(name) }
  }

  @Test func userFolderFollowsXDG() {
    #expect(
      ThemeCatalog.userFolder(environment: ["XDG_CONFIG_HOME": "/c", "HOME": "/h"])
        == "/c/thaw/themes")
    #expect(
      ThemeCatalog.userFolder(environment: ["XDG_CONFIG_HOME": "", "HOME": "/h"])
        == "/h/.config/thaw/themes")
  }
}
