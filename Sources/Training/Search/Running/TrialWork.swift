import Network

/// How much work a step of a trial is besides its frozen layers, whose features are kept.
///
/// Light steps gain little from several threads, which meet after each layer; several trials then train
/// side by side, each on a thread of its own. A rule of the network alone: no time is measured, and no
/// number depends on it.
struct TrialWork {
  /// Of a batch's forward pass, the frozen layers aside.
  let multiplyAdds: Double

  /// About a millisecond of one core's work, backward included.
  private static let most = 2e7

  /// - Throws: `GraphError` where the settings do not fit the graph.
  init(_ prepared: PreparedModel, batch: Int) throws {
    let graph = try prepared.model.graph.tuned(by: prepared.settings)
    let prefix = FrozenPrefix(graph, frozen: prepared.settings.frozen)
    var sum = 0.0
    for index in graph.nodes.indices where !prefix.contains[index] {
      let shape = graph.shapes[index]
      // Each weight of a kernel meets every place of the output once; elsewhere each value is touched.
      let places = Double(shape.count / max(1, shape.dimensions.last ?? 1))
      let weights = graph.specifications[index].reduce(0.0) { $0 + Double($1.count) }
      sum += max(weights * places, Double(shape.count))
    }
    multiplyAdds = sum * Double(batch)
  }

  /// Whether several may train side by side.
  var isLight: Bool { multiplyAdds <= Self.most }
}
