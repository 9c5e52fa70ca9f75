import Network

/// Which buffers a step needs and from when to when, worked out from what each operation reads.
///
/// Moments: node i runs forward at i, the loss at n, node i runs backward at 2n − i.
struct Liveness {
  /// What has to be known of one node.
  struct Node {
    /// Floats of its output, for the batch.
    var count: Int
    var sources: [PlanSource]
    var needsGradient: Bool
    var backwardReads: BackwardReads = []
    /// Floats that forward leaves; 0 where it need not.
    var savedCount = 0
    var canRunInPlace = false
    /// Whether its output stands to the end of the forward pass.
    var isWanted = false
    /// Floats of each parameter's gradient; `nil` where none is wanted.
    var parameterGradients: [Int?] = []
  }

  /// Where the gradient of one of a node's inputs goes.
  enum InputGradient: Equatable {
    case unwanted
    /// The first to arrive: written where it stays.
    case written(Int)
    /// A fork's later ones: written to `part` and added to `sum` at once.
    case added(part: Int, sum: Int)
  }

  /// The buffers of one node, as indices into `requests`.
  struct Buffers: Equatable {
    var output: Int
    var saved: Int?
    /// The gradient of the output.
    var gradient: Int?
    var inputGradients: [InputGradient]
    var parameterGradients: [Int?]
  }

  let requests: [BufferRequest]
  let buffers: [Buffers]

  /// - Parameter holdsGradients: whether parameter gradients are all kept to the step's end, which
  ///   a limit on their common norm needs; otherwise each is used up right after its node.
  init(_ nodes: [Node], holdsGradients: Bool) {
    let n = nodes.count
    func backwardMoment(_ index: Int) -> Int { 2 * n - index }

    // When each output is read for the last time, by whom, and for how long it is needed.
    var lastUse = Array(nodes.indices)
    for index in nodes.indices where index == n - 1 || nodes[index].isWanted { lastUse[index] = n }
    for (index, node) in nodes.enumerated() {
      for case .node(let source) in node.sources {
        lastUse[source] = max(lastUse[source], index)
        if node.needsGradient, node.backwardReads.contains(.inputs) {
          lastUse[source] = max(lastUse[source], backwardMoment(index))
        }
      }
      if node.needsGradient, node.backwardReads.contains(.output) {
        lastUse[index] = max(lastUse[index], backwardMoment(index))
      }
    }

    var requests: [BufferRequest] = []
    func request(_ count: Int, _ lifetime: ClosedRange<Int>) -> Int {
      requests.append(BufferRequest(count: count, lifetime: lifetime))
      return requests.count - 1
    }

    var buffers: [Buffers] = []
    for (index, node) in nodes.enumerated() {
      var output: Int?
      if node.canRunInPlace, case .node(let source)? = node.sources.first,
        nodes[source].count == node.count,
        // Nothing may look at the input after this node: not its own producer on the way back,
        // nor another reader, which would also stand before this one in time.
        lastUse[source] == index,
        node.sources.filter({ $0 == .node(source) }).count == 1
      {
        let shared = buffers[source].output
        let lifetime = requests[shared].lifetime
        requests[shared].lifetime = lifetime.lowerBound...max(lifetime.upperBound, lastUse[index])
        output = shared
      }
      buffers.append(
        Buffers(
          output: output ?? request(node.count, index...lastUse[index]),
          saved: node.savedCount > 0
            ? request(node.savedCount, index...(node.needsGradient ? backwardMoment(index) : index))
            : nil,
          gradient: nil, inputGradients: [], parameterGradients: []))
    }

    // Backward, in the order in which it runs: at a fork the reader that stands last in the graph
    // writes, the others add, and that order is all that the sum depends on.
    for (index, node) in nodes.enumerated().reversed() {
      guard node.needsGradient else {
        buffers[index].inputGradients = node.sources.map { _ in .unwanted }
        buffers[index].parameterGradients = node.parameterGradients.map { _ in nil }
        continue
      }
      let now = backwardMoment(index)
      if index == n - 1 { buffers[index].gradient = request(node.count, n...now) }
      var first: Int?
      if case .node(let source)? = node.sources.first { first = source }
      buffers[index].inputGradients = node.sources.map { source in
        guard case .node(let below) = source, nodes[below].needsGradient else { return .unwanted }
        if let sum = buffers[below].gradient {
          return .added(part: request(nodes[below].count, now...now), sum: sum)
        }
        let gradient: Int
        if node.canRunInPlace, below == first, nodes[below].count == node.count {
          // Nobody reads the output's gradient after this node.
          gradient = buffers[index].gradient!
          let start = requests[gradient].lifetime.lowerBound
          requests[gradient].lifetime = start...backwardMoment(below)
        } else {
          gradient = request(nodes[below].count, now...backwardMoment(below))
        }
        buffers[below].gradient = gradient
        return .written(gradient)
      }
      buffers[index].parameterGradients = node.parameterGradients.map { count in
        count.map { request($0, now...(holdsGradients ? 2 * n + 1 : now)) }
      }
    }
    self.requests = requests
    self.buffers = buffers
  }

  /// Floats that each node keeps for the way back: its output, where no node before it has the same
  /// place, and what it saved.
  var keptCounts: [Int] {
    var counted: Set<Int> = []
    return buffers.map { node in
      [node.output, node.saved].compactMap(\.self).reduce(0) { sum, buffer in
        let request = requests[buffer]
        let isKept = request.lifetime.upperBound > buffers.count
        return isKept && counted.insert(buffer).inserted ? sum + request.count : sum
      }
    }
  }
}

/// What a node of a plan reads.
enum PlanSource: Hashable {
  /// From outside: 0 is the batch of images.
  case input(Int)
  case node(Int)
}
