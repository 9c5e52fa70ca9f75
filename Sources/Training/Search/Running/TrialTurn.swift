import Kernels

/// Trials that train an epoch at the same time: one alone, or several side by side, each on a thread of its
/// own. Belongs to one queue at a time.
///
/// Trainers side by side have nothing in common that one of them changes: frozen layers' weights and the
/// shelf of their features are read only, and all of it is there. What comes of a trial is the
/// same bits alone and beside others.
final class TrialTurn {
  /// What has come of a trial's epoch.
  enum Outcome {
    case epoch(loss: Double, accuracy: Double)
    case failed(any Error)
  }

  /// An epoch of one trial, as far as it has come.
  final class Member {
    let trial: Int
    let trainer: Trainer
    /// Epochs of which it is known what came of them: weights that were kept may be older.
    fileprivate let known: Int
    fileprivate(set) var outcome: Outcome?

    init(trial: Int, _ trainer: Trainer, known: Int) {
      self.trial = trial
      self.trainer = trainer
      self.known = known
    }

    /// Whether its epoch can be trained while other trainers with the same shelf train, too.
    fileprivate var canTrainBeside: Bool {
      trainer.progress.epoch == known + 1 && trainer.canTrainBeside
    }
  }

  private(set) var members: [Member] = []
  /// Whether others may train beside those that are there.
  private(set) var canGrow = true

  var isEmpty: Bool { members.isEmpty }
  var trials: [Int] { members.map(\.trial) }
  var isOver: Bool { members.allSatisfy { $0.outcome != nil } }

  /// - Parameter known: epochs of the trial of which it is known what came of them.
  /// - Returns: whether it trains with the others; the first always does.
  func add(_ trial: Int, _ trainer: Trainer, known: Int) -> Bool {
    let member = Member(trial: trial, trainer, known: known)
    guard isEmpty || canGrow && member.canTrainBeside else { return false }
    canGrow = member.canTrainBeside
    members.append(member)
    return true
  }

  func remove(_ trial: Int) {
    members.removeAll { $0.trial == trial }
    canGrow = canGrow || isEmpty
  }

  func removeAll() {
    members = []
    canGrow = true
  }

  /// Steps at a time, so that whoever wants something need not wait long.
  private static let steps = 32

  /// Trains on: one alone by one step, several by some steps each, up to the end of their epoch.
  /// - Parameter pool: whose threads the members take, a member a thread.
  func advance(_ pool: WorkerPool) {
    guard members.count > 1 else {
      members.first?.advance(steps: 1)
      return
    }
    pool.parallelFor(members.count) { place, _ in members[place].advance(steps: Self.steps) }
  }
}

extension TrialTurn.Member {
  /// Steps, batches of validation, and the end of the epoch.
  fileprivate func advance(steps: Int) {
    do {
      for _ in 0..<steps where outcome == nil {
        guard trainer.isAtEpochEnd else {
          _ = try trainer.step()
          continue
        }
        guard try trainer.validateBatch() == 1 else { continue }
        let (summary, _) = trainer.endEpoch()
        guard trainer.progress.epoch > known + 1 else { continue }
        let metrics = summary.validation ?? summary.train
        outcome = .epoch(loss: metrics.loss, accuracy: metrics.accuracy)
      }
    } catch {
      outcome = .failed(error)
    }
  }
}

extension Trainer {
  /// Whether the coming epoch takes one thread, and nothing from the shelf that is not there.
  fileprivate var canTrainBeside: Bool {
    pool.threads == 1 && progress.stepInEpoch == 0
      && features.holds(
        view: data.train.view(epoch: progress.epoch),
        leavingOut: { part in corrected.leftOut(part == .train ? .train : .validation) })
  }
}
