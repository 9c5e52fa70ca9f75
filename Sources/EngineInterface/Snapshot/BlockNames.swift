/// Layers' names with their blocks first. Caffe's networks put what a layer does in front of the block that
/// it is in, `bn2a_branch2a` and `relu_stage1_block0_branch2a`, so that neighbours do not begin alike.
enum BlockNames {
  private static let kinds: Set<Substring> = [
    "conv", "bn", "batchnorm", "scale", "relu", "prelu", "eltwise", "sum", "res", "pool", "norm",
    "drop", "concat",
  ]

  /// As many as there are names, in their order; only for telling what belongs together.
  static func blocksFirst(_ names: [String]) -> [String] {
    let firsts = names.map { $0.prefix { !LayerPattern.separators.contains($0) } }
    let shared = sharedBlocks(names, firsts)
    let residual = Set(firsts.filter { $0.hasPrefix("res") })
    return zip(names, firsts).map { name, first in
      let rest = name[first.endIndex...]
      if kinds.contains(first), shared.contains(block(after: first, in: name)) {
        return String(rest.dropFirst())
      }
      // `bn2a`, where there is a `res2a`.
      guard let digit = first.firstIndex(where: \.isNumber), kinds.contains(first[..<digit]),
        residual.contains("res\(first[digit...])")
      else { return name }
      return "res\(first[digit...])\(rest)"
    }
  }

  /// Blocks with a number that layers of two kinds or more have behind their kind.
  private static func sharedBlocks(_ names: [String], _ firsts: [Substring]) -> Set<Substring> {
    var seen: [Substring: Set<Substring>] = [:]
    for (name, first) in zip(names, firsts) where kinds.contains(first) {
      let block = block(after: first, in: name)
      // Nothing but a number is a count of layers, and with nothing behind it a layer.
      guard block.first?.isLetter == true, block.last?.isNumber == true,
        block.endIndex < name.endIndex
      else { continue }
      seen[block, default: []].insert(first)
    }
    return Set(seen.filter { $0.value.count > 1 }.keys)
  }

  /// The second part of a name.
  private static func block(after first: Substring, in name: String) -> Substring {
    name[first.endIndex...].dropFirst().prefix { !LayerPattern.separators.contains($0) }
  }
}
