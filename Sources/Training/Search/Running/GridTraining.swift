import EngineInterface

/// Points of a search that are all trained to their end, in turns and from the same weights: what a search
/// is measured against.
package final class GridTraining {
  private let subject: SearchSubject
  private let space: SearchSpace

  package init(_ inputs: SearchInputs) {
    subject = inputs.subject
    space = SearchSpace(dimensions: inputs.record.dimensions, seed: inputs.record.seed)
  }

  /// How often the frozen layers have seen the whole of the data.
  package var trunkPasses: Double { subject.trunkPasses }
  package var stepsPerEpoch: Int { subject.stepsPerEpoch }

  /// The points of a grid, so many places a value, the ends among them.
  package func grid(_ counts: [Int]) -> [SearchPoint] {
    let axes = zip(space.dimensions, counts).map { dimension, count in
      (0..<count).map { dimension.value(at: count == 1 ? 0.5 : Double($0) / Double(count - 1)) }
    }
    return axes.reduce([[]]) { points, axis in points.flatMap { point in axis.map { point + [$0] } }
    }
    .map { SearchPoint($0) }
  }

  /// - Returns: of each point the validation loss after each epoch.
  /// - Throws: what training throws; a loss that is no number ends a point, which has fewer epochs then.
  package func losses(
    of points: [SearchPoint], seed: Int = 0, epochs: Int
  ) throws -> [[Double]] {
    var losses = [[Double]](repeating: [], count: points.count)
    var trainers: [Int: Trainer] = [:]
    func trainer(_ index: Int) throws -> Trainer {
      if let trainer = trainers[index] { return trainer }
      let trial = SearchTrial(id: index, round: 1, point: points[index], seed: seed, rung: epochs)
      let trainer = try subject.trainer(of: trial, in: space, epochs: epochs, cachePath: nil)
      trainers[index] = trainer
      return trainer
    }
    var alive = Array(points.indices)
    for epoch in 0..<epochs {
      var waiting = alive[...]
      while !waiting.isEmpty {
        let turn = TrialTurn()
        while turn.canGrow, turn.trials.count < subject.pool.threads, let index = waiting.first,
          turn.add(index, try trainer(index), known: epoch)
        {
          waiting.removeFirst()
        }
        for member in try trained(turn) {
          switch member.outcome {
          case .epoch(let loss, _): losses[member.trial].append(loss)
          case .failed(is TrainingError), nil: alive.removeAll { $0 == member.trial }
          case .failed(let error): throw error
          }
        }
      }
    }
    return losses
  }

  /// What has come of a turn.
  private func trained(_ turn: TrialTurn) throws -> [TrialTurn.Member] {
    while !turn.isOver { turn.advance(subject.pool) }
    return turn.members
  }

  /// Which of the points with these curves a search would train to their end.
  package static func promoted(_ curves: [[Double]], epochs: Int) -> [Int] {
    let halving = SuccessiveHalving(epochs: epochs)
    var group = Array(curves.indices)
    var rung = halving.rungs[0]
    while let next = halving.next(after: rung) {
      let scores = group.map { curves[$0].prefix(rung).filter(\.isFinite).min() ?? .infinity }
      group = SuccessiveHalving.promoted(scores, from: rung, to: next).map { group[$0] }
      rung = next
    }
    return group
  }
}
