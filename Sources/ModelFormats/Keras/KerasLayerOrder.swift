/// The order in which Keras keeps the layers of a functional model, and in which it therefore counts and
/// writes their weights: those farthest from the output first, and of as far ones those first that a walk
/// from the output meets first.
enum KerasLayerOrder {
  /// - Parameter reads: of each layer, its inputs' places, each before its own; the last is the output.
  /// - Returns: places in Keras' order.
  static func sorted(_ reads: [[Int]]) -> [Int] {
    guard !reads.isEmpty else { return [] }
    let met = walk(reads)
    var depths = [Int](repeating: 0, count: reads.count)
    // Each comes after what it reads: from the output back.
    for place in reads.indices.reversed() where met[place] != nil {
      for source in reads[place] { depths[source] = max(depths[source], depths[place] + 1) }
    }
    return reads.indices.filter { met[$0] != nil }.sorted {
      (-depths[$0], met[$0] ?? 0) < (-depths[$1], met[$1] ?? 0)
    }
  }

  /// When a walk, depth first from the output, meets each layer; `nil` for those that it does not.
  private static func walk(_ reads: [[Int]]) -> [Int?] {
    var met = [Int?](repeating: nil, count: reads.count)
    var count = 0
    var stack = [reads.count - 1]
    while let place = stack.popLast() {
      guard met[place] == nil else { continue }
      met[place] = count
      count += 1
      stack += reads[place].reversed()
    }
    return met
  }
}
