/// The features that several caches keep in common: trainers whose frozen layers are the same compute them
/// once. A tier is known by what its features depend on, so that nobody can take another's for its own.
/// Belongs to one queue at a time.
final class FeatureShelf {
  let memory: FeatureMemory
  /// All that is kept, the last used last.
  private(set) var tiers: [FeatureTier] = []
  /// Which tiers each cache reads now.
  private var uses: [ObjectIdentifier: [FeatureTier]] = [:]
  /// Images whose features were computed, not found.
  private(set) var computedImages = 0

  init(_ memory: FeatureMemory) {
    self.memory = memory
  }

  /// The tier at a freeze line, which is made where there is none.
  func tier(at line: FreezeLine, trainImages: Int, validationImages: Int) -> FeatureTier {
    if let index = tiers.firstIndex(where: { $0.keys == line.keys }) {
      let tier = tiers.remove(at: index)
      tiers.append(tier)
      return tier
    }
    let tier = FeatureTier(
      line, trainImages: trainImages, validationImages: validationImages, memory: memory)
    tiers.append(tier)
    return tier
  }

  /// From now on a cache reads these tiers, and no others.
  func note(_ used: [FeatureTier], by cache: FeatureCache) {
    uses[ObjectIdentifier(cache)] = used.isEmpty ? nil : used
  }

  /// Lets go of tiers that nobody reads and that `isWanted` does not want.
  func keep(where isWanted: (FeatureTier) -> Bool) {
    tiers.removeAll { !isWanted($0) && !isUsed($0) }
  }

  /// Gives up what was kept at another freeze line and is not used.
  /// - Returns: whether there was such.
  func dropOldest() -> Bool {
    guard let index = tiers.firstIndex(where: { !isUsed($0) }) else { return false }
    tiers.remove(at: index)
    return true
  }

  func noteComputed(_ images: Int) { computedImages += images }

  /// Gives the disk back: what lies in files is computed anew, and no file is made again.
  /// - Returns: whether there was a file.
  func giveUpFiles() -> Bool {
    guard memory.fileBytes > 0 else { return false }
    memory.giveUpFile()
    for tier in tiers {
      tier.train.dropFiles()
      tier.validation.dropFiles()
    }
    return true
  }

  private func isUsed(_ tier: FeatureTier) -> Bool {
    uses.values.contains { used in used.contains { $0 === tier } }
  }
}
