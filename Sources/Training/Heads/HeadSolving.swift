import Datasets
import Kernels
import Network

/// A head that is being solved on the training images, one batch or one piece of work at a time. What is
/// below it stands still meanwhile, in inference mode.
final class HeadSolving {
  let solver: RidgeSolver
  /// Reads the images in their own order; `nil` between two passes.
  var loader: BatchLoader?
  /// What the head reads, in the network as the settings have it.
  var source: PlanSource?

  init(_ solver: RidgeSolver) {
    self.solver = solver
  }
}

extension Trainer {
  /// Layers below the head that training moves: a head that is solved on them is the best there is for
  /// one moment only.
  var liveLayersBelowHead: [String] {
    let below = SolvableHead(graph).layersBelow
    return graph.nodes.map(\.name)
      .filter { below.contains($0) && !settings.frozen.contains($0) }
  }

  /// Begins to solve the head, where there is no obstacle; `solveHead` goes on.
  /// - Throws: `RidgeError`, `MemoryShortage`.
  func beginSolvingHead() throws {
    headSolving = HeadSolving(
      try RidgeSolver(
        labels: corrected.trainLabels, width: SolvableHead(graph).width, outputs: outputs,
        pool: pool,
        available: availableMemory()))
  }

  /// Does one batch, or one piece of work. At the end the head has its weights, and its optimiser begins
  /// anew.
  /// - Returns: what came of it; `nil` until it is done.
  /// - Throws: `RidgeError`, `LinearAlgebraError`, what the data throws. The head is as it was then.
  func solveHead() throws -> RidgeSolution? {
    guard let solving = headSolving else { preconditionFailure("no head is being solved") }
    do {
      let solver = solving.solver
      if solver.wantsRows { try addFeatures(to: solving) } else { try solver.compute() }
      guard let solution = solver.solution else { return nil }
      headSolving = nil
      install(solution)
      return solution
    } catch {
      headSolving = nil
      throw error
    }
  }

  private func addFeatures(to solving: HeadSolving) throws {
    let loader =
      solving.loader
      ?? BatchLoader(
        dataset: corrected.data.train, batchSize: configuration.batch, order: .sequential,
        needs: features.trainNeeds, leftOut: corrected.leftOut(.train),
        onUnreadable: { [unreadable, data] in unreadable.note(data.train.name($0), $1) })
    solving.loader = loader
    let batch = try loader.next()
    // Rows and labels belong together by their number.
    let first = batch.index * loader.batchSize
    let wanted = (first..<min(first + loader.batchSize, data.train.count)).count {
      !corrected.leftOut(.train).contains($0)
    }
    guard batch.count == wanted else { throw RidgeError.imagesMissing }
    if wanted > 0 {
      let values = try features.values(of: solving.source!, batch, of: loader, part: .train)
      solving.solver.add(batch.count, values)
    }
    // The pass after it reads from the first image on.
    if batch.index == loader.batchesPerEpoch - 1 { solving.loader = nil }
  }

  private func install(_ solution: RidgeSolution) {
    let name = SolvableHead(graph).name
    for parameter in model.parameters[name] ?? [] {
      let values = parameter.specification.role == .kernel ? solution.weights : solution.bias
      parameter.values.pointer.update(from: values, count: values.count)
      updater.memory.forget(parameter)
    }
  }
}
