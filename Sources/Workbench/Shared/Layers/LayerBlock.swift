import EngineInterface

/// A block of layers in a list or graph, with the smaller ones in it; or several blocks that are alike,
/// one after the other, as one.
struct LayerBlock: Sendable, Equatable {
  /// What it is called, and a number after it where another one is called so.
  var path: String
  /// What its layers' names begin with: of blocks as one, what goes for the block that they lie in.
  var prefix: String
  /// In the words of the block it lies in.
  var label: String
  var layers: Range<Int>
  /// How many blocks it is: more than one where they are alike.
  var copies = 1
  /// In order; where it is several blocks as one, those.
  var blocks: [LayerBlock] = []
}

/// Makes blocks of groups: names them, and puts neighbours that are alike together.
struct LayerBlockBuilder {
  private let layers: [LayerSummary]
  private let positions: [String: Int]
  private var counts: [String: Int] = [:]

  /// - Parameter positions: places of the layers by name.
  init(_ layers: [LayerSummary], positions: [String: Int]) {
    self.layers = layers
    self.positions = positions
  }

  /// - Returns: the outermost blocks, and the scope that they stand in, which TensorFlow names after the
  ///   network: it tells none from another. Blocks in no scope, such as a new head, do not count while most
  ///   are in one. Empty where there is none.
  mutating func blocks() -> (blocks: [LayerBlock], scope: String) {
    let groups = LayerGroup.groups(ofLayersNamed: layers.map(\.name))
    let scope = Self.commonScope(of: groups.map(\.name))
    return (blocks(of: groups, in: scope), scope)
  }

  private static func commonScope(of names: [String]) -> String {
    let scopes = names.map { $0.split(separator: "/", omittingEmptySubsequences: false).dropLast() }
      .filter { !$0.isEmpty }
    guard scopes.count > 1, scopes.count * 2 > names.count else { return "" }
    let common = scopes.dropFirst().reduce(scopes[0]) { common, scope in
      common.prefix(zip(common, scope).prefix { $0 == $1 }.count)
    }
    return common.joined(separator: "/")
  }

  /// - Parameter prefix: of the block that they lie in; empty outside of any.
  private mutating func blocks(of groups: [LayerGroup], in prefix: String) -> [LayerBlock] {
    var blocks: [LayerBlock] = []
    var start = 0
    while start < groups.count {
      var end = start + 1
      while end < groups.count, groups[end].layers.lowerBound == groups[end - 1].layers.upperBound,
        areAlike(groups[start].layers, groups[end].layers)
      {
        end += 1
      }
      let run = groups[start..<end]
      if run.count == 1 {
        blocks.append(block(of: groups[start], in: prefix))
      } else {
        // The name of all of them comes before theirs: it is seen first.
        let title = Self.title(of: run.map(\.name))
        let path = path(title)
        blocks.append(
          LayerBlock(
            path: path, prefix: prefix, label: Self.label(title, in: prefix),
            layers: groups[start].layers.lowerBound..<groups[end - 1].layers.upperBound,
            copies: run.count, blocks: run.map { block(of: $0, in: prefix) }))
      }
      start = end
    }
    return blocks
  }

  private mutating func block(of group: LayerGroup, in prefix: String) -> LayerBlock {
    let path = path(group.name)
    return LayerBlock(
      path: path, prefix: group.name, label: Self.label(group.name, in: prefix),
      layers: group.layers, blocks: blocks(of: group.groups, in: group.name))
  }

  private mutating func path(_ name: String) -> String {
    let count = counts[name, default: 0] + 1
    counts[name] = count
    return count == 1 ? name : "\(name) (\(count))"
  }

  /// The rest of a name after what it is in; a name that is nothing else stays whole.
  static func label(_ name: String, in prefix: String) -> String {
    guard !prefix.isEmpty, name.hasPrefix(prefix) else { return name }
    let rest = name.dropFirst(prefix.count)
    // Another name may only begin alike. The separator goes with the prefix.
    guard let separator = rest.first, LayerPattern.separators.contains(separator), rest.count > 1
    else { return name }
    return String(rest.dropFirst())
  }

  // MARK: Likeness

  /// Whether blocks are the same but for the names and the numbers of channels that come in: layers of the
  /// same kinds and details, that read each other in the same way.
  private func areAlike(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    a.count == b.count
      && zip(a, b).allSatisfy { first, second in
        let (one, other) = (layers[first], layers[second])
        return one.kind == other.kind && one.detail == other.detail
          && one.outputShape.dropLast() == other.outputShape.dropLast()
          && one.inputs.contains { isOutside(a, $0) } == other.inputs.contains { isOutside(b, $0) }
          && sources(of: one, in: a) == sources(of: other, in: b)
      }
  }

  /// Places within the block of what a layer reads there.
  private func sources(of layer: LayerSummary, in block: Range<Int>) -> [Int] {
    layer.inputs.compactMap { positions[$0] }.filter(block.contains).map { $0 - block.lowerBound }
  }

  private func isOutside(_ block: Range<Int>, _ input: String) -> Bool {
    positions[input].map { !block.contains($0) } ?? true
  }

  // MARK: Names

  /// `layer3.1-5` for blocks whose names end in numbers that follow each other, as a pattern names them;
  /// else the first and the last.
  static func title(of names: [String]) -> String {
    guard let first = names.first, let last = names.last else { return "" }
    let head = first.dropLast(trailingDigits(of: first).count)
    let numbers = names.map { Int(trailingDigits(of: $0)) }
    let haveOneHead = names.allSatisfy { $0.dropLast(trailingDigits(of: $0).count) == head }
    guard haveOneHead, let start = numbers[0], let end = numbers[numbers.count - 1],
      numbers.indices.allSatisfy({ numbers[$0] == start + $0 })
    else { return "\(first) to \(last)" }
    return "\(first)-\(end)"
  }

  private static func trailingDigits(of name: String) -> Substring {
    let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.count
    // More of them are no count.
    return name.suffix(min(digits, 9))
  }
}
