import Datasets
import EngineInterface
import Files
import Kernels
import Network

/// Keeps what leaves the frozen prefix, image by image and view by view, and feeds the rest of the network from it.
///
/// A feature is the same bits alone and in any batch, since every value is a sum of its own: with the cache and without, training gives the same weights. Each tensor is known by a key made of
/// all that it depends on, so that features found again after the freeze line has moved are used
/// again, and those of a shallower line are what a deeper one is computed from. Belongs to one queue
/// at a time.
final class FeatureCache {
  enum Part { case train, validation }

  /// What the loader of each set of images asks.
  let trainNeeds: PixelNeeds
  let validationNeeds: PixelNeeds

  private let model: Model
  let data: TrainingData
  private let plans: PlanCache
  /// Of the frozen layers.
  private let trunk: PlanCache
  /// Where features are kept, perhaps with those of others.
  let shelf: FeatureShelf
  private let batch: Int
  private let trainCount: Int
  private var graph: Graph
  /// Why nothing is kept.
  private var obstacle: CacheObstacle?
  /// Why no more is kept.
  private var refusal: CacheObstacle?
  private var line: FreezeLine?
  private var active: FeatureTier?
  /// What missing features are computed from, where it has them, and how.
  private var base: (tier: FeatureTier, cut: PlanCut)?
  /// What the rest of the network reads, for a batch.
  private var features: [FloatBuffer] = []
  /// What missing features are computed from, for a batch.
  private var staging: [FloatBuffer] = []
  private var hits = 0
  private var seen = 0
  private var lastHitShare: Double?

  convenience init(
    _ model: Model, graph: Graph, data: TrainingData, plans: PlanCache, batch: Int,
    limits: FeatureMemory.Limits, disk: any DiskSpace = SystemDisk()
  ) {
    self.init(
      model, graph: graph, data: data, plans: plans, batch: batch,
      shelf: FeatureShelf(FeatureMemory(limits, disk: disk)))
  }

  /// - Parameters:
  ///   - shelf: where features are kept, with those of others of the same data.
  ///   - trunk: of the frozen layers, where these do not run as the others do.
  init(
    _ model: Model, graph: Graph, data: TrainingData, plans: PlanCache, trunk: PlanCache? = nil,
    batch: Int, shelf: FeatureShelf
  ) {
    self.model = model
    self.graph = graph
    self.data = data
    self.plans = plans
    self.trunk = trunk ?? plans
    self.batch = min(batch, max(data.train.count, data.validation?.count ?? 0))
    self.shelf = shelf
    trainCount = data.train.count
    trainNeeds = PixelNeeds(images: data.train.count, views: max(1, data.train.views))
    validationNeeds = PixelNeeds(images: data.validation?.count ?? 0)
  }

  deinit { shelf.note([], by: self) }

  // MARK: - The freeze line

  /// Follows the freeze line, and weights that are others than before.
  func update(graph: Graph, frozen: Set<String>) {
    self.graph = graph
    refusal = nil
    base = nil
    if trunk !== plans { trunk.replace(graph: graph, frozen: frozen) }
    let prefix = FrozenPrefix(graph, frozen: frozen)
    obstacle = CacheObstacle.first(
      graph: graph, frozen: frozen, prefix: prefix, data: data, budget: shelf.memory.limits.total)
    guard obstacle == nil else {
      line = nil
      active = nil
      shelf.note([], by: self)
      trainNeeds.replaceByView { _, _ in true }
      validationNeeds.replace { _ in true }
      return
    }
    let line = FreezeLine(graph, prefix: prefix, model: model)
    self.line = line
    let tier = shelf.tier(
      at: line, trainImages: data.train.count * max(1, data.train.views),
      validationImages: data.validation?.count ?? 0)
    active = tier
    shelf.note([tier], by: self)
    // What weights have moved away from never comes back.
    let known = Set(line.nodeKeys + [FreezeLine.imageKey])
    shelf.keep { known.isSuperset(of: $0.keys) }
    features = line.counts.map { FloatBuffer(count: batch * $0) }
    if !tier.isComplete { base = nearestBase(of: line, besides: tier) }
    let counts = base?.tier.counts ?? [graph.inputShape.count]
    staging = tier.isComplete ? [] : counts.map { FloatBuffer(count: batch * $0) }
    if let base { shelf.note([tier, base.tier], by: self) }
    noteNeeds()
  }

  /// Drops all that is kept: images are others than they were. `update` comes after it.
  func forget() {
    active = nil
    base = nil
    line = nil
    shelf.note([], by: self)
    shelf.keep { _ in false }
  }

