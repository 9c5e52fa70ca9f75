import EngineInterface
import Network
import RunStore

/// What the run takes over from a trial of the search beside it.
extension EngineCore {
  /// The validation is over.
  func makeAwaitedAdoption() {
    guard let (trial, id) = awaitedAdoption else { return }
    awaitedAdoption = nil
    if let objection = adopt(trial: trial, withWeights: true, id) { reject(id, objection) }
  }

  /// - Returns: why it cannot be done.
  func adopt(trial: Int, withWeights: Bool, _ id: RequestID) -> Objection? {
    guard let search = sideSearch else { return .noSearch }
    guard let trainer else { return .nothingToTrain }
    guard currentExperiment == nil else { return .isExperimenting }
    return Self.objection {
      let planner = search.core.planner
      guard planner.trials.indices.contains(trial) else { throw Objection.noTrial(trial) }
      let (chosen, dimensions) = (planner.trials[trial], planner.space.dimensions)
      let options = dimensions.map(\.variable).filter { !$0.isEdit }
      guard options.isEmpty else { throw Objection.noEdits(options) }
      let before = trainer.settings
      let after = try search.core.subject.settings(
        adopting: chosen.point, in: planner.space, by: before, graph: trainer.model.graph)
      guard withWeights || after != before else { throw Objection.hasTheseValues(trial: trial) }
      let edit =
        withWeights
        ? try adoption(of: trial, of: search, with: after, by: trainer) : Edit.replace(after)
      if let objection = objection(to: edit, trainer) { throw objection }
      self.edit(edit, trainer: trainer)
      guard trainer.settings == after else { return }
      outbox.put(
        .adopted(
          id,
          AdoptedTrial(
            trial: chosen, dimensions: dimensions, edit: edit, before: before, after: after)))
    }
  }

  /// Writes a trial's weights into the run's folder.
  /// - Throws: `Objection` where they cannot be had, `FileError`.
  private func adoption(
    of trial: Int, of search: SideSearch, with settings: TuningSettings, by trainer: Trainer
  ) throws -> Edit {
    guard let run else { throw Objection.isKeptNowhere }
    guard search.core.subject.settings.headAfter == settings.headAfter else {
      throw Objection.headHasMoved
    }
    let file = run.folder.newAdoptionFile(step: trainer.progress.step, trial: trial)
    let edit = Edit.adopt(Adoption(trial: trial, file: file, settings: settings))
    // Before anything is written.
    if let objection = objection(to: edit, trainer) ?? objectionToWeights(edit, trainer) {
      throw objection
    }
    try search.core.trained(trial).checkpoint().write(to: run.folder.adoptionPath(file))
    return edit
  }

  /// Why weights cannot be taken up now; `nil` where they can, and for any other edit.
  func objectionToWeights(_ edit: Edit, _ trainer: Trainer) -> Objection? {
    guard case .adopt(let adoption) = edit else { return nil }
    if phase == .solvingHead { return .isSolvingHead }
    // The rest of the images would be validated with other weights.
    if phase == .validating { return .isValidating }
    return adoption.settings.headAfter == trainer.settings.headAfter ? nil : .headHasMoved
  }

  /// Makes the edit, in the run's own folder or with what another had there.
  /// - Throws: `FileError`, `FormatError`, `GraphError`, `MemoryShortage`; the run is as it was then.
  func takeUp(_ adoption: Adoption, _ trainer: Trainer) throws {
    guard let run else { throw Objection.isKeptNowhere }
    if let files = script.files { try run.takeIn(adoption.file, from: files) }
    try trainer.takeUp(
      weightsOf: CheckpointFile(path: run.folder.adoptionPath(adoption.file)),
      with: adoption.settings)
  }
}
