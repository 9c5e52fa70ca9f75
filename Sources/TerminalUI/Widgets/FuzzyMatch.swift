/// How well a short text that someone types fits a name.
package struct FuzzyMatch: Hashable, Sendable {
  /// Higher is better.
  package var score: Int
  /// The characters of the name that were hit, by number.
  package var positions: [Int]

  /// `nil` unless all characters of `query` are in `text` in their order, whatever their case.
  /// Beginnings of words and neighbouring characters count more, and of equal ones the shorter text
  /// wins.
  package init?(_ query: String, in text: String) {
    let wanted = query.lowercased().filter { !$0.isWhitespace }.map { $0 }
    let characters = Array(text)
    let lowered = characters.map { $0.lowercased() }
    guard wanted.count <= characters.count, wanted.count <= 64, characters.count <= 400 else {
      return nil
    }
    guard !wanted.isEmpty else {
      (score, positions) = (0, [])
      return
    }
    // best[j]: the best way to place the characters so far with the last of them at j.
    var best = [(score: Int, path: [Int])?](repeating: nil, count: characters.count)
    for (index, character) in wanted.enumerated() {
      var next = [(score: Int, path: [Int])?](repeating: nil, count: characters.count)
      var before: (score: Int, path: [Int])?
      for j in characters.indices {
        if index > 0, j > 0, let candidate = best[j - 1], candidate.score > before?.score ?? .min {
          before = candidate
        }
        guard lowered[j] == String(character) else { continue }
        let isWordStart = j == 0 || !(characters[j - 1].isLetter || characters[j - 1].isNumber)
        let own = 10 + (isWordStart ? 8 : 0) + (j == 0 ? 4 : 0)
        if index == 0 {
          next[j] = (own, [j])
        } else {
          let adjacent = j > 0 ? best[j - 1].map { ($0.score + own + 12, $0.path + [j]) } : nil
          let apart = before.map { ($0.score + own, $0.path + [j]) }
          next[j] = [adjacent, apart].compactMap { $0 }.max { $0.0 < $1.0 }
        }
      }
      best = next
    }
    guard let winner = best.compactMap({ $0 }).max(by: { $0.score < $1.score }) else { return nil }
    score = winner.score * 4 - min(characters.count, 200) / 4
    positions = winner.path
  }
}
