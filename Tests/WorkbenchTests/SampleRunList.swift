import EngineInterface

@testable import Workbench

/// Runs as a folder has them: good ones, running, stopped, failed, and damaged ones.
enum SampleRunList {
  static func summary(_ index: Int, name: String? = nil) -> RunSummary {
    let name = name ?? "digits_0_to_4-2026-11-\(10 + index % 19)-\(index)"
    var run = RunSummary(name: name, path: "/runs/\(name)", state: .finished)
    switch index % 7 {
    case 1: run.state = .running
    case 2: run.state = .stopped(step: 100 + index)
    case 3: run.state = .failed("the loss of step \(index) is not a number")
    case 5: run.state = .unreadable("/runs/\(name)/run.json: expected JSON, found the end")
    default: break
    }
    guard run.isReadable else { return run }
    run.model = index % 2 == 0 ? "demo" : "/models/mobilenet_v2_1.0_224.h5"
    run.data = "demo"
    run.created = SampleRuns.start - Double(index) * 86_400
    run.lastActivity = SampleRuns.start - Double(index) * 86_000
    run.epochsDone = 3 + index % 8
    run.epochsPlanned = 10
    run.steps = run.epochsDone * 47
    run.best = RunSummary.Best(
      epoch: run.epochsDone,
      metrics: EpochSummary.Metrics(
        loss: 0.05 + Double(index * 37 % 100) / 400,
        accuracy: 0.985 - Double(index * 37 % 100) / 700, top5: nil),
      isValidation: index % 6 != 4)
    run.canResume = true
    return run
  }

  static func details(_ run: RunSummary) -> RunDetails {
    let settings = TuningSettings(learningRate: 1e-3, epochs: 10)
    let edits = [
      RunDetails.MadeEdit(step: 47, edit: .freeze(layers: ["conv1", "conv2"])),
      RunDetails.MadeEdit(step: 94, edit: .setLearningRate(3e-4)),
    ]
    let best = run.best?.metrics.accuracy ?? 0.9
    return RunDetails(
      path: run.path, settings: settings,
      settingsNow: edits.reduce(settings) { $0.applying($1.edit) }, optimizer: .adam,
      schedule: "constant", batch: 64, seed: 0, edits: edits,
      epochs: (1...max(run.epochsDone, 1)).map { epoch in
        let metrics = EpochSummary.Metrics(
          loss: 1.2 / Double(epoch), accuracy: best - 0.3 / Double(epoch * epoch), top5: nil)
        return EpochSummary(
          epoch: epoch, step: epoch * 47, train: metrics, validation: metrics,
          imagesPerSecond: 1800, learningRate: 1e-3)
      })
  }
}

extension Driver {
  /// Answers everything that was asked since the last call, as an engine with these runs would.
  mutating func answer(_ runs: [RunSummary], from first: Int = 0) {
    var answered = first
    while answered < effects.count {
      defer { answered += 1 }
      guard case .send(.question(let question), let id) = effects[answered] else { continue }
      switch question {
      case .runs: send(.replies([Reply(id: id, answer: .runs(runs))]))
      case .run(let path):
        guard let run = runs.first(where: { $0.path == path }) else { continue }
        send(.replies([Reply(id: id, answer: .run(SampleRunList.details(run)))]))
      case .data, .validation, .images, .pictures: continue
      }
      send(.tick(model.now))
    }
  }

  var runsScreen: RunsScreen { model[screen: RunsScreen.self] }
}
