import EngineInterface
import Files

/// How a run begins and ends, in words.
package enum EndingText {
  package static func text(_ stage: PreparationStage) -> String {
    switch stage {
    case .starting: "starting"
    case .readingImages: "reading the images"
    case .listingImages(let count): "listing the images, \(NumberText.count(count)) so far"
    case .checkingImages(let done, let count):
      "looking at the images, \(NumberText.count(done)) of \(NumberText.count(count))"
    case .comparingImages(let done, let count):
      "comparing training with validation, \(NumberText.count(done)) of \(NumberText.count(count))"
    case .readingModel: "reading the model"
    case .preparingModel: "preparing the model"
    case .openingRun: "opening the run"
    case .solvingHead(let stage): "solving the head: \(text(stage))"
    }
  }

  private static func text(_ stage: PreparationStage.HeadStage) -> String {
    switch stage {
    case .readingFeatures(let share):
      "reading features, \(NumberText.fixed(share * 100, digits: 0)) %"
    case .findingEigenvalues: "finding eigenvalues"
    case .choosingStrength(let share):
      "choosing the strength, \(NumberText.fixed(share * 100, digits: 0)) %"
    case .solving: "solving"
    case .scaling: "scaling"
    }
  }

  package static func text(_ ending: RunEnding) -> String {
    switch ending {
    case .completed(let epochs): allDone(epochs)
    case .stopped(let step): "stopped after step \(step)"
    case .dropped(let step, let backTo):
      "stopped after step \(step), back to that of step \(backTo)"
    }
  }

  /// `all 3 epochs done`
  static func allDone(_ epochs: Int) -> String {
    epochs == 1 ? "the one epoch is done" : "all \(NumberText.count(epochs)) epochs done"
  }

  package static func text(_ failure: RunFailure) -> String {
    switch failure.rest {
    case .nothing: failure.error
    case .keptNowhere: "\(failure.error); nothing was kept"
    case .noCheckpointYet: "\(failure.error); there is no checkpoint yet"
    case .checkpoint(let path): "\(failure.error); the last good checkpoint is \(path)"
    }
  }

  /// - Parameter error: why a checkpoint could not be written.
  package static func unsaved(_ error: String) -> String {
    "\(error); nothing is lost while this stays open, and it is tried again"
  }
}
