import EngineInterface
import Network

extension EngineConfiguration {
  /// Whether every value is one that the command line would take: a run's options come from a file
  /// that anyone may have written.
  /// - Throws: `ConfigurationError` that names the option.
  package func check() throws(ConfigurationError) {
    try Self.check(learningRate, "learning-rate", .learningRate)
    try Self.check(momentum, "momentum", .momentum)
    try Self.check(weightDecay, "weight-decay", .weightDecay)
    if maxNorm != 0 { try Self.check(maxNorm, "max-norm", .maxNorm) }
    try Self.check(clipNorm, "clip-norm", .clipNorm)
    try Self.check(labelSmoothing, "label-smoothing", .labelSmoothing)
    try Self.check(epochs, "epochs", .epochs)
    try Self.check(batch, "batch", .batch)
    try Self.check(threads, "threads", .threads)
    try Self.check(cacheBudget, "cache-budget", .cacheBudget)
    try Self.check(views, "views", .views)
    try Self.check(patience, "patience", .patience)
    try Self.check(freezeFirst, "freeze-first", .freezeFirst)
    try Self.check(pretrainedMultiplier, "multiplier", .multiplier)
    try Self.check(inputDropout, "dropout", .dropout)
    try Self.check(hiddenDropout, "dropout", .dropout)
    for setting in dropout { try Self.check(setting.value, "dropout", .dropout) }
    for setting in multipliers { try Self.check(setting.value, "multiplier", .multiplier) }
    for (option, count) in [
      ("dropout", dropout.count), ("multiplier", multipliers.count), ("freeze", freeze.count),
      ("reinitialize", reinitialize.count),
    ] {
      try Self.check(count, option, .patterns)
    }
    try Self.check(head?.outputs, "head", .headOutputs)
    try Self.check(head?.hidden.count, "head", .hiddenLayers)
    for units in head?.hidden ?? [] { try Self.check(units, "head", .hiddenUnits) }
    try Self.check(classes?.count, "head", .headOutputs)
    if let classes, Set(classes).count < classes.count {
      throw ConfigurationError(
        option: "head", expected: "classes of different names", found: "two of the same")
    }
    try checkHead()
    if let architecture, Architecture.find(architecture) == nil {
      throw ConfigurationError(
        option: "architecture", expected: "a network that Thaw knows", found: architecture)
    }
    for case (let option, let given?) in [("output-layer", outputLayer), ("labels", labels)]
    where given.isEmpty || given.utf8.count > Self.nameLimit {
      throw ConfigurationError(
        option: option, expected: "a name of at most \(Self.nameLimit) bytes",
        found: "\(given.utf8.count)")
    }
    if let imageShape, imageShape.count != 3 {
      throw ConfigurationError(
        option: "image-size", expected: "height, width and channels", found: "\(imageShape)")
    }
    for side in imageShape ?? [] { try Self.check(side, "image-size", .imageSide) }
    try Self.check(schedule.warmupEpochs, "schedule", .warmupEpochs)
    // What a person can write is all that there is.
    _ = try Schedule(text: schedule.description)
  }

  private static let nameLimit = 4096

  /// Whether what is asked of a new head goes together.
  package func checkHead() throws(ConfigurationError) {
    guard let head, head.keepsTrained else { return }
    if let after = head.after {
      throw ConfigurationError(
        option: "head-after", expected: "a new head: not with --head keep", found: after)
    }
    if headStart == .ridge {
      throw ConfigurationError(
        option: "head-start", expected: "random, or a new head: not --head keep", found: "ridge")
    }
  }

  private static func check<Value>(
    _ value: Value?, _ option: String, _ range: TuningRange<Value>
  ) throws(ConfigurationError) {
    guard let value, let objection = range.objection(to: value) else { return }
    throw ConfigurationError(
      option: option, expected: objection.expected, found: objection.found)
  }
}
