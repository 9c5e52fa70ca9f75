import Kernels

/// Sets a share of every class aside: seeded, and every class of two or more pictures on both sides.
struct StratifiedSplit {
  /// In ascending order.
  let train: [Int]
  let validation: [Int]

  /// What is set aside where nobody says.
  static let usualFraction = 0.2

  init(labels: [Int32], classes: Int, fraction: Double, seed: UInt64) {
    var members = [[Int32]](repeating: [], count: classes)
    for (index, label) in labels.enumerated() { members[Int(label)].append(Int32(index)) }
    var isAside = [Bool](repeating: false, count: labels.count)
    for (number, members) in members.enumerated() where members.count >= 2 {
      let wanted = Int((Double(members.count) * fraction).rounded())
      let aside = min(max(wanted, 1), members.count - 1)
      // Classes draw for themselves: pictures of one more class move none of the others.
      let order = RandomStream(seed: seed, purpose: .split, layer: UInt32(number))
        .permutation(members.count)
      for place in order[..<aside] { isAside[Int(members[place])] = true }
    }
    train = isAside.indices.filter { !isAside[$0] }
    validation = isAside.indices.filter { isAside[$0] }
  }
}
