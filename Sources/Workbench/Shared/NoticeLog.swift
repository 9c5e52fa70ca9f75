import EngineInterface
import Files
import TerminalUI

/// What the engine reported, and why a key did nothing: the last sentences, oldest first.
struct NoticeLog: Sendable, Equatable {
  struct Entry: Sendable, Equatable {
    var notice: Notice
    /// Seconds since 1970.
    var time: Double
    /// The end of an epoch: the oldest of them give way to all else.
    var isRoutine = false
  }

  /// How long a notice stands before an edit may take its line, in seconds.
  static let freshSeconds = 8.0
  private static let capacity = 200

  private(set) var entries: [Entry] = []

  mutating func add(_ kind: Notice.Kind, _ text: String, at time: Double, isRoutine: Bool = false) {
    let notice = Notice(kind, text)
    // Holding a key down must not fill the log with one sentence.
    if entries.last?.notice == notice {
      entries[entries.count - 1].time = time
      return
    }
    entries.append(Entry(notice: notice, time: time, isRoutine: isRoutine))
    if entries.count > Self.capacity { entries.removeFirst(entries.count - Self.capacity) }
  }

  /// Adds to what was said last.
  mutating func append(_ words: String) {
    guard !entries.isEmpty else { return }
    entries[entries.count - 1].notice.text += words
  }

  /// The newest notice while it is still news at `time`.
  func fresh(at time: Double) -> Entry? {
    entries.last.flatMap { time - $0.time < Self.freshSeconds ? $0 : nil }
  }
}

extension Notice {
  /// What an event says to a person.
  static func text(of event: EngineEvent, rejected request: Request?) -> (Kind, String) {
    switch event {
    case .epochEnded(let epoch):
      return (.success, text(of: epoch))
    case .checkpointWritten(let path, let step):
      let file = path.split(separator: "/").last.map(String.init) ?? path
      return (.success, "checkpoint \(file) written at step \(NumberText.count(step))")
    case .notice(let notice):
      return (.information, NoticeText.text(notice))
    case .rejected(_, let objection):
      let what = request.map { RequestText.describe($0) + ": " } ?? ""
      return (.warning, "not done: \(what)\(ObjectionText.text(objection))")
    case .unsaved(let error):
      return (.failure, "not saved: \(EndingText.unsaved(error))")
    case .failed(let failure):
      return (.failure, EndingText.text(failure))
    case .finished(let ending):
      return (.success, "finished: \(EndingText.text(ending))")
    }
  }

  private static func text(of epoch: EpochSummary) -> String {
    var text = "epoch \(epoch.epoch) ended: train \(NumberText.metric(epoch.train.loss))"
    if let validation = epoch.validation {
      text += ", val \(NumberText.metric(validation.loss))"
      text += ", accuracy \(NumberText.percent(validation.accuracy))"
    } else {
      text += ", accuracy \(NumberText.percent(epoch.train.accuracy))"
    }
    return text
  }
}
