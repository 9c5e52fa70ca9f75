import EngineInterface

/// A head that is solved in closed form instead of trained.
extension EngineCore {
  /// Why the head is to be solved before the next step.
  enum HeadDue: Equatable {
    /// The run begins with it.
    case start
    /// An edit, which is made when it is done.
    case edit(isJournaled: Bool)
    /// An edit of the checkpoint's own step, which may have it or not.
    case repeated
  }

  /// Why a person cannot have something done about the head now; `nil` where that can be.
  func objectionToHead(_ edit: Edit, _ trainer: Trainer) -> Objection? {
    switch edit {
    case .solveHead, .moveHead: break
    case .replace(let settings) where settings.headAfter != trainer.settings.headAfter: break
    default: return nil
    }
    if phase == .solvingHead { return .isSolvingHead }
    guard pause.isOn, phase == .training || phase == .validating else { return .isNotPaused }
    // The rest of the images would be validated with other weights.
    if phase == .validating, telemetry.validationShare > 0 { return .isValidating }
    guard edit == .solveHead else { return nil }
    let live = trainer.liveLayersBelowHead
    return live.isEmpty ? nil : .liveBelowHead(live)
  }

  /// Goes on with training, once the head has been solved where that comes first.
  /// - Throws: `RidgeError`, `MemoryShortage` where it cannot be.
  func enterTraining(_ trainer: Trainer) throws {
    phase = trainer.isAtEpochEnd ? .validating : .training
    guard headDue != nil else { return }
    do {
      try trainer.beginSolvingHead()
      phase = .solvingHead
    } catch  where isSolvedUnasked {
      beginUnsolved(error)
    }
  }

  /// Whether a solved head goes without saying: then a run begins without it as well.
  private var isSolvedUnasked: Bool { configuration.freezesBackbone == true }

  private func beginUnsolved(_ error: any Error) {
    outbox.put(.remark("the head begins with random weights: \(error)"))
    headDue = nil
  }

  func beginSolvingHead(_ trainer: Trainer, as due: HeadDue) {
    do {
      try trainer.beginSolvingHead()
      headDue = due
      phase = .solvingHead
    } catch {
      outbox.put(.editFailed("\(error)"))
    }
  }

  /// One batch of features, or one piece of work.
  func solveHead(_ trainer: Trainer) {
    do {
      guard let solution = try trainer.solveHead() else { return }
      if case .edit(let isJournaled) = headDue {
        noteSolvedHead(trainer, isJournaled: isJournaled)
      }
      outbox.put(
        .headSolved(
          features: solution.weights.count / trainer.outputs,
          images: trainer.corrected.trainCount, accuracy: solution.leaveOneOutAccuracy))
    } catch {
      if headDue == .start, isSolvedUnasked {
        beginUnsolved(error)
      } else if headDue == .start {
        return failTraining(error)
      } else {
        outbox.put(.editFailed("\(error)"))
      }
    }
    headDue = nil
    phase = trainer.isAtEpochEnd ? .validating : .training
  }

  /// An edit is one when it has been made: one that was given up is in no journal.
  private func noteSolvedHead(_ trainer: Trainer, isJournaled: Bool) {
    let step = trainer.progress.step
    let time = RunRecorder.now
    telemetry.noteEdit(
      .solveHead, from: trainer.settings, to: trainer.settings, graph: trainer.model.graph,
      step: step, time: time, validationLoss: telemetry.latest.validationLoss)
    recorder.noteWork()
    if isJournaled { recorder.append(.edit(step: step, time: time, edit: .solveHead)) }
  }

  /// The run ends before the head is solved. What it began with, or what its journal says, is still to be
  /// done where it goes on.
  func giveUpSolvingHead() {
    guard phase == .solvingHead else { return }
    trainer?.headSolving = nil
    if headDue == .edit(isJournaled: true) { headDue = nil }
  }

  var headProgress: PreparationStage {
    guard let solver = trainer?.headSolving?.solver else { return .solvingHead(.solving) }
    // In whole hundredths, so that a screen has no more news than it shows.
    let share = (solver.shareDone * 100).rounded(.down) / 100
    return switch solver.stage {
    case .collecting: .solvingHead(.readingFeatures(share: share))
    case .decomposing: .solvingHead(.findingEigenvalues)
    case .measuring: .solvingHead(.choosingStrength(share: share))
    case .solving, .done: .solvingHead(.solving)
    case .calibrating, .scaling: .solvingHead(.scaling)
    }
  }
}
