import EngineInterface

extension EngineCore: EngineWork {
  static var publicationInterval: Duration { .milliseconds(33) }

  var search: SearchSnapshot? { sideSearch?.snapshot }

  var experiment: ExperimentSnapshot? { currentExperiment?.snapshot }

  var answering: @Sendable (Question) -> Answer {
    let folder = run?.folder.parent
    let view = dataView
    return { $0.answered(in: folder, view: view) }
  }
}
