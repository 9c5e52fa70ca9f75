import Network

/// Channels that are taken one by one and put side by side again, which is how Keras 3 writes
/// `x[..., ::-1]` of its own `preprocess_input`: one slice does the same, and leaves a network that
/// begins with one layer after the other.
enum KerasChannelOrder {
  /// The nodes, with such a concatenation as a slice of what the channels were taken from. What it
  /// read may then lead nowhere.
  static func simplified(_ nodes: [Graph.Node]) -> [Graph.Node] {
    let places = Dictionary(nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
    return nodes.map { node in
      guard node.layer is Concatenate else { return node }
      let channels = node.inputs.map { channel(named: $0, among: nodes, places) }
      guard let first = channels[0], channels.count > 1,
        channels.allSatisfy({ $0?.source == first.source && $0?.space == first.space })
      else { return node }
      let starts = channels.compactMap { $0?.index }
      let step = starts[1] - starts[0]
      guard step != 0, zip(starts, starts.dropFirst()).allSatisfy({ $1 - $0 == step }) else {
        return node
      }
      let axis = Slice.Axis(start: starts[0], step: step, count: starts.count)
      return Graph.Node(
        name: node.name, layer: Slice(first.space + [axis]), inputs: [first.source])
    }
  }

  private struct Channel {
    let source: String
    /// The axes before the channels.
    let space: [Slice.Axis]
    let index: Int
  }

  /// One channel of an image as an image: a slice, and reshapes that give its axis back.
  private static func channel(
    named name: String, among nodes: [Graph.Node], _ places: [String: Int]
  ) -> Channel? {
    guard let last = places[name], let reshape = nodes[last].layer as? Reshape else { return nil }
    var place = last
    // Each reads one that comes before it.
    while nodes[place].layer is Reshape {
      guard let source = places[nodes[place].inputs[0]], source < place else { return nil }
      place = source
    }
    guard let slice = nodes[place].layer as? Slice, let axis = slice.axes.last, axis.count == 1
    else { return nil }
    let space = Array(slice.axes.dropLast())
    guard reshape.target == space.map(\.count) + [1] else { return nil }
    return Channel(source: nodes[place].inputs[0], space: space, index: axis.start)
  }
}
