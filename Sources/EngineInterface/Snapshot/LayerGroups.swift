/// Neighbouring layers whose names begin alike, such as `conv2_block1_1_conv` to
/// `conv2_block1_out`: lists and graphs show them as one, and open it when asked.
package struct LayerGroup: Sendable, Equatable {
  /// What the names have in common, such as `conv2_block1`. Two groups may have the same name
  /// where other layers stand between them.
  package let name: String
  /// Places of its layers among all layers; two or more of them, and never all.
  package let layers: Range<Int>
  /// Smaller ones in it, in order: the blocks of a stage. Layers of its own may stand between them.
  package let groups: [LayerGroup]

  package init(name: String, layers: Range<Int>, groups: [LayerGroup] = []) {
    self.name = name
    self.layers = layers
    self.groups = groups
  }

  /// The outermost groups among layers with these names, in order. Layers that are in none stand alone.
  ///
  /// Names have their blocks first (`BlockNames`), and are cut at `_`, `.` and `/`. A run of layers with
  /// the same first parts is a group, and what has the next part alike in it a smaller one. Containers that
  /// say nothing are left out: those that hold nearly all of the network (`features`), and counts of blocks
  /// whose own name has no number (`block_1…`, `block_2…`). A block of a few layers is not divided again.
  package static func groups(ofLayersNamed names: [String]) -> [LayerGroup] {
    Grouping(names: names).groups()
  }
}

private struct Grouping {
  /// Layers of a block that are seen at a glance.
  private static let undivided = 12
  /// Names come from files: beyond so many parts nobody looks.
  private static let mostParts = 24

  /// Each name, cut into parts.
  private let parts: [[Substring]]
  private let names: [String]

  init(names given: [String]) {
    names = BlockNames.blocksFirst(given)
    parts = names.map {
      $0.split(maxSplits: Self.mostParts, omittingEmptySubsequences: false) {
        LayerPattern.separators.contains($0)
      }
    }
  }

  func groups() -> [LayerGroup] {
    groups(among: runs(in: names.indices, at: 0), depth: 0)
  }

  private func groups(among runs: [Range<Int>], depth: Int) -> [LayerGroup] {
    runs.flatMap { groups(in: $0, depth: depth) }
  }

  /// The groups in a run of layers whose parts up to and including `depth` are the same.
  private func groups(in run: Range<Int>, depth: Int) -> [LayerGroup] {
    guard run.count >= 2 else { return [] }
    let longest = run.reduce(0) { max($0, parts[$1].count) }
    guard longest > depth + 1 else { return [] }

    let inner = runs(in: run, at: depth + 1)
    let followers = inner.map { part(of: $0.lowerBound, at: depth + 1) }
    let last = parts[run.lowerBound][depth]
    let areNumbered = Self.areNumbered(followers)
    let isNumbered = Self.endsInDigit(last)

    if inner.count == 1, areNumbered || !isNumbered || run.count == names.count {
      return groups(in: run, depth: depth + 1)
    }
    let hasBlocks = inner.contains { $0.count >= 2 }
    // `features.0`, `features.1`, …: layers that are counted, not layers of one block.
    if areNumbered, !hasBlocks, !isNumbered { return [] }
    let isStage = areNumbered && hasBlocks
    if isStage && !isNumbered || holdsTooMuch(run, isNumbered: isNumbered) {
      // Most of the network is no block if there are blocks inside it.
      let finer = groups(among: inner, depth: depth + 1)
      if isStage || finer.count >= 2 || run.count == names.count { return finer }
    }
    let isDivided = isStage || run.count > Self.undivided
    var smaller = isDivided ? groups(among: inner, depth: depth + 1) : []
    // What is all of it is no part of it.
    if smaller.count == 1, smaller[0].layers == run { smaller = smaller[0].groups }
    return [
      LayerGroup(name: prefix(of: run.lowerBound, through: depth), layers: run, groups: smaller)
    ]
  }

  /// A stage, which has a number, may well hold most of a deep network: ResNet-152's third has two thirds
  /// of it.
  private func holdsTooMuch(_ run: Range<Int>, isNumbered: Bool) -> Bool {
    isNumbered ? 6 * run.count > 5 * names.count : 2 * run.count > names.count
  }

  /// The runs in `range` of layers that have the same part at `depth`.
  private func runs(in range: Range<Int>, at depth: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var start = range.lowerBound
    for index in range.dropFirst() where part(of: index, at: depth) != part(of: start, at: depth) {
      runs.append(start..<index)
      start = index
    }
    if !range.isEmpty { runs.append(start..<range.upperBound) }
    return runs
  }

  /// `nil` where the name has ended before.
  private func part(of index: Int, at depth: Int) -> Substring? {
    depth < parts[index].count ? parts[index][depth] : nil
  }

  private func prefix(of index: Int, through depth: Int) -> String {
    String(names[index][..<parts[index][depth].endIndex])
  }

  private static func endsInDigit(_ part: Substring) -> Bool {
    part.last?.isNumber == true
  }

  /// Whether all parts are one word with numbers after it: `block1`, `block2`; `3a`, `3b`; `0`,
  /// `1`, before which Keras has a name without a number.
  private static func areNumbered(_ parts: [Substring?]) -> Bool {
    let stems = parts.map { part -> Substring? in
      guard let part else { return "" }
      guard let digit = part.firstIndex(where: \.isNumber) else { return nil }
      let rest = part[digit...].drop { $0.isNumber }
      return rest.isEmpty || (rest.count == 1 && rest.first!.isLetter) ? part[..<digit] : nil
    }
    return stems.allSatisfy { $0 != nil && $0 == stems[0] }
  }
}