  /// The kept tier from which the fewest layers lead to the line.
  private func nearestBase(of line: FreezeLine, besides active: FeatureTier)
    -> (tier: FeatureTier, cut: PlanCut)?
  {
    var best: (tier: FeatureTier, cut: PlanCut, layers: Int)?
    for tier in shelf.tiers where tier !== active && tier.train.cachedCount > 0 {
      guard let sources = line.sources(of: tier.keys) else { continue }
      let cut = PlanCut(inputs: sources, outputs: line.boundary)
      guard let layers = cut.layers(of: graph)?.count, layers < best?.layers ?? .max else {
        continue
      }
      best = (tier, cut, layers)
    }
    return best.map { ($0.tier, $0.cut) }
  }

  /// Whether all that an epoch reads is kept: it takes from the shelf then, and puts nothing there.
  func holds(view: Int, leavingOut leftOut: (Part) -> Set<Int>) -> Bool {
    guard let active else { return false }
    if active.isComplete { return true }
    func isKept(_ images: Int, _ part: Part) -> Bool {
      let leftOut = leftOut(part)
      return (0..<images).allSatisfy {
        active[part].row(row($0, view: view, part)) != nil || leftOut.contains($0)
      }
    }
    return isKept(data.train.count, .train) && isKept(data.validation?.count ?? 0, .validation)
  }

  private func noteNeeds() {
    trainNeeds.replaceByView { self.needsPixels(self.row($0, view: $1, .train), .train) }
    validationNeeds.replace { self.needsPixels($0, .validation) }
  }

  private func needsPixels(_ row: Int, _ part: Part) -> Bool {
    active?[part].row(row) == nil && base?.tier[part].row(row) == nil
  }

  /// Where the features of a view of an image are kept. Of validation images there is but one view.
  private func row(_ image: Int, view: Int, _ part: Part) -> Int {
    part == .train ? view * trainCount + image : image
  }

  private func row(_ place: Int, of batch: Batch, _ part: Part) -> Int {
    row(batch.indices[batch.indices.startIndex + place], view: batch.view, part)
  }

  // MARK: - Batches

  /// Runs the plan of a batch forward, from the cache where there is one, else from the images.
  /// - Returns: the plan that has run, for loss and backward.
  /// - Throws: what is wrong with an image that is read only now.
  func runPlan(
    _ batch: Batch, of loader: BatchLoader, part: Part, purpose: PlanDraft.Purpose,
    random: PlanRandomKey
  ) throws -> ExecutionPlan {
    if part == .train { seen += batch.count }
    guard let line else {
      for place in 0..<batch.count { try loader.load(place, of: batch) }
      let plan = plans.plan(purpose, batch: batch.count)
      plan.forward([batch.images], random: random)
      return plan
    }
    let found = try gather(batch, of: loader, part: part, line: line)
    if part == .train { hits += found }
    let plan = plans.plan(
      purpose, batch: batch.count, cut: PlanCut(inputs: line.boundary, outputs: []))
    plan.forward(features.map { UnsafePointer($0.pointer) }, random: random)
    return plan
  }

  /// What one layer gives for a batch, all of them in inference mode, through the cache where there is
  /// one.
  /// - Parameter source: the last of the frozen prefix, or beyond it.
  /// - Returns: `[batch, shape…]`, until the next call.
  /// - Throws: as `forward`.
  func values(
    of source: PlanSource, _ batch: Batch, of loader: BatchLoader, part: Part
  ) throws -> UnsafePointer<Float> {
    var inputs = [batch.images]
    var sources = [PlanSource.input(0)]
    if let line, source != .input(0) {
      _ = try gather(batch, of: loader, part: part, line: line)
      inputs = features.map { UnsafePointer($0.pointer) }
      sources = line.boundary
    } else {
      for place in 0..<batch.count { try loader.load(place, of: batch) }
    }
    if let tensor = sources.firstIndex(of: source) { return inputs[tensor] }
    let plan = plans.plan(
      .inference, batch: batch.count, cut: PlanCut(inputs: sources, outputs: [source]))
    plan.forward(inputs, random: PlanRandomKey(seed: 0, step: 0))
    return plan.output(of: source.name(in: graph))
  }

  /// Puts what leaves the frozen prefix for a batch into `features`.
  /// - Returns: how many images it was there of.
  private func gather(
    _ batch: Batch, of loader: BatchLoader, part: Part, line: FreezeLine
  ) throws -> Int {
    guard let active else { preconditionFailure("a freeze line without features") }
    var hits = 0
    var fromBase: [Int] = []
    var fromImages: [Int] = []
    for place in 0..<batch.count {
      let number = row(place, of: batch, part)
      if let row = active[part].row(number) {
        for (tensor, count) in active.counts.enumerated() {
          (features[tensor].pointer + place * count)
            .update(from: row + active.offsets[tensor], count: count)
        }
        hits += 1
      } else if base?.tier[part].row(number) != nil {
        fromBase.append(place)
      } else {
        fromImages.append(place)
      }
    }
    if let base, !fromBase.isEmpty {
      compute(fromBase, of: batch, part, line, base.cut) { place, input in
        let number = self.row(place, of: batch, part)
        return UnsafePointer(base.tier[part].row(number)! + base.tier.offsets[input])
      }
    }
    if !fromImages.isEmpty {
      for place in fromImages { try loader.load(place, of: batch) }
      let size = graph.inputShape.count
      compute(
        fromImages, of: batch, part, line, PlanCut(inputs: [.input(0)], outputs: line.boundary)
      ) { place, _ in UnsafePointer(batch.images + place * size) }
    }
    return hits
  }

