import EngineInterface
import Files

/// Requests in words, as the person would give them.
package enum RequestText {
  static func describe(_ request: Request) -> String {
    switch request {
    case .edit(let edit): describe(edit)
    case .control(let control): describe(control)
    case .question(.runs): "list the runs"
    case .question(.run): "read a run"
    case .question(.data): "look at the data"
    case .question(.validation): "look at the validation"
    case .question(.images): "list images"
    case .question(.pictures): "look at images"
    case .search(let control): describe(control)
    case .experiment(let control): describe(control)
    }
  }

  static func describe(_ edit: Edit) -> String {
    switch edit {
    case .freeze(let layers): "freeze \(names(layers))"
    case .thaw(let layers): "thaw \(names(layers))"
    case .setLearningRate(let rate): "learning rate \(NumberText.short(rate))"
    case .setMomentum(let momentum): "momentum \(NumberText.short(momentum))"
    case .setWeightDecay(let decay): "weight decay \(NumberText.short(decay))"
    case .setMaxNorm(let layers, let limit):
      "max-norm \(limit.map(NumberText.short) ?? "off")"
        + (layers.isEmpty ? "" : " on \(names(layers))")
    case .setMultiplier(let layers, let factor):
      "learning rate ×\(NumberText.short(factor)) on \(names(layers))"
    case .setDropout(let layer, let rate): "dropout \(NumberText.short(rate)) in \(layer)"
    case .setDropouts(let layers, let rate):
      "dropout \(NumberText.short(rate)) in \(names(layers))"
    case .insertDropout(let layer, let rate): "dropout \(NumberText.short(rate)) after \(layer)"
    case .setEpochs(let epochs): NumberText.quantity(epochs, "epoch")
    case .replace: "all settings"
    case .moveHead(let layer): "head after \(layer)"
    case .solveHead: "solve the head"
    case .adopt(let adoption): "values and weights of trial \(adoption.trial)"
    case .leaveOut(let images): "leave out \(self.images(images.map(\.name)))"
    case .takeIn(let images): "take in \(self.images(images.map(\.name)))"
    case .relabel(let images, let label):
      "\(self.images(images.map(\.name))) is " + (label.map { "'\($0)'" } ?? "what the data say")
    }
  }

  /// `stars/1.png`, `stars/1.png and 3 more`.
  static func images(_ names: [String]) -> String {
    guard names.count > 1, let first = names.first else { return names.joined() }
    return "\(first) and \(names.count - 1) more"
  }

  /// The last part of a path.
  static func file(_ name: String) -> String {
    name.split(separator: "/").last.map(String.init) ?? name
  }

  private static func describe(_ control: Control) -> String {
    switch control {
    case .pause: "pause"
    case .resume: "resume"
    case .singleStep: "one step"
    case .checkpoint: "checkpoint"
    case .goBack: "go back"
    case .stop(let checkpoint): checkpoint ? "stop with a checkpoint" : "stop and drop"
    }
  }

  private static func describe(_ control: SearchControl) -> String {
    switch control {
    case .pause: "pause the search"
    case .resume: "go on with the search"
    case .stopTrial(let trial): "stop trial \(trial)"
    case .extend: "extend the search"
    case .stop: "end the search"
    case .start: "search"
    case .adopt(let trial, let withWeights):
      withWeights ? "adopt trial \(trial) with its weights" : "adopt trial \(trial)"
    }
  }

  private static func describe(_ control: ExperimentControl) -> String {
    switch control {
    case .testRange: "find a learning rate"
    case .compare: "compare"
    case .setSteps(let steps): "compare over \(NumberText.quantity(steps, "step"))"
    case .end: "let the run go on"
    }
  }

  /// `conv1`, `conv1, conv2`, `conv1 … conv9 (9 layers)`.
  package static func names(_ layers: [String]) -> String {
    guard layers.count > 2, let first = layers.first, let last = layers.last else {
      return layers.joined(separator: ", ")
    }
    return "\(first) … \(last) (\(NumberText.quantity(layers.count, "layer")))"
  }
}
