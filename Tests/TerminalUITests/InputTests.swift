import TerminalUI
import Testing

struct InputTests {
  @Test func keysAreReadByName() {
    #expect(Key(named: "ctrl-y") == Key("y", .control))
    #expect(Key(named: "alt-left") == Key(.left, .alt))
    #expect(Key(named: "space") == Key(" "))
    #expect(Key(named: "-") == Key("-"))
    #expect(Key(named: "ctrl--") == Key("-", .control))
    #expect(Key(named: "f12") == Key(.function(12)))
    #expect(Key(named: "f") == Key("f"))
    #expect(Key(named: "f99") == nil)
    #expect(Key(named: "nothing") == nil)
  }

  @Test func namesAndLabelsAgree() {
    for name in ["ctrl-y", "space", "pgup", "alt-x", "enter", "tab", "esc", "home"] {
      #expect(Key(named: name)?.label(.braille) == name)
    }
    #expect(Key(.up).label(.braille) == "↑")
    #expect(Key(.up).label(.ascii) == "up")
    #expect(Key(.function(1)).label(.braille) == "F1")
  }

  @Test(arguments: [
    ("0;10;5M", MouseEvent(.press, button: .left, x: 9, y: 4)),
    ("2;1;1m", MouseEvent(.release, button: .right, x: 0, y: 0)),
    ("32;300;200M", MouseEvent(.drag, button: .left, x: 299, y: 199)),
    ("64;3;3M", MouseEvent(.wheelUp, button: .none, x: 2, y: 2)),
    ("81;3;3M", MouseEvent(.wheelDown, button: .none, x: 2, y: 2, modifiers: .control)),
  ])
  func mouseReportsAreRead(report: String, event: MouseEvent) {
    #expect(MouseEvent(sgr: report) == event)
  }

  @Test(arguments: [
    "", "M", "0;1M", "0;0;1M", "0;1;1", "a;1;1M", "35;1;1M", "99999999999999999999;1;1M", "-1;1;1M",
    "0;1;99999M", "3;1;1M", "128;1;1M",
  ])
  func otherReportsAreIgnored(report: String) {
    #expect(MouseEvent(sgr: report) == nil)
  }

  private func typed(_ key: Key, _ field: inout TextField) -> Bool { field.handle(key) }

  @Test func textFieldEdits() {
    var field = TextField("conv")
    #expect(typed("1", &field))
    #expect(typed("home", &field))
    #expect(typed("x", &field))
    #expect(field.text == "xconv1")
    #expect(typed("delete", &field))
    #expect(field.text == "xonv1")
    #expect(typed("end", &field))
    #expect(typed("backspace", &field))
    #expect(field.text == "xonv")
    field.insert(" two\n\u{1b}three")
    #expect(field.text == "xonv twothree")
    #expect(typed("ctrl-w", &field))
    #expect(field.text == "xonv ")
    #expect(typed("ctrl-u", &field))
    #expect(field.text == "" && field.cursor == 0)
    #expect(!typed("enter", &field))
    #expect(!typed("ctrl-p", &field))
    for key: Key in ["left", "right", "backspace", "delete", "ctrl-k", "ctrl-w"] {
      #expect(typed(key, &field))
    }
  }

  @Test func fieldShowsTheCursorWhateverItsLength() {
    var field = TextField("a long pattern of layers")
    let frame = Samples.frame(10, 1) { field.render(&$0, style: Style()) }
    #expect(frame.text == "of layers")
    #expect(frame[9, 0].style.attributes == .reverse)
    _ = field.handle("home")
    let start = Samples.frame(10, 1) { field.render(&$0, style: Style()) }
    #expect(start.text == "a long pat")
    #expect(start[0, 0].style.attributes == .reverse)
  }

  // MARK: Bindings

  struct Model: Sendable {
    var isPaused = false
    var isInList = true
  }
  enum Action: Sendable { case pause, step, freeze, zoom, quit }

  static let table = BindingTable<Model, Action>([
    KeyBinding(
      ["space"], .freeze, title: "freeze", description: "freeze the layer", group: "Layers",
      barOrder: 0, isPresent: { $0.isInList }),
    KeyBinding(
      ["p"], .pause, title: "pause", description: "pause", group: "Training", barOrder: 2),
    KeyBinding(
      ["."], .step, title: "step", description: "do one step", group: "Training", barOrder: 1,
      disabledReason: { $0.isPaused ? nil : "it is running" }),
    KeyBinding(
      ["-", "+"], .zoom, title: "zoom", description: "zoom", group: "Charts",
      isPresent: { !$0.isInList }),
    KeyBinding(
      ["q", "esc"], .quit, title: "quit", description: "quit", group: "Layers", barOrder: 9,
      isInPalette: false),
  ])

  @Test func tableFindsWhatAKeyDoesNow() {
    func match(_ key: Key, _ model: Model) -> String {
      switch Self.table.match(key, in: model) {
      case .action(let action): "\(action)"
      case .disabled(let binding, let reason): "\(binding.title): \(reason)"
      case .none: "nothing"
      }
    }
    #expect(match("space", Model()) == "freeze")
    #expect(match("space", Model(isInList: false)) == "nothing")
    #expect(match(".", Model()) == "step: it is running")
    #expect(match(".", Model(isPaused: true)) == "step")
    #expect(match("esc", Model()) == "quit")
    #expect(match("x", Model()) == "nothing")
  }

  @Test func barShowsOnlyWhatWorksNow() {
    let bar = Self.table.bar(for: Model(), glyphs: .braille)
    #expect(bar.map(\.title) == ["freeze", "pause", "quit"])
    #expect(
      Self.table.bar(for: Model(isPaused: true, isInList: false), glyphs: .braille).map(\.title)
        == ["step", "pause", "quit"])
    #expect(bar.map(\.key) == ["space", "p", "q/esc"])
  }

  @Test func helpAndPaletteComeFromTheTable() {
    let help = Self.table.help(for: Model(), glyphs: .braille)
    #expect(help.map(\.title) == ["Layers", "Training", "Charts"])
    #expect(help[0].entries.map(\.keys) == ["space", "q/esc"])
    #expect(help[1].entries.map(\.disabledReason) == [nil, "it is running"])
    let palette = Self.table.palette(for: Model(), glyphs: .braille)
    #expect(palette.map(\.description) == ["freeze the layer", "pause", "do one step"])
    #expect(Self.table.conflicts(in: Model()).isEmpty)
  }

  @Test func conflictsAreFound() {
    let table = BindingTable<Model, Action>([
      KeyBinding(["p"], .pause, title: "a", description: "", group: ""),
      KeyBinding(["q", "p"], .quit, title: "b", description: "", group: ""),
    ])
    #expect(table.conflicts(in: Model()) == ["p"])
  }
}
