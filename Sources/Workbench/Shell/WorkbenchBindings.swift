import TerminalUI

/// Headings of the help page that the shell's keys stand under.
enum KeyGroup {
  static let run = "Run"
  static let everywhere = "Everywhere"
}

/// Every key of the workbench: the screens' and the shell's. The keyboard, the bottom bar, the help
/// page, the palette and the tests read this one table.
package enum WorkbenchBindings {
  package typealias Binding = KeyBinding<WorkbenchModel, Action>

  package static let table: BindingTable<WorkbenchModel, Action> = {
    // Screens of a higher number stand first, so that keys of layers, which several have, head the rest.
    let screens =
      Screens.all.reversed().flatMap { $0.shellBindings } + ExperimentScreen.shellBindings
    return BindingTable(
      screens.filter { $0.group != KeyGroup.everywhere } + run
        + screens.filter { $0.group == KeyGroup.everywhere } + everywhere)
  }()

  private static let run: [Binding] = [
    row(["p"], .pauseOrResume, "pause", "pause training", bar: 30) { $0.state != .paused },
    row(["p"], .pauseOrResume, "resume", "resume training", bar: 5) { $0.state == .paused },
    row(["."], .singleStep, "one step", "train one step, and pause again", bar: 6),
    row(["c"], .checkpoint, "checkpoint", "write a checkpoint", bar: 38),
    row(
      ["b"], .goBack, "back, lr/10",
      "back to the last checkpoint, or the beginning, at a tenth of the learning rate", bar: 4),
    row(
      ["r"], .solveHead, "solve head", "solve the head on the frozen layers below it", bar: 8
    ) { !$0.screen.takes("r") },
    row(["z"], .undo, "undo", "take the last edit back", bar: 44),
    row(["ctrl-y"], .redo, "redo", "make the edit again that was undone last", bar: 45),
    row(
      ["F"], .findRate, "find rate",
      "find a learning rate", bar: 51),
    row(
      ["W"], .whatIf, "what if",
      "compare edits before they are made", bar: 52
    ) { $0.whatIf == nil && !$0.showsExperiment },
    row(
      ["enter"], .compare, "compare", "train copies with the collected edits and without", bar: 1
    ) { $0.whatIf != nil && !$0.showsExperiment },
    row(["e"], .trainOn, "train on", "train for more epochs than were asked for", bar: 7) {
      $0.isOver
    },
    row(["e"], .trainOn, "more epochs", "train for more epochs than were asked for") {
      !$0.isOver
    },
  ].map {
    var binding = $0
    binding.group = KeyGroup.run
    return binding
  }

  private static let everywhere: [Binding] =
    Screens.all.map { screen in
      let title = screen.title.lowercased()
      return row(
        [Key(character: screen.number)], .show(screen.number), title, "the \(title) screen",
        bar: 42)
    } + [
      row(
        [":", "ctrl-p"], .palette, "command", "find a command by its name, or set a value",
        bar: 46),
      row(["t"], .nextTheme, "theme", "the next theme"),
      row(["?", "f1"], .help, "help", "every key, by pane", bar: 32),
      row(["ctrl-l"], .repaint, "repaint", "draw the screen again"),
      row(["esc"], .back, "back", "back: out of a range, a zoom, a screen") {
        $0.whatIf == nil && !$0.showsExperiment
      },
      row(["esc"], .back, "leave what if", "leave the collected edits", bar: 2) {
        $0.whatIf != nil && !$0.showsExperiment
      },
      row(["q", "ctrl-c"], .quit, "quit", "leave the workbench", bar: 33),
    ]

  private static func row(
    _ keys: [Key], _ action: Action, _ title: String, _ description: String, bar: Int? = nil,
    isPresent: @escaping @Sendable (WorkbenchModel) -> Bool = { _ in true }
  ) -> Binding {
    KeyBinding(
      keys, action, title: title, description: description, group: KeyGroup.everywhere,
      barOrder: bar, isPresent: isPresent, disabledReason: { $0.refusal(of: action) })
  }
}

extension Key {
  /// The key of a digit.
  fileprivate init(character digit: Int) { self.init(Character("\(digit)")) }
}
