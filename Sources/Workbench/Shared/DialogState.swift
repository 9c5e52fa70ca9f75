import EngineInterface
import Files

/// A question with a few answers, each with its letter.
struct DialogState: Sendable, Equatable {
  enum Answer: Sendable, Equatable {
    case cancel
    case leave(checkpoint: Bool)
    case trainOn(epochs: Int)
    case insertDropout(after: String, rate: Double)
    case moveHead(after: String)
    case extendSearch(trials: Int, minutes: Double)
  }

  struct Choice: Sendable, Equatable {
    var letter: Character
    var title: String
    var answer: Answer
  }

  var title: String
  var text: [String]
  var choices: [Choice]
  var selected = 0
}

extension DialogState {
  /// - Parameter searches: whether a search is under way beside the run.
  static func quit(isPaused: Bool, searches: Bool = false) -> DialogState {
    DialogState(
      title: "Leave the workbench",
      text: ["The run is \(isPaused ? "paused" : "training"). What is to become of it?"]
        + (searches ? ["The search beside it goes on with 'thaw resume'."] : []),
      choices: [
        Choice(
          letter: "s", title: "stop after this step, with a checkpoint",
          answer: .leave(checkpoint: true)),
        Choice(
          letter: "d", title: "stop and drop what came after the last checkpoint",
          answer: .leave(checkpoint: false)),
        Choice(letter: "c", title: isPaused ? "cancel: stay" : "cancel: train on", answer: .cancel),
      ])
  }

  /// Leaving a search loses nothing of it.
  static let leaveSearch = DialogState(
    title: "Leave the search",
    text: ["It is not over. 'thaw resume' goes on with it."],
    choices: [
      Choice(letter: "l", title: "leave after this step", answer: .leave(checkpoint: true)),
      Choice(letter: "c", title: "cancel: stay", answer: .cancel),
    ])

  static func extend(_ search: SearchSnapshot) -> DialogState {
    var text: [String] = []
    var choices: [Choice] = []
    if let trials = search.budget.trials {
      text.append("So far \(NumberText.quantity(trials, "trial")) are allowed.")
      choices += [(Character("1"), 10), ("2", 50)].map { letter, more in
        Choice(
          letter: letter, title: "\(more) more trials",
          answer: .extendSearch(trials: more, minutes: 0))
      }
    }
    if let minutes = search.budget.minutes {
      text.append("So far \(NumberText.short(minutes)) minutes are allowed.")
      choices += [(Character("5"), 5.0), ("6", 60)].map { letter, more in
        Choice(
          letter: letter, title: "\(NumberText.short(more)) more minutes",
          answer: .extendSearch(trials: 0, minutes: more))
      }
    }
    if choices.isEmpty {
      text.append("The last round gained too little to go on by itself.")
      choices.append(
        Choice(
          letter: "1", title: "one more round", answer: .extendSearch(trials: 0, minutes: 0)))
    }
    choices.append(Choice(letter: "c", title: "cancel", answer: .cancel))
    return DialogState(title: "Extend the search", text: text, choices: choices)
  }

  /// - Parameter stepsLost: steps that are in no checkpoint.
  static func unsaved(stepsLost: Int) -> DialogState {
    DialogState(
      title: "Not saved",
      text: ["The last checkpoint could not be written.", "Make room: saving is tried again."],
      choices: [
        Choice(letter: "s", title: "save now, and leave", answer: .leave(checkpoint: true)),
        Choice(
          letter: "d", title: "leave and lose \(NumberText.quantity(stepsLost, "step"))",
          answer: .leave(checkpoint: false)),
        Choice(letter: "c", title: "cancel: stay", answer: .cancel),
      ])
  }

  static func trainOn(_ snapshot: EngineView?) -> DialogState {
    let epochs = snapshot?.settings.epochs ?? 0
    var choices = [1, 5].map { more in
      Choice(
        letter: more == 1 ? "1" : "5", title: "\(NumberText.quantity(more, "epoch")) more",
        answer: .trainOn(epochs: more))
    }
    if epochs > 0, epochs != 1, epochs != 5 {
      choices.append(
        Choice(
          letter: "a", title: "as many again: \(NumberText.quantity(epochs, "epoch"))",
          answer: .trainOn(epochs: epochs)))
    }
    choices.append(Choice(letter: "c", title: "cancel", answer: .cancel))
    return DialogState(
      title: "Train on", text: ["So far \(NumberText.quantity(epochs, "epoch")) were asked for."],
      choices: choices)
  }

  /// - Parameter following: layers that come after it.
  static func moveHead(after layer: String, before following: [String]) -> DialogState {
    DialogState(
      title: "Head here",
      text: [
        "The network is cut after \(layer), and what follows goes:",
        RequestText.names(following) + ".", "A new head of random weights takes its place.",
      ],
      choices: [
        Choice(letter: "h", title: "put the head here", answer: .moveHead(after: layer)),
        Choice(letter: "c", title: "cancel", answer: .cancel),
      ])
  }

  static func insertDropout(after layer: String) -> DialogState {
    let rates: [(Character, Double)] = [("1", 0.1), ("2", 0.2), ("3", 0.3), ("5", 0.5)]
    return DialogState(
      title: "Insert dropout",
      text: ["\(layer) has no dropout after it.", "Insert a layer that drops"],
      choices: rates.map { letter, rate in
        Choice(
          letter: letter, title: NumberText.percent(rate),
          answer: .insertDropout(after: layer, rate: rate))
      } + [Choice(letter: "c", title: "cancel", answer: .cancel)], selected: 1)
  }
}
