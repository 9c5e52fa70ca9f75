import ArgumentParser
import EngineInterface
import Images
import Training

/// What can be asked of training, as options of `thaw demo` and `thaw tune`.
///
/// Everything is optional: a preset comes first, then what a person wrote stands over it, and the
/// defaults are those of `EngineConfiguration`.
struct TuningOptions: ParsableArguments {
  @Option(help: "A set of options: \(Preset.all.map(\.name).joined(separator: " or ")).")
  var preset: String?

  @Option(
    help: ArgumentHelp(
      "Replace the last layer by a new one with N outputs (at least the classes); 'keep' keeps the "
        + "trained one though the data has fewer classes: each is the output of its name, or of its "
        + "number where names are not known. (default: the trained one where it has as many)",
      valueName: "n|keep"))
  var head: String?

  @Option(
    help: ArgumentHelp(
      "Cut the network after this layer, drop what follows it, and put the new head there. What has "
        + "height and width is averaged over them first.", valueName: "layer"))
  var headAfter: String?

  @Option(
    help: ArgumentHelp(
      "What the new head begins with: random weights, or those of a ridge regression on what the "
        + "layers below it make of the training images, solved before the first step. "
        + "(default: random)", valueName: "ridge|random"))
  var headStart: String?

  @Option(help: "Epochs to train. (default: 10)")
  var epochs: Int?

  @Option(help: "Images a step. (default: 32; demo: 64)")
  var batch: Int?

  @Option(help: "Base learning rate. (default: 1e-3)")
  var learningRate: Double?

  @Option(
    help: "\(OptimizerKind.allCases.map(\.rawValue).joined(separator: ", ")). (default: adam)")
  var optimizer: String?

  @Option(help: ArgumentHelp(Schedule.grammar + ". (default: constant)", valueName: "schedule"))
  var schedule: String?

  @Option(help: "Momentum of SGD and RMSprop, beta 1 of Adam and AdamW.")
  var momentum: Double?

  @Flag(help: "Nesterov momentum, with SGD.")
  var nesterov = false

  @Option(help: "Decoupled weight decay, on kernels only.")
  var weightDecay: Double?

  @Option(
    help: "Limit on the norm of each unit's weights; 0 is off. (default: as the model file has it)")
  var maxNorm: Double?

  @Option(help: "Limit on the norm of the whole gradient.")
  var clipNorm: Double?

  @Option(
    help: ArgumentHelp(
      "Share of the target that is spread over all classes, 0 to 1; where outputs are sigmoids, how "
        + "far each target moves to one half. (default: as the loss in the model file has it, else 0)"
    ))
  var labelSmoothing: Double?

  @Option(
    help: ArgumentHelp(
      "Rate of every dropout layer, those of a preset too (not of stochastic depth), or of one; on a "
        + "layer that is none, one is put after it, and 'input' is the network's input. Repeatable.",
      valueName: "[layer=]p"))
  var dropout: [String] = []

  @Option(
    help: ArgumentHelp(
      "Freeze the layers that a pattern names, such as 'conv*', a block of them (layer4), or several in "
        + "a row (features.0-6). Repeatable.", valueName: "pattern"))
  var freeze: [String] = []

  @Option(
    help: ArgumentHelp(
      "Freeze the first N layers that have parameters; 0: none, not even those of a network without "
        + "classifier, of which otherwise only the new head trains.", valueName: "n"))
  var freezeFirst: Int?

  @Flag(
    help: ArgumentHelp(
      "Put batch-norm after convolutions that have none (VGG) or in which it is folded (ONNX exports), "
        + "measured on the training images so that the network computes what it did."))
  var insertBatchNorm = false

  @Option(help: "Begin these layers from fresh random values. Repeatable.")
  var reinitialize: [String] = []

  @Option(
    help: ArgumentHelp("Learning-rate multiplier of layers. Repeatable.", valueName: "layer=x"))
  var multiplier: [String] = []

  @Option(
    help: ArgumentHelp(
      "How strongly training pictures are changed at random: none; flip; standard (mirrored, cut, "
        + "turned by 5 degrees, colours by 20 %); strong (cut more, 15 degrees, 40 %, parts erased, "
        + "mixed in pairs). (default: standard for photographs, else none)",
      valueName: "none|flip|standard|strong"))
  var augment: String?

  @Option(
    help: ArgumentHelp(
      "Views of each augmented picture, visited in turn, so that what frozen layers make of them can "
        + "be kept; 0: a new one each epoch. (default: 4)", valueName: "k"))
  var views: Int?

  @Option(
    help: ArgumentHelp(
      "How a picture of another shape is fitted: its middle, all of it out of proportion, or all of it "
        + "with borders. (default: as the model's files say, else crop)",
      valueName: "crop|squash|pad"))
  var fit: String?

  @Flag(
    help: ArgumentHelp(
      "Stop at the first broken picture instead of leaving it out, and take no model file of which "
        + "anything is of another shape or left over."))
  var strict = false

  @Option(
    help: ArgumentHelp(
      "Let each class count as much as any other, however few its images are.",
      valueName: "balanced"))
  var classWeights: String?