  /// Computes features that are missing, and keeps them while there is room.
  private func compute(
    _ places: [Int], of batch: Batch, _ part: Part, _ line: FreezeLine, _ cut: PlanCut,
    row: (_ place: Int, _ input: Int) -> UnsafePointer<Float>
  ) {
    let counts = cut.inputs.map { $0.count(in: graph) }
    ensureStaging(counts)
    shelf.noteComputed(places.count)
    var rest = places[...]
    while !rest.isEmpty {
      // Powers of two, so that a few plans serve every number of images.
      let size =
        rest.count == batch.count
        ? rest.count : 1 << (Int.bitWidth - 1 - rest.count.leadingZeroBitCount)
      let chunk = rest.prefix(size)
      rest = rest.dropFirst(size)
      for (input, count) in counts.enumerated() {
        for (number, place) in chunk.enumerated() {
          (staging[input].pointer + number * count).update(from: row(place, input), count: count)
        }
      }
      let inputs = cut.inputs.indices.map { UnsafePointer(staging[$0].pointer) }
      let plan = trunk.plan(.inference, batch: size, cut: cut)
      plan.forward(inputs, random: PlanRandomKey(seed: 0, step: 0))
      for (tensor, source) in line.boundary.enumerated() {
        let count = line.counts[tensor]
        let values: UnsafePointer<Float>
        if let input = cut.inputs.firstIndex(of: source) {
          values = inputs[input]
        } else {
          values = plan.output(of: source.name(in: graph))
        }
        for (number, place) in chunk.enumerated() {
          (features[tensor].pointer + place * count)
            .update(from: values + number * count, count: count)
        }
      }
      for place in chunk { keep(place, of: batch, part) }
    }
  }

  private func ensureStaging(_ counts: [Int]) {
    while staging.count < counts.count { staging.append(FloatBuffer(count: 0)) }
    for (input, count) in counts.enumerated() where staging[input].count < batch * count {
      staging[input] = FloatBuffer(count: batch * count)
    }
  }

  private func keep(_ place: Int, of batch: Batch, _ part: Part) {
    guard refusal == nil, let active else { return }
    let image = batch.indices[batch.indices.startIndex + place]
    let number = self.row(place, of: batch, part)
    var row = active[part].add(number)
    while row == nil, shelf.dropOldest() { row = active[part].add(number) }
    guard let row else {
      refusal =
        shelf.memory.refusal ?? .budgetUsedUp(bytes: shelf.memory.limits.total)
      return
    }
    for (tensor, count) in active.counts.enumerated() {
      (row + active.offsets[tensor]).update(
        from: features[tensor].pointer + place * count, count: count)
    }
    if part == .train {
      trainNeeds.note(image, view: batch.view)
    } else {
      validationNeeds.note(image)
    }
    if active.isComplete, base != nil {
      base = nil
      shelf.note([active], by: self)
    }
  }

  /// Gives the disk back: what lies in files is computed anew, and no file is made again.
  /// - Returns: whether there was a file.
  func giveUpFiles() -> Bool {
    guard shelf.giveUpFiles() else { return false }
    noteNeeds()
    return true
  }

  // MARK: - What is shown

  /// Ends the count of hits of an epoch.
  /// - Returns: the share of its training images that came from the cache; `nil` where none is used.
  func endEpoch() -> Double? {
    // Others with the same shelf may have filled it meanwhile.
    if active?.isComplete == true, !trainNeeds.isEmpty || !validationNeeds.isEmpty { noteNeeds() }
    lastHitShare = active == nil || seen == 0 ? nil : Double(hits) / Double(seen)
    hits = 0
    seen = 0
    return lastHitShare
  }

  var status: FeatureCacheStatus {
    var status = FeatureCacheStatus()
    status.obstacle = obstacle ?? refusal
    guard let active else { return status }
    status.isUsed = true
    status.images = active.train.imageCount + active.validation.imageCount
    status.cachedImages = active.train.cachedCount + active.validation.cachedCount
    status.bytes = shelf.memory.bytes
    status.fileBytes = shelf.memory.fileBytes
    status.hitShare = seen > 0 ? Double(hits) / Double(seen) : lastHitShare
    return status
  }
}
