import EngineInterface

/// An engine event as one JSON object on a line: what `--headless --json` prints.
struct EventRecord: Encodable {
  var event: String
  var run: String?
  var message: String?
  var path: String?
  var epoch: Int?
  var step: Int?
  var train: EpochSummary.Metrics?
  var validation: EpochSummary.Metrics?
  var imagesPerSecond: Double?
  var learningRate: Double?
  /// Share of the epoch's training images that came from the feature cache.
  var cacheHitShare: Double?

  init(_ event: EngineEvent, run: String) {
    switch event {
    case .epochEnded(let summary):
      self.event = "epoch"
      epoch = summary.epoch
      step = summary.step
      train = summary.train
      validation = summary.validation
      imagesPerSecond = summary.imagesPerSecond
      learningRate = summary.learningRate
      cacheHitShare = summary.cacheHitShare
    case .checkpointWritten(let path, let step):
      self.event = "checkpoint"
      self.path = path
      self.step = step
    case .notice(let text):
      self.event = "notice"
      message = text
    case .rejected(_, let reason):
      self.event = "rejected"
      message = reason
    case .unsaved(let reason):
      self.event = "unsaved"
      message = reason
    case .failed(let reason):
      self.event = "failed"
      self.run = run
      message = reason
    case .finished(let reason):
      self.event = "finished"
      self.run = run
      message = reason
    }
  }

  var line: String { JSONLine.encode(self) }
}
