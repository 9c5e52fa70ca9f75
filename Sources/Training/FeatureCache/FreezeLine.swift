import Network

/// Where the frozen prefix ends: the tensors that the rest of the network reads, and what they are.
struct FreezeLine: Equatable {
  /// Layers of the prefix that others read, and the images where others read those.
  let boundary: [PlanSource]
  /// In the order of `boundary`.
  let keys: [UInt64]
  /// Floats of each, for an image.
  let counts: [Int]
  /// In the order of the graph's nodes: the key of what each layer would give, were it frozen.
  let nodeKeys: [UInt64]
  private let prefix: FrozenPrefix

  /// The images themselves.
  static let imageKey: UInt64 = 1

  init(_ graph: Graph, prefix: FrozenPrefix, model: Model) {
    var nodeKeys: [UInt64] = []
    for (index, node) in graph.nodes.enumerated() {
      var fingerprint = Fingerprint()
      fingerprint.add(node.layer)
      for input in graph.inputIndices[index] {
        fingerprint.add(input.map { nodeKeys[$0] } ?? Self.imageKey)
      }
      for parameter in model.parameters[node.name] ?? [] {
        fingerprint.add(parameter.values.pointer, count: parameter.values.count)
      }
      nodeKeys.append(fingerprint.value)
    }
    let readsImages = graph.nodes.indices.contains { index in
      !prefix.contains[index] && graph.inputIndices[index].contains { $0 == nil }
    }
    let nodes = prefix.boundary(of: graph)
    boundary = (readsImages ? [.input(0)] : []) + nodes.map { .node($0) }
    keys = (readsImages ? [Self.imageKey] : []) + nodes.map { nodeKeys[$0] }
    counts = (readsImages ? [graph.inputShape.count] : []) + nodes.map { graph.shapes[$0].count }
    self.nodeKeys = nodeKeys
    self.prefix = prefix
  }

  /// Where tensors with these keys stand in the graph now; `nil` where one of them is no longer
  /// what the graph computes.
  func sources(of keys: [UInt64]) -> [PlanSource]? {
    var sources: [PlanSource] = []
    for key in keys {
      if key == Self.imageKey {
        sources.append(.input(0))
      } else if let index = nodeKeys.firstIndex(of: key), prefix.contains[index] {
        sources.append(.node(index))
      } else {
        return nil
      }
    }
    return sources
  }
}

/// Sums bits up to a number that tells them from others.
struct Fingerprint {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ word: UInt64) {
    value = Self.mix(value, word)
  }

  /// The layer's kind and all of its settings. Fingerprints hold within a process.
  mutating func add(_ layer: some Layer) {
    var hasher = Hasher()
    hasher.combine(ObjectIdentifier(type(of: layer)))
    hasher.combine(layer)
    add(UInt64(bitPattern: Int64(hasher.finalize())))
  }

  /// In four strands, since each step waits for the one before.
  mutating func add(_ values: UnsafePointer<Float>, count: Int) {
    var strands: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    let words = UnsafeRawPointer(values)
    var offset = 0
    let whole = count / 4 * 4
    while offset < whole {
      let place = words + offset * 4
      strands.0 = Self.mix(strands.0, UInt64(place.load(as: UInt32.self)))
      strands.1 = Self.mix(strands.1, UInt64(place.load(fromByteOffset: 4, as: UInt32.self)))
      strands.2 = Self.mix(strands.2, UInt64(place.load(fromByteOffset: 8, as: UInt32.self)))
      strands.3 = Self.mix(strands.3, UInt64(place.load(fromByteOffset: 12, as: UInt32.self)))
      offset += 4
    }
    for index in whole..<count { add(UInt64(values[index].bitPattern)) }
    add(strands.0)
    add(strands.1)
    add(strands.2)
    add(strands.3)
    add(UInt64(count))
  }

  /// A bijection of `state` for each word: two inputs that differ in one word never meet.
  private static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word) &* 0xD6E8_FEB8_6659_FD93
    return product ^ (product >> 32)
  }
}
