/// Everything a screen shows of the engine at one moment. Immutable; the engine publishes a new one
/// at most every few steps, the screen samples it.
package struct EngineSnapshot: Sendable {
  package enum State: Sendable, Equatable {
    /// Reading the model and data, making the first plan.
    case preparing(String)
    case running
    case validating
    case paused
    /// Over, but for a checkpoint that could not be written; why. What was learned stands in memory,
    /// and saving is tried again.
    case unsaved(String)
    /// All epochs done, or stopped; the reason as words. The workbench stays.
    case finished(String)
    case failed(String)
  }

  /// Grows with every snapshot.
  package var revision: UInt64 = 0
  package var lastCommandApplied: CommandID = 0
  package var state: State = .preparing("starting")
  /// Where training has broken down; `nil` while it has not, and where a run failed otherwise.
  package var breakdown: Breakdown?

  package var run: RunDescription
  package var settings: TuningSettings
  package var layers: [LayerSummary] = []
  package var progress = Progress()
  package var latest = LatestMetrics()
  package var history = History()
  /// Oldest first.
  package var edits: [EditMarker] = []
  /// How the last freeze or thaw changed the step.
  package var stepTime = StepTime()
  /// What is kept of the frozen layers' features.
  package var cache = FeatureCacheStatus()

  package init(run: RunDescription, settings: TuningSettings) {
    self.run = run
    self.settings = settings
  }

  /// Parameters that training moves now.
  package var trainableParameters: Int {
    layers.reduce(0) { $0 + ($1.isFrozen ? 0 : $1.trainableParameterCount) }
  }
  package var parameterCount: Int {
    layers.reduce(0) { $0 + $1.parameterCount }
  }
}

/// Where a loss or weights became no numbers, and what `goBack` would do about it.
package struct Breakdown: Sendable, Equatable {
  /// The step that could not be done.
  package var step: Int
  /// Steps done where training can go on from, 0 for the beginning; `nil`: nowhere.
  package var backTo: Int?
  /// The rate that it goes on with.
  package var learningRate: Double

  package init(step: Int, backTo: Int?, learningRate: Double) {
    self.step = step
    self.backTo = backTo
    self.learningRate = learningRate
  }
}

/// What does not change while a run lives.
package struct RunDescription: Sendable, Equatable {
  package var name: String
  package var model: String
  package var classes: [String]
  package var outputs: Int
  package var inputShape: [Int]
  package var optimizer: String
  package var schedule: String
  package var batch: Int
  package var trainImages: Int
  package var validationImages: Int
  package var seed: UInt64
  /// The numbers that pixels become, such as `0..255`; who says so in a word, and why; empty while
  /// unknown.
  package var pixels = ""
  package var pixelsSource = ""
  package var pixelsReason = ""

  package init(
    name: String, model: String, classes: [String], outputs: Int, inputShape: [Int],
    optimizer: String, schedule: String, batch: Int, trainImages: Int, validationImages: Int,
    seed: UInt64
  ) {
    self.name = name
    self.model = model
    self.classes = classes
    self.outputs = outputs
    self.inputShape = inputShape
    self.optimizer = optimizer
    self.schedule = schedule
    self.batch = batch
    self.trainImages = trainImages
    self.validationImages = validationImages
    self.seed = seed
  }
}

package struct Progress: Sendable, Equatable {
  /// Steps done since the run began.
  package var step = 0
  /// The epoch being trained, from 1.
  package var epoch = 1
  package var epochs = 0
  package var stepInEpoch = 0
  package var stepsPerEpoch = 0
  /// Training images per second, over the last second or so; 0 before the first step.
  package var imagesPerSecond = 0.0
  /// Share of that time in which the engine waited for images, 0…1.
  package var waitingShare = 0.0
  /// Seconds to the end of the last epoch; `nil` while unknown.
  package var remainingSeconds: Double?
  /// Share of validation done, 0…1, while validating.
  package var validationShare = 0.0

  package init() {}
}

package struct LatestMetrics: Sendable, Equatable {
  /// Of the last step, or the last finished epoch where named so. Accuracies are fractions.
  package var trainLoss: Double?
  package var trainAccuracy: Double?
  package var trainTop5: Double?
  package var validationLoss: Double?
  package var validationAccuracy: Double?
  package var validationTop5: Double?
  /// Lowest validation loss (training loss of an epoch, where there is no validation).
  package var bestLoss: Double?
  package var bestEpoch: Int?
  /// The rate in force: schedule × slider.
  package var learningRate = 0.0
  /// Share of units that max-norm clipped in the last step; `nil` while it is off.
  package var clippedShare: Double?

  package init() {}
}

package struct StepTime: Sendable, Equatable {
  /// Median milliseconds a step before the last change of the frozen set.
  package var beforeMilliseconds: Double?
  /// The same since.
  package var nowMilliseconds: Double?
  /// How far apart steps of either are, as their quartiles are: a smaller difference says nothing.
  package var spreadMilliseconds = 0.0

  package init() {}

  /// What the change has brought or cost, in milliseconds; `nil` where it is less than steps differ
  /// among themselves, or not known.
  package var change: Double? {
    guard let beforeMilliseconds, let nowMilliseconds else { return nil }
    let change = nowMilliseconds - beforeMilliseconds
    return change.magnitude > spreadMilliseconds ? change : nil
  }
}

/// What is kept of what leaves the frozen layers at the beginning of the network.
package struct FeatureCacheStatus: Sendable, Equatable {
  /// Whether the frozen layers' features are kept and used.
  package var isUsed = false
  /// Why they cannot be kept, or why no more of them; `nil` where nothing is in the way.
  package var reason: String?
  /// Training and validation images whose features are kept.
  package var cachedImages = 0
  /// All of them.
  package var images = 0
  /// Of memory and file together.
  package var bytes = 0
  package var fileBytes = 0
  /// Share of the epoch's training images so far that came from the cache; `nil` before the first.
  package var hitShare: Double?

  package init() {}
}

/// An edit, as the charts mark it.
package struct EditMarker: Sendable, Equatable {
  package var step: Int
  /// `froze conv1–conv4`, `learning rate 1e-3 → 3e-4`.
  package var text: String
  /// Seconds since 1970.
  package var time: Double
  /// Validation loss last known before the edit; a screen shows the change since.
  package var validationLossBefore: Double?
  /// What was set, for several edits of one thing to be shown as one; `nil` where that cannot be.
  package var change: Change?

  /// One thing, from one value to another: `learning rate`, `1e-3`, `3e-4`.
  package struct Change: Sendable, Equatable {
    package var subject: String
    package var from: String
    package var to: String

    package init(subject: String, from: String, to: String) {
      self.subject = subject
      self.from = from
      self.to = to
    }
  }

  package init(
    step: Int, text: String, time: Double, validationLossBefore: Double?, change: Change? = nil
  ) {
    self.step = step
    self.text = text
    self.time = time
    self.validationLossBefore = validationLossBefore
    self.change = change
  }
}
