import EngineInterface
import Network
import RunStore

/// A search beside the run: it has every other unit of work, and changes nothing of the run until a person
/// adopts one of its trials.
extension EngineCore {
  func perform(_ control: SearchControl, _ id: RequestID) {
    switch control {
    case .start(let order):
      if let objection = begin(order) { reject(id, objection) }
    case .adopt(let trial, let withWeights):
      // A validation is soon over: what would be refused for it waits.
      if withWeights, phase == .validating, runWantsToRun, awaitedAdoption == nil {
        awaitedAdoption = (trial, id)
      } else if let objection = adopt(trial: trial, withWeights: withWeights, id) {
        reject(id, objection)
      }
    case .pause, .resume, .stopTrial, .extend, .stop:
      if let objection = sideSearch.map({ $0.perform(control, outbox) }) ?? .noSearch {
        reject(id, objection)
      }
    }
  }

  /// - Returns: why it cannot be done.
  private func begin(_ order: SearchOrder) -> Objection? {
    if let objection = objectionToSearch { return objection }
    guard let trainer, let beginning else { return .nothingToTrain }
    return Self.objection {
      // What the one before has in memory goes first.
      sideSearch = nil
      let search = try SideSearch(
        order, beside: trainer, from: beginning.searchSource, configuration: configuration,
        in: run?.folder)
      sideSearch = search
      outbox.put(.searchBegan(search.beginning, search.core.planner.space.dimensions))
      search.skipWhatIsKnown()
    }
  }

  /// Why no search can begin now; `nil` where one can.
  private var objectionToSearch: Objection? {
    if currentExperiment != nil || awaitedExperiment != nil { return .isExperimenting }
    if sideSearch?.isUnderWay == true { return .isSearching }
    if recorder.isDropped { return .isDropped }
    switch phase {
    case .preparing: return .nothingToTrain
    case .solvingHead: return .isSolvingHead
    case .failed(let failure): return .hasFailed(failure.error)
    case .training, .validating, .unsaved, .finished: return nil
    }
  }

  /// What a person should know of an error.
  static func objection(_ body: () throws -> Void) -> Objection? {
    do {
      try body()
      return nil
    } catch let objection as Objection {
      return objection
    } catch let value as OutOfRange {
      return .outOfRange(value)
    } catch let error as ConfigurationError {
      return .outOfRange(OutOfRange(expected: error.expected, found: error.found))
    } catch {
      return .error("\(error)")
    }
  }

  /// Goes on with the search that the run was left with. What is wrong with it is said, and leaves the run as
  /// it is.
  func reopenSearch(_ trainer: Trainer) {
    guard let run, let beginning else { return }
    do {
      guard let folder = try run.folder.lastSearch() else { return }
      let search = try SideSearch(
        keptIn: folder, beside: trainer, from: beginning.searchSource,
        configuration: configuration)
      sideSearch = search
      if search.isUnderWay {
        outbox.put(.searchGoesOn(trials: search.core.planner.trials.count { $0.epochs > 0 }))
      }
    } catch {
      outbox.put(.searchFailed("\(error)"))
    }
  }
}
