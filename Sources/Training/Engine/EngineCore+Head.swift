import EngineInterface

/// A head that is solved in closed form instead of trained from random values.
extension EngineCore {
  /// Goes on with training, once the head has been solved where that comes first.
  /// - Throws: `RidgeError`, `MemoryShortage` where it cannot be.
  func enterTraining(_ trainer: Trainer) throws {
    phase = trainer.isAtEpochEnd ? .validating : .training
    guard headIsDue else { return }
    try trainer.beginSolvingHead()
    phase = .solvingHead
  }

  /// One batch of features, or one piece of work.
  func solveHead(_ trainer: Trainer) {
    do {
      guard let solution = try trainer.solveHead() else { return }
      headIsDue = false
      phase = trainer.isAtEpochEnd ? .validating : .training
      events.append(.notice(Self.sentence(solution, trainer)))
    } catch {
      failTraining(error)
    }
  }

  private static func sentence(_ solution: RidgeSolution, _ trainer: Trainer) -> String {
    let tenths = (solution.leaveOneOutAccuracy * 1000).rounded() / 10
    let features = solution.weights.count / trainer.outputs
    return "the head was solved on \(features) features of \(trainer.data.train.count) images: "
      + "each of them predicted by all others, \(tenths) % are right"
  }

  /// What solving is busy with, as words.
  var headProgress: String {
    guard let solver = trainer?.headSolving?.solver else { return "solving the head" }
    let share = Int(solver.shareDone * 100)
    let what =
      switch solver.stage {
      case .collecting: "reading features, \(share) %"
      case .decomposing: "finding eigenvalues"
      case .measuring where solver.wantsRows: "choosing the strength, \(share) %"
      case .measuring: "choosing the strength"
      case .solving, .done: "solving"
      case .calibrating, .scaling: "scaling"
      }
    return "solving the head: \(what)"
  }
}
