import EngineInterface
import Workbench

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
    case .notice(let notice):
      self.event = "notice"
      message = NoticeText.text(notice)
    case .rejected(_, let objection):
      self.event = "rejected"
      message = ObjectionText.text(objection)
    case .unsaved(let error):
      self.event = "unsaved"
      message = EndingText.unsaved(error)
    case .failed(let failure):
      self.event = "failed"
      self.run = run
      message = EndingText.text(failure)
    case .finished(let ending):
      self.event = "finished"
      self.run = run
      message = EndingText.text(ending)
    }
  }

  var line: String { JSONLine.encode(self) }
}
