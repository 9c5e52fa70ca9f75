import EngineInterface
import TerminalUI

/// The screens that there are, by their numbers. A new one is a line here.
enum Screens {
  static let all: [any Screen.Type] = [
    TrainScreen.self,
    GraphScreen.self,
    DataScreen.self,
    SearchScreen.self,
    RunsScreen.self,
  ]
}

/// What the shell asks of a screen without knowing which it is.
extension Screen {
  /// Its keys in the shell's table.
  static var shellBindings: [KeyBinding<WorkbenchModel, ShellAction>] {
    bindings.map { binding in
      KeyBinding(
        binding.keys, .screen(OwnAction(binding.action)), title: binding.title,
        description: binding.description, group: binding.group, barOrder: binding.barOrder,
        isInPalette: binding.isInPalette,
        isPresent: { model in
          // While edits are collected, enter compares them.
          if model.whatIf != nil, binding.keys.contains("enter"), !model.showsExperiment {
            return false
          }
          return scene(of: model).map(binding.isPresent) ?? false
        },
        disabledReason: { model in scene(of: model).flatMap(binding.disabledReason) })
    }
  }

  /// `nil` where another screen is on show.
  private static func scene(of model: WorkbenchModel) -> Scene<Self>? {
    (model.screen as? Self).map { Scene(screen: $0, shared: model.shared) }
  }

  func refusal(of action: OwnAction, _ shared: Shared) -> String? {
    (action.base as? Action).map { refusal(of: $0, shared) } ?? "it belongs to another screen"
  }

  mutating func perform(_ action: OwnAction, _ shared: inout Shared) -> [Effect] {
    (action.base as? Action).map { perform($0, &shared) } ?? []
  }

  func isUrgent(_ action: OwnAction, _ shared: Shared) -> Bool {
    (action.base as? Action).map { isUrgent($0, shared) } ?? false
  }

  /// Draws where the shell leaves room.
  func drawBody(_ canvas: inout Canvas, _ shared: Shared) {
    canvas.within(shared.body) { _ = draw(&$0, shared) }
  }

  /// Draws itself once more for the mouse: a click is rare, and nothing else can say as truly what lies
  /// where.
  mutating func handle(_ event: MouseEvent, on canvas: Canvas, _ shared: inout Shared)
    -> [Effect]
  {
    var canvas = canvas
    let regions = canvas.within(shared.body) { [self, shared] in draw(&$0, shared) }
    return handle(event, Picture(frame: canvas.frame, regions: regions), &shared)
  }
}