  @Option(
    help: ArgumentHelp(
      "End training after N epochs without a better loss; the best is kept. (default: all epochs)",
      valueName: "n"))
  var patience: Int?

  @Option(help: "Seed of everything random.")
  var seed: UInt64?

  @Option(help: "Threads. Never changes a result. (default: one for each core)")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Room for what frozen layers give, image by image, so that it is computed once: memory, then "
        + "a file in the run's folder; 0 is off. Never changes a result. (default: half of the "
        + "available memory)", valueName: "size"))
  var cacheBudget: String?

  /// - Throws: `ConfigurationError` with the option, what was expected and what was found.
  func apply(to configuration: inout EngineConfiguration) throws {
    if let preset { try Preset.named(preset).apply(to: &configuration) }
    let presetOptimizer = configuration.optimizer
    if let head { configuration.head = try request(head, hidden: configuration.head?.hidden ?? []) }
    if let headAfter {
      var head = configuration.head ?? HeadRequest()
      head.after = headAfter
      configuration.head = head
    }
    if let headStart {
      guard let start = HeadStart(rawValue: headStart) else {
        throw ConfigurationError(
          option: "head-start",
          expected: HeadStart.allCases.map(\.rawValue).joined(separator: " or "),
          found: headStart)
      }
      configuration.headStart = start
    }
    try configuration.checkHead()
    if let epochs { configuration.epochs = try Checked.value(epochs, "epochs", .epochs) }
    if let batch { configuration.batch = try Checked.value(batch, "batch", .batch) }
    if let optimizer {
      guard let kind = OptimizerKind(rawValue: optimizer.lowercased()) else {
        throw ConfigurationError(
          option: "optimizer",
          expected: OptimizerKind.allCases.map(\.rawValue).joined(separator: ", "),
          found: optimizer)
      }
      configuration.optimizer = kind
      // A preset's momentum is one for its own optimizer.
      if kind != presetOptimizer { configuration.momentum = nil }
    }
    if let schedule { configuration.schedule = try Schedule(text: schedule) }
    if let learningRate {
      configuration.learningRate = try Checked.value(learningRate, "learning-rate", .learningRate)
    }
    if let momentum {
      configuration.momentum = try Checked.value(momentum, "momentum", .momentum)
    }
    if let weightDecay {
      configuration.weightDecay = try Checked.value(weightDecay, "weight-decay", .weightDecay)
    }
    if let maxNorm {
      configuration.maxNorm =
        maxNorm == 0 ? 0 : try Checked.value(maxNorm, "max-norm", .maxNorm)
    }
    if let clipNorm {
      configuration.clipNorm = try Checked.value(clipNorm, "clip-norm", .clipNorm)
    }
    if let labelSmoothing {
      configuration.labelSmoothing = try Checked.value(
        labelSmoothing, "label-smoothing", .labelSmoothing)
    }
    if nesterov { configuration.nesterov = true }
    configuration.dropout += try dropout.map {
      try Checked.patternValue($0, "dropout", .dropout, patternIsOptional: true)
    }
    configuration.multipliers += try multiplier.map {
      try Checked.patternValue($0, "multiplier", .multiplier, patternIsOptional: false)
    }
    configuration.freeze += freeze
    configuration.reinitialize += reinitialize
    if let freezeFirst {
      configuration.freezeFirst = try Checked.value(freezeFirst, "freeze-first", .freezeFirst)
    }
    if freezeFirst != nil || !freeze.isEmpty { configuration.freezesBackbone = false }
    if insertBatchNorm { configuration.insertsBatchNorm = true }
    if let cacheBudget {
      configuration.cacheBudget = try Checked.bytes(cacheBudget, "cache-budget")
    }
    try applyPictures(to: &configuration)
    if let patience {
      configuration.patience = try Checked.value(patience, "patience", .patience)
    }
    if let seed { configuration.seed = seed }
    if let threads { configuration.threads = try Checked.value(threads, "threads", .threads) }
    try configuration.checkEffect()
  }

  private func applyPictures(to configuration: inout EngineConfiguration) throws {
    if let augment { configuration.augmentation = try Checked.choice(augment, "augment") }
    if let views {
      if configuration.augmentation == Augmentation.Strength.none {
        throw ConfigurationError(
          option: "views", expected: "pictures that are augmented: not with --augment none",
          found: "\(views)")
      }
      configuration.views = try Checked.value(views, "views", .views)
    }
    if let fit { configuration.fit = try Checked.choice(fit, "fit") }
    if strict { configuration.isStrict = true }
    if let classWeights {
      configuration.classWeights = try Checked.choice(classWeights, "class-weights")
    }
  }

  private func request(_ head: String, hidden: [Int]) throws(ConfigurationError) -> HeadRequest {
    if head == "keep" { return HeadRequest(keepsTrained: true) }
    guard let outputs = Int(head), TuningRange.headOutputs.contains(outputs) else {
      throw ConfigurationError(
        option: "head", expected: "\(TuningRange.headOutputs.bounds), or keep", found: head)
    }
    return HeadRequest(outputs: outputs, hidden: hidden)
  }
}
