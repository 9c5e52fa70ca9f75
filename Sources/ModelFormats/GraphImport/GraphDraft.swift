import Network

/// A graph in the making, of layers that a file's operations became: their names are settled at the
/// end, and where their weights stand is known.
final class GraphDraft {
  struct Node {
    var name: DraftName
    var layer: any Layer
    /// Places among the nodes; −1: the graph's input.
    var inputs: [Int]
    /// Of each parameter, where its values stand.
    var weights: [String: WeightPlace]
    let shape: Shape
  }

  let input: Shape
  private(set) var nodes: [Node] = []
  private var rearrangements: [Rearrangement: Int] = [:]

  private struct Rearrangement: Hashable {
    let feature: Feature
    let groups: [[Int]]
  }

  init(input: Shape) {
    self.input = input
  }

  func shape(of node: Int) -> Shape { node < 0 ? input : nodes[node].shape }

  /// Adds a layer.
  /// - Returns: its place.
  /// - Throws: `UnexpectedContent` where its inputs do not fit.
  @discardableResult
  func add(
    _ layer: any Layer, reading inputs: [Int], weights: [String: WeightPlace] = [:],
    name: DraftName
  ) throws -> Int {
    do throws(ShapeError) {
      let shape = try layer.outputShape(for: inputs.map(shape)).checkedAsOutput()
      nodes.append(
        Node(name: name, layer: layer, inputs: inputs, weights: weights, shape: shape))
    } catch {
      throw UnexpectedContent(
        expected: "\(error.expected) at '\(name.description)' (\(layer.kind))", found: error.found)
    }
    return nodes.count - 1
  }

  /// Gives a layer that has none a bias.
  func setBias(_ place: WeightPlace, of node: Int) -> Bool {
    guard node >= 0 else { return false }
    switch nodes[node].layer {
    case var layer as Conv2D where !layer.hasBias && layer.activation == .linear:
      layer.hasBias = true
      nodes[node].layer = layer
    case var layer as DepthwiseConv2D where !layer.hasBias && layer.activation == .linear:
      layer.hasBias = true
      nodes[node].layer = layer
    case var layer as Dense where !layer.hasBias && layer.activation == .linear:
      layer.hasBias = true
      nodes[node].layer = layer
    default: return false
    }
    nodes[node].weights["bias"] = place
    return true
  }

  /// The node that gives a feature's values with its axes in an order, some of them put together: one
  /// dimension for each group. Layers are added where memory has to change.
  func rearranged(_ feature: Feature, as groups: [[Int]], name: DraftName) throws -> Int {
    let key = Rearrangement(feature: feature, groups: groups)
    if let known = rearrangements[key] { return known }
    let wanted = groups.joined().flatMap { feature.order(of: $0) }
    let dimensions = groups.map { group in group.reduce(1) { $0 * feature.shape[$1] } }
    var node = feature.node
    if let shuffled = try shuffled(feature, to: wanted, dimensions: dimensions, name: name) {
      node = shuffled
    } else if wanted != feature.memoryOrder {
      node = try permuted(feature, to: wanted, dimensions: dimensions, name: name)
    }
    if shape(of: node).dimensions != dimensions {
      let layer: any Layer = dimensions.count == 1 ? Flatten() : Reshape(dimensions)
      node = try add(
        layer, reading: [node],
        name: name.inserted(dimensions.count == 1 ? "flatten" : "reshape"))
    }
    rearrangements[key] = node
    return node
  }

  /// A change of layout that exchanges two parts of the channels is ShuffleNet's.
  private func shuffled(
    _ feature: Feature, to wanted: [Int], dimensions: [Int], name: DraftName
  ) throws -> Int? {
    let memory = feature.memoryOrder
    guard memory.count == wanted.count, memory.count >= 2,
      memory.dropLast(2) == wanted.dropLast(2),
      memory.suffix(2) == [wanted[wanted.count - 1], wanted[wanted.count - 2]],
      shape(of: feature.node).dimensions == dimensions,
      dimensions.last == memory.suffix(2).reduce(1, { $0 * feature.size(of: $1) })
    else { return nil }
    return try add(
      ChannelShuffle(groups: feature.size(of: memory[memory.count - 2])),
      reading: [feature.node], name: name.inserted("shuffle"))
  }

  private func permuted(
    _ feature: Feature, to wanted: [Int], dimensions: [Int], name: DraftName
  ) throws -> Int {
    // Atoms that stay neighbours move as one.
    let memory = feature.memoryOrder
    var runs: [[Int]] = []
    for id in memory {
      if let last = runs.last?.last, let place = wanted.firstIndex(of: last),
        place + 1 < wanted.count, wanted[place + 1] == id
      {
        runs[runs.count - 1].append(id)
      } else {
        runs.append([id])
      }
    }
    guard wanted.count == memory.count, Set(wanted) == Set(memory) else {
      throw UnexpectedContent(
        expected: "all values of '\(name.description)' in a layout", found: "some of them")
    }
    let sizes = runs.map { run in run.reduce(1) { $0 * feature.size(of: $1) } }
    let order = runs.indices.sorted {
      wanted.firstIndex(of: runs[$0][0])! < wanted.firstIndex(of: runs[$1][0])!
    }
    guard runs.count <= 4 else {
      throw UnexpectedContent(
        expected: "at most 4 axes in another order at '\(name.description)'",
        found: "\(runs.count)")
    }
    var node = feature.node
    if shape(of: node).dimensions != sizes {
      node = try add(Reshape(sizes), reading: [node], name: name.inserted("reshape"))
    }
    return try add(Permute(order), reading: [node], name: name.inserted("permute"))
  }
}

/// The model.
extension GraphDraft {
  /// The layers that lead to `output`, with names, as a graph; and of each of its layers, where its
  /// weights stand.
  func graph(named name: String, output: Int) throws -> (Graph, [String: [String: WeightPlace]]) {
    guard output >= 0 else {
      throw UnexpectedContent(expected: "a network with layers", found: "none")
    }
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    isNeeded[output] = true
    for place in nodes.indices.reversed() where isNeeded[place] {
      for input in nodes[place].inputs where input >= 0 { isNeeded[input] = true }
    }
    let places = nodes.indices.filter { isNeeded[$0] }
    let names = Dictionary(
      uniqueKeysWithValues: zip(places, DraftName.resolved(places.map { nodes[$0].name })))
    let kept = places.map { place in
      Graph.Node(
        name: names[place]!, layer: nodes[place].layer,
        inputs: nodes[place].inputs.map { $0 < 0 ? Graph.inputName : names[$0]! })
    }
    do throws(GraphError) {
      let graph = try Graph(name: name, inputShape: input, nodes: kept)
      let weights = places.map { (names[$0]!, nodes[$0].weights) }
      return (graph, Dictionary(uniqueKeysWithValues: weights))
    } catch {
      throw UnexpectedContent(
        expected: "a graph of layers that fit together", found: "\(error)")
    }
  }
}
