/// How long each node of a plan takes, pass by pass: for benchmarks, and for what a screen shows of
/// each layer.
package final class PlanProfile {
  package enum Pass: CaseIterable, Sendable { case forward, backward, update }

  /// One node, as a profile knows it.
  package struct Entry {
    /// Of the layers that it stands for, the first and the last.
    package let name: String
    package let outputName: String
    package let kind: String
    /// Of a forward pass, see `Operation`.
    package let multiplyAdds: Double
    /// Gradients that backward computes of the node's kernel and of its input: 0 to 2.
    package let gradients: Int
    /// Floats of inputs and output together.
    package let valueCount: Int
    /// Floats that it keeps from forward to backward.
    package let keptCount: Int
    package fileprivate(set) var seconds: [Pass: Double] = [:]

    package var total: Double { seconds.values.reduce(0, +) }
  }

  /// In the order in which the nodes run forward.
  package private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]

  package init() {}

  /// Forgets all times.
  package func reset() {
    entries = []
    places = [:]
  }

  func measure(_ node: PlannedNode, _ pass: Pass, _ body: () -> Void) {
    let start = ContinuousClock.now
    body()
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let place = places[node.outputName] ?? add(node)
    entries[place].seconds[pass, default: 0] += seconds
  }

  private func add(_ node: PlannedNode) -> Int {
    let place = entries.count
    places[node.outputName] = place
    entries.append(
      Entry(
        name: node.name, outputName: node.outputName, kind: node.kind,
        multiplyAdds: node.operation.multiplyAdds, gradients: node.gradientCount,
        valueCount: node.inputCounts.reduce(node.outputCount, +), keptCount: node.keptCount))
    return place
  }
}
