import EngineInterface
import Network

/// Experiments: while there is one, the run waits, and is afterwards what it was.
extension EngineCore {
  func perform(_ control: ExperimentControl, _ id: RequestID) {
    // A validation is soon over: what would be refused for it waits.
    if control.beginsOne, phase == .validating, runWantsToRun, awaitedExperiment == nil {
      awaitedExperiment = (control, id)
    } else if let objection = carryOut(control) {
      reject(id, objection)
    }
  }

  func letGoOfExperiment() {
    currentExperiment = nil
    awaitedExperiment = nil
  }

  /// The validation is over.
  func beginAwaitedExperiment() {
    guard let (control, id) = awaitedExperiment else { return }
    awaitedExperiment = nil
    if let objection = carryOut(control) { reject(id, objection) }
  }

  /// - Returns: why it cannot be done.
  private func carryOut(_ control: ExperimentControl) -> Objection? {
    switch control {
    case .end:
      // One that has ended already needs no answer.
      letGoOfExperiment()
    case .setSteps(let steps):
      guard let comparison = currentExperiment as? ComparisonRun else { return .noExperiment }
      comparison.setSteps(steps)
    case .testRange(let request):
      if let objection = request.objection { return .outOfRange(objection) }
      return begin { try RangeTestRun(request, on: $0) }
    case .compare(let request):
      if let objection = TuningRange.comparisonSteps.objection(to: request.steps) {
        return .outOfRange(objection)
      }
      if let trainer, trainer.stepsLeft < 1, objectionToExperiments == nil {
        return .epochsAreDone(trainer.settings.epochs)
      }
      return begin { trainer in
        let (edited, changes) = try outcome(of: request.edits, on: trainer)
        return try ComparisonRun(request, edited: edited, changes: changes, on: trainer)
      }
    }
    return nil
  }

  private func begin(_ make: (Trainer) throws -> any Experiment) -> Objection? {
    if let objection = objectionToExperiments { return objection }
    guard let trainer else { return .nothingToTrain }
    do {
      currentExperiment = try make(trainer)
    } catch let objection as Objection {
      return objection
    } catch {
      return .error("\(error)")
    }
    return nil
  }

  /// Why nothing can be tried on copies of the run now; `nil` where it can.
  private var objectionToExperiments: Objection? {
    if currentExperiment != nil || awaitedExperiment != nil { return .isExperimenting }
    if recorder.isDropped { return .isDropped }
    switch phase {
    case .preparing: return .nothingToTrain
    case .solvingHead: return .isSolvingHead
    case .validating: return .isValidating
    case .failed(let failure): return .hasFailed(failure.error)
    case .unsaved: return .nothingRuns
    case .training, .finished: return nil
    }
  }

  /// What edits come to, one after the other, and what they change.
  /// - Throws: `Objection` where one of them cannot be made, or not be compared.
  private func outcome(
    of edits: [Edit], on trainer: Trainer
  ) throws -> (settings: TuningSettings, changes: [EditChange]) {
    var settings = trainer.settings
    var changes: [EditChange] = []
    for edit in edits {
      guard edit.isComparable else { throw Objection.cannotCompare(edit) }
      let graph = try trainer.model.graph.tuned(by: settings)
      if let objection = check(settings, graph, trainer).objection(to: edit) { throw objection }
      let next = settings.applying(edit.withoutLayersThatCannotFreeze(in: graph))
      if next != settings {
        changes.append(EditChange(edit, from: settings, to: next, in: trainer.model.graph))
      }
      settings = next
    }
    guard settings != trainer.settings else { throw Objection.changesNothing }
    return (settings, changes)
  }

  /// One unit of an experiment's work.
  func advance(_ experiment: any Experiment) {
    experiment.tick()
    for sentence in experiment.takeUnreadable() { outbox.put(.remark(sentence)) }
    if !experiment.wantsToRun { outbox.put(experiment.outcome) }
  }
}

extension ExperimentControl {
  fileprivate var beginsOne: Bool {
    switch self {
    case .testRange, .compare: true
    case .setSteps, .end: false
    }
  }
}
