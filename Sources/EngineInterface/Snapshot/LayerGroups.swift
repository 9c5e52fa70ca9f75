/// Neighbouring layers whose names begin alike, such as `conv2_block1_1_conv` to
/// `conv2_block1_out`: lists and graphs show them as one, and open it when asked.
package struct LayerGroup: Sendable, Equatable {
  /// What the names have in common, such as `conv2_block1`. Two groups may have the same name
  /// where other layers stand between them.
  package let name: String
  /// Places of its layers among all layers; two or more of them, and never all.
  package let layers: Range<Int>

  package init(name: String, layers: Range<Int>) {
    self.name = name
    self.layers = layers
  }

  /// The groups among layers with these names, in order. Layers that are in none stand alone.
  ///
  /// Names are cut at `_`, `.` and `/`. A run of layers with the same first parts is a group,
  /// unless what follows is nothing but a count of smaller runs (`layer1.0…`, `layer1.1…`): then
  /// those are the groups.
  package static func groups(ofLayersNamed names: [String]) -> [LayerGroup] {
    Grouping(names: names).groups()
  }
}

private struct Grouping {
  /// Each name, cut into parts.
  private let parts: [[Substring]]
  private let names: [String]

  init(names: [String]) {
    self.names = names
    parts = names.map { $0.split(omittingEmptySubsequences: false) { "_./".contains($0) } }
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

    if inner.count == 1, areNumbered || !Self.endsInDigit(last) || run.count == names.count {
      return groups(in: run, depth: depth + 1)
    }
    if areNumbered {
      if inner.contains(where: { $0.count >= 2 }) { return groups(among: inner, depth: depth + 1) }
      // `features.0`, `features.1`, …: layers that are counted, not layers of one block.
      if !Self.endsInDigit(last) { return [] }
    }
    if 2 * run.count > names.count {
      // Most of the network is no block if there are blocks inside it.
      let finer = groups(among: inner, depth: depth + 1)
      if finer.count >= 2 || run.count == names.count { return finer }
    }
    return [LayerGroup(name: prefix(of: run.lowerBound, through: depth), layers: run)]
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
